import type { Liveness, LivenessPolicy, Pulse } from '../domain/liveness.ts';
import { assess } from './assess.ts';
import { observe } from './observe.ts';
import { noSigns, type Signs } from './signs.ts';

/** The whole state of a session's supervision. */
export interface Supervision {
  readonly signs: Signs;
  /** The decision of the last look; null before the first look. */
  readonly liveness: Liveness | null;
}

/** The same after at least one look. */
export interface Looked extends Supervision {
  readonly liveness: Liveness;
}

/** The state before the first look. */
export function notLooked(): Supervision {
  return { signs: noSigns(), liveness: null };
}

/** The state after one more pulse. Pure: the live supervisor, the replay and a rebuild share it. */
export function look(before: Supervision, pulse: Pulse, policy: LivenessPolicy): Looked {
  const signs = observe(before.signs, pulse, policy);
  return { signs, liveness: assess(signs, policy) };
}

/** Whether the supervision ends with this look: the agent is gone or has to be ended. */
export function isLastLook({ state, end }: Liveness): boolean {
  return state === 'gone' || end !== null;
}

/** Milliseconds until the session reaches its time limit, at least 0. */
export function leftMs({ nowMs }: Signs, { timeoutMs }: LivenessPolicy): number {
  return Math.max(timeoutMs - nowMs, 0);
}
