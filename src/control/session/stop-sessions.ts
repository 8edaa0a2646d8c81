import type { SessionId } from '../../domain/ids.ts';
import { listOpen } from '../../store/sessions.ts';
import { requireSession } from '../custody/require-session.ts';
import type { Project } from '../project/project.ts';
import { stopSession, type Stopped } from './stop-session.ts';

export interface StopRequest {
  /** The first letters of its id; null is every session that runs in the project. */
  readonly session: string | null;
  /** Kills at once, without the grace. */
  readonly isNow: boolean;
}

export type StoppedSession = { readonly id: SessionId } & Stopped;

/** Ends sessions in order, all at the same time. */
export async function stopSessions(
  project: Project,
  { session, isNow, cancelled }: StopRequest & { readonly cancelled: AbortSignal },
): Promise<StoppedSession[]> {
  const ids =
    session === null
      ? (await listOpen(project.store)).map(({ id }) => id)
      : [await requireSession(project, session)];
  const because = 'it was stopped (stint stop)';
  return Promise.all(
    ids.map(async (id) => ({
      id,
      ...(await stopSession(project, { id, isNow, reason: 'cancelled', because, cancelled })),
    })),
  );
}
