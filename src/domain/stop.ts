/**
 * Why a session ended. Written once, by whoever ended it first, before any signal is sent.
 *
 * - completed: the agent ended by itself and said so (a result event, or exit code 0 where the format has no events)
 * - asked: it waited for a person, and nobody is there
 * - not-started: the agent could not be started (command missing, workspace could not be prepared)
 * - lost: nothing proves how it ended
 */
export const STOP_REASONS = [
  'completed',
  'timed-out',
  'stuck',
  'lost-completion',
  'looping',
  'cancelled',
  'limited',
  'unauthorised',
  'crashed',
  'lost',
  'budget',
  'asked',
  'not-started',
] as const;

export type StopReason = (typeof STOP_REASONS)[number];

export interface Stop {
  readonly reason: StopReason;
  /** One sentence: what was seen. */
  readonly because: string;
  /** As the shim's shell reported it; null when nobody saw it. */
  readonly exitCode: number | null;
  /** The signal behind an exit code above 128, as a shell counts; null otherwise. */
  readonly signal: string | null;
}
