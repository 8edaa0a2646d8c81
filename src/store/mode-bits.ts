import { FAILURE_MODE_NAMES, FAILURE_MODES, type FailureMode } from '../domain/failure-mode.ts';

// Failure modes are stored as a bit mask, so that one covering index answers the reports.

const BY_BIT = FAILURE_MODE_NAMES.toSorted((a, b) => FAILURE_MODES[a].bit - FAILURE_MODES[b].bit);

export function toModeBits(modes: readonly FailureMode[]): number {
  return modes.reduce((bits, mode) => bits | (1 << FAILURE_MODES[mode].bit), 0);
}

export function fromModeBits(bits: number): FailureMode[] {
  return BY_BIT.filter((mode) => (bits & (1 << FAILURE_MODES[mode].bit)) !== 0);
}
