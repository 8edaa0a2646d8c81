import { messageOf } from '../../lib/problem.ts';
import { findStop } from '../../store/sessions.ts';
import type { StartedSession } from '../custody/session-life.ts';
import type { Project } from '../project/project.ts';

/**
 * A signal that aborts when the session was stopped while its agent was being started: that stop found no agent to end.
 * Where the database answers at once the signal shows it already. A locked one answers later, and supervision begins
 * meanwhile.
 */
export async function findEarlierStop(
  { store, clock }: Project,
  { id, warnings }: StartedSession,
): Promise<AbortSignal> {
  const stopped = new AbortController();
  const ask = async (): Promise<void> => {
    try {
      const stop = await findStop(store, id);
      if (stop) stopped.abort(stop.because);
    } catch (error) {
      warnings.push(`an earlier stop could not be looked up: ${messageOf(error)}`);
    }
  };
  await Promise.race([ask(), clock.sleep(0)]);
  return stopped.signal;
}
