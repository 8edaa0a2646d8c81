import {
  effectiveRecord,
  listChanges,
  type Amendment,
  type AmendmentStamp,
  type Correction,
} from '../domain/amendment.ts';
import type { SessionId } from '../domain/ids.ts';
import type { SessionRecord } from '../domain/record.ts';
import { toColumns } from './record-columns.ts';
import type { Store } from './store.ts';

/** So many ids in one question; SQLite limits the parameters of a statement. */
const MOST_IDS = 500;

/**
 * Amends a record: one line for each field that changes, and the columns follow, in one transaction. The record as
 * first written is not touched. Whoever amends at the same time comes before or after, never between.
 *
 * @param decide from the record as it stands, what it becomes; called inside the transaction, so it must be quick and
 *   may throw to change nothing. Deciding again gives no second amendment: what is so already is no change
 * @returns what was written; null when the session has no record
 */
export async function insertAmendments(
  store: Store,
  stamp: AmendmentStamp,
  decide: (record: SessionRecord) => Correction,
): Promise<readonly Amendment[] | null> {
  return store.transaction().execute(async (transaction) => {
    const { sessionId } = stamp;
    const row = await transaction
      .selectFrom('records')
      .select('body')
      .where('session_id', '=', sessionId)
      .executeTakeFirst();
    if (!row) return null;
    const before = (await listAmendments(transaction, [sessionId])).get(sessionId) ?? [];
    const current = effectiveRecord(JSON.parse(row.body) as SessionRecord, before);
    const changes = listChanges(current, decide(current), stamp);
    await writeAmendments(transaction, current, changes);
    return changes;
  });
}

/** Amends a record inside a transaction of the caller's. @param current the record as it stands before `changes` */
export async function writeAmendments(
  transaction: Store,
  current: SessionRecord,
  changes: readonly Amendment[],
): Promise<void> {
  if (changes.length === 0) return;
  for (const each of changes) await transaction.insertInto('amendments').values(toRow(each)).execute();
  await transaction
    .updateTable('records')
    .set(toColumns(effectiveRecord(current, changes)))
    .where('session_id', '=', current.id)
    .execute();
}

/** By session, in the order in which they were written; without `ids` all that there are. */
export async function listAmendments(
  store: Store,
  ids?: readonly SessionId[],
): Promise<Map<SessionId, Amendment[]>> {
  const all = store.selectFrom('amendments').selectAll().orderBy('seq');
  const rows = [];
  if (ids === undefined) rows.push(...(await all.execute()));
  else
    for (let i = 0; i < ids.length; i += MOST_IDS)
      rows.push(...(await all.where('session_id', 'in', ids.slice(i, i + MOST_IDS)).execute()));
  return Map.groupBy(rows.map(toAmendment), ({ sessionId }) => sessionId);
}

function toRow(amendment: Amendment) {
  const { sessionId, at, who, why, field, from, to } = amendment;
  return {
    session_id: sessionId,
    at,
    who,
    why,
    field,
    old_value: JSON.stringify(from),
    new_value: JSON.stringify(to),
  };
}

export function toAmendment(
  row: Omit<ReturnType<typeof toRow>, 'session_id'> & { session_id: string },
): Amendment {
  return {
    sessionId: row.session_id as SessionId,
    at: row.at,
    who: row.who,
    why: row.why,
    field: row.field,
    from: JSON.parse(row.old_value) as unknown,
    to: JSON.parse(row.new_value) as unknown,
  };
}
