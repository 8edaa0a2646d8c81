import type { Evidence } from '../domain/evidence.ts';
import { classOf, type FailureMode } from '../domain/failure-mode.ts';
import type { CategoryName } from '../domain/ids.ts';
import type { Stop, StopReason } from '../domain/record.ts';
import type { Outcome } from '../domain/record-words.ts';
import { contextOverflow, loopCause, openEnds } from './open-ends.ts';
import { providerFault } from './provider-fault.ts';

/** A productive session under it has the mode `low_productivity`. */
export const LOW_GRADE = 0.3;

/** Ends that are neither the agent's doing nor the provider's: what it left open then says nothing about it. */
const ENDED_BY_OTHERS: ReadonlySet<StopReason> = new Set([
  'stuck',
  'crashed',
  'lost-completion',
  'lost',
  'cancelled',
  'not-started',
  'asked',
]);

const MODE_OF_STOP: Partial<Record<StopReason, FailureMode>> = {
  stuck: 'stuck',
  'lost-completion': 'stuck',
  crashed: 'crash',
  lost: 'lost',
  cancelled: 'cancelled',
  looping: 'looping',
  budget: 'budget',
  'not-started': 'setup',
};

/** Productive, and hardly. */
export function isLowGrade(outcome: Outcome, grade: number | null): boolean {
  return outcome === 'productive' && grade !== null && grade < LOW_GRADE;
}

/** Ends that the work is not to blame for; their grade must not move what is believed about it. */
export function isOthersFault(mode: FailureMode): boolean {
  return ['provider', 'harness', 'host', 'none'].includes(classOf(mode));
}

/** The failure modes of a session, with the reason for each. */
export function decideModes(
  outcome: Outcome,
  grade: number | null,
  stop: Stop,
  evidence: Evidence,
  planned: CategoryName,
): { mode: FailureMode; reason: string }[] {
  const modes: { mode: FailureMode; reason: string }[] = [];
  const add = (mode: FailureMode, reason: string): void => {
    modes.push({ mode, reason });
  };
  if (outcome === 'noop') add('noop', 'nothing was delivered');
  if (outcome === 'blocked') add('blocked', 'it could go on only with help from outside');
  if (isLowGrade(outcome, grade)) add('low_productivity', `its grade is under ${LOW_GRADE}`);
  // Where the provider ended it, nothing that is open is the agent's.
  const fault = providerFault(stop, evidence);
  const open = openEnds(stop, evidence);
  if (open.length > 0 && fault === null && !ENDED_BY_OTHERS.has(stop.reason))
    add('abandoned_loop', `${open.join('; ')} (cause: ${loopCause(stop, evidence)})`);
  if (outcome === 'productive' && evidence.check.result === 'failed') add('ci_break', evidence.check.detail);
  const observed = evidence.observedCategory;
  if (outcome === 'productive' && observed !== null && observed !== planned)
    add('routing_mismatch', `it did the work of ${observed}`);
  const result = evidence.transcript.ended?.subtype ?? '';
  if (/max_(turns|budget|structured)/.test(result)) add('budget', `its result is ${result}`);
  const overflow = contextOverflow(evidence);
  if (overflow !== null) add('context_overflow', overflow);
  const ofStop = MODE_OF_STOP[stop.reason];
  if (fault) add(fault.mode, fault.words);
  // A process that ends because its model can take no more did not crash.
  else if (ofStop && !(overflow !== null && ofStop === 'crash')) add(ofStop, stop.because);
  // An error result after answers: whatever it was, the work ended open.
  if (outcome === 'failed' && modes.length === 0)
    add('abandoned_loop', `its result is an error (cause: ${loopCause(stop, evidence)})`);
  return modes;
}
