import type { OpenCall } from '../domain/open-call.ts';
import type { Signs } from './signs.ts';

/** An open call whose own process lives, if there is one. */
export function findRunningCall({
  transcript,
  calls,
}: Pick<Signs, 'transcript' | 'calls'>): OpenCall | undefined {
  return transcript.openCalls.find(({ callId, place }) => {
    const seen = calls.get(callId);
    return (place === 'localProcess' || place === 'unknown') && seen?.hadProcess && seen.goneAtMs === null;
  });
}
