import type { Demands } from './harness.ts';

/** The clause of a CLI that has no limit of turns, where one is asked for. */
export function withoutTurnLimit(name: string, { maxTurns }: Demands): string[] {
  return maxTurns === null ? [] : [`maxTurns: ${maxTurns} is not kept: ${name} has no such limit`];
}
