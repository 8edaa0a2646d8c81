import type { SessionId } from '../domain/ids.ts';
import type { Store } from './store.ts';

export async function insertLockEvent(
  store: Store,
  event: {
    at: string;
    lock: string;
    sessionId: SessionId | null;
    kind: 'acquired' | 'refused' | 'released';
    detail?: string;
  },
): Promise<void> {
  await store
    .insertInto('lock_events')
    .values({
      at: event.at,
      lock: event.lock,
      session_id: event.sessionId,
      kind: event.kind,
      detail: event.detail ?? null,
    })
    .execute();
}
