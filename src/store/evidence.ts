import { noEvidence, type Evidence } from '../domain/evidence.ts';
import type { SessionId } from '../domain/ids.ts';
import type { Store } from './store.ts';

/** Keeps what a session was judged by, so that it can be judged again, on another machine too. */
export async function insertEvidence(store: Store, id: SessionId, evidence: Evidence): Promise<void> {
  // The record has the totals of the usage, and the judge does not look at each message.
  const transcript = { ...evidence.transcript, usageByMessage: undefined };
  const body = JSON.stringify({ ...evidence, transcript });
  await store
    .insertInto('evidence')
    .values({ session_id: id, body })
    // A file that grew says more than it did; only what was imported is told twice.
    .onConflict((conflict) => conflict.column('session_id').doUpdateSet({ body }))
    .execute();
}

/** Null for a record that came without any: an imported one, or one of an older stint. */
export async function findEvidence(store: Store, id: SessionId): Promise<Evidence | null> {
  const row = await store
    .selectFrom('evidence')
    .select('body')
    .where('session_id', '=', id)
    .executeTakeFirst();
  if (!row) return null;
  // What an older stint did not gather yet was not there.
  const stored = JSON.parse(row.body) as Evidence;
  return {
    ...noEvidence,
    ...stored,
    transcript: { ...noEvidence.transcript, ...stored.transcript, usageByMessage: new Map() },
  };
}
