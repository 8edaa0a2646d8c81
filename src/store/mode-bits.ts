import { FAILURE_MODE_NAMES, type FailureMode } from '../domain/failure-mode.ts';

/**
 * Failure modes as a bit mask, so that one covering index answers the reports. The positions are stored: a new mode
 * goes to the end, none ever moves.
 */
const POSITIONS: readonly FailureMode[] = [
  'noop',
  'blocked',
  'low_productivity',
  'abandoned_loop',
  'ci_break',
  'routing_mismatch',
  'context_overflow',
  'looping',
  'budget',
  'usage_limit',
  'auth',
  'overload',
  'stuck',
  'crash',
  'setup',
  'lost',
  'disk',
  'memory',
  'cancelled',
  'reverted',
];

export function toModeBits(modes: readonly FailureMode[]): number {
  return modes.reduce((bits, mode) => bits | (1 << POSITIONS.indexOf(mode)), 0);
}

export function fromModeBits(bits: number): FailureMode[] {
  return POSITIONS.filter((_, position) => (bits & (1 << position)) !== 0);
}

/** True while every mode has a position; the tests ask. */
export function isEveryModeStorable(): boolean {
  return FAILURE_MODE_NAMES.every((mode) => POSITIONS.includes(mode));
}
