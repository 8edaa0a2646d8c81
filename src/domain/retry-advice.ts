import type { SessionRecord, StopReason } from './record.ts';
import { isNothingToJudge } from './wrapped-script.ts';

/** What to do about a session that is over. Nothing acts on it by itself. */
export type RetryAdvice =
  /** Go on in the agent's own conversation. */
  | { readonly kind: 'resume'; readonly thread: string; readonly because: string }
  | { readonly kind: 'wait-until'; readonly at: string | null; readonly because: string }
  /** Start anew. */
  | { readonly kind: 'fresh'; readonly because: string }
  | { readonly kind: 'never'; readonly because: string };

/** Ends in the middle of work that was going well: the conversation is worth going on with. */
const CUT_OFF: ReadonlySet<StopReason> = new Set<StopReason>([
  'cancelled',
  'crashed',
  'lost',
  'lost-completion',
  'stuck',
  'timed-out',
]);

type Judged = Pick<SessionRecord, 'harness' | 'outcome' | 'stop' | 'thread' | 'failureModes' | 'declared'>;

/**
 * @param resetsAt when the account's limit ends, ISO 8601 UTC; null when nobody knows
 */
export function adviseRetry(record: Judged, resetsAt: string | null): RetryAdvice {
  const { outcome, stop, thread, failureModes, declared } = record;
  if (outcome === 'productive') return { kind: 'never', because: 'it delivered' };
  if (stop.reason === 'limited')
    return { kind: 'wait-until', at: resetsAt, because: 'its usage limit was reached' };
  if (stop.reason === 'unauthorised')
    return { kind: 'never', because: 'the credentials have to be repaired first' };
  if (stop.reason === 'not-started')
    return { kind: 'never', because: 'what kept it from starting has to be repaired first' };
  if (outcome === 'blocked') return { kind: 'never', because: 'somebody outside has to act first' };
  const endedWell = outcome === 'noop' || (outcome === 'unknown' && stop.reason === 'completed');
  if (endedWell && declared?.kind !== 'noop' && failureModes.includes('abandoned_loop'))
    return thread === null
      ? { kind: 'fresh', because: 'it ended with its work open' }
      : { kind: 'resume', thread, because: 'it ended with its work open' };
  if (outcome === 'noop') return { kind: 'never', because: 'there was nothing to do' };
  if (isNothingToJudge(record)) return { kind: 'never', because: 'it completed' };
  if (failureModes.includes('context_overflow') || stop.reason === 'looping' || stop.reason === 'budget')
    return { kind: 'fresh', because: 'its conversation led nowhere; a smaller scope may do better' };
  if (thread !== null && CUT_OFF.has(stop.reason))
    return { kind: 'resume', thread, because: `it was cut off in its work (${stop.reason})` };
  return { kind: 'fresh', because: `it ended without a result (${stop.reason})` };
}
