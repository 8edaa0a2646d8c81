import {
  effectiveRecord,
  listChanges,
  type Amendment,
  type AmendmentStamp,
  type Correction,
} from '../domain/amendment.ts';
import type { SessionRecord } from '../domain/record.ts';
import { toRow } from './amendment-rows.ts';
import { groupWritten } from './group-records.ts';
import { toColumns } from './record-columns.ts';
import { findRecord } from './records.ts';
import type { Store } from './store.ts';

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
    const current = (await findRecord(transaction, stamp.sessionId))?.record;
    if (!current) return null;
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
  const amended = await transaction
    .updateTable('records')
    .set(toColumns(effectiveRecord(current, changes)))
    .where('session_id', '=', current.id)
    .returning('seq')
    .execute();
  await groupWritten(transaction, amended);
}
