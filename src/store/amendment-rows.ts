import { effectiveRecord, type Amendment } from '../domain/amendment.ts';
import type { SessionId } from '../domain/ids.ts';
import type { SessionRecord } from '../domain/record.ts';
import type { Store } from './store.ts';

/** So many ids in one question; SQLite limits the parameters of a statement. */
const MOST_IDS = 500;

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

/** The record as it stands, and as it was first written, with what came between. */
export interface RecordHistory {
  readonly record: SessionRecord;
  readonly original: SessionRecord;
  readonly amendments: readonly Amendment[];
}

/** The histories of rows of `records`. @param of `all` where the rows are most of the table: one question costs less */
export async function readHistories<Row extends { readonly session_id: SessionId; readonly body: string }>(
  store: Store,
  rows: readonly Row[],
  of: 'rows' | 'all' = 'rows',
) {
  const ids = rows.map(({ session_id }) => session_id);
  const known = await listAmendments(store, of === 'rows' ? ids : undefined);
  return rows.map(({ session_id: id, body, ...row }) => {
    const original = JSON.parse(body) as SessionRecord;
    const amendments = known.get(id) ?? [];
    return { ...row, id, record: effectiveRecord(original, amendments), original, amendments };
  });
}

export function toRow({ sessionId, at, who, why, field, from, to }: Amendment) {
  const values = { old_value: JSON.stringify(from), new_value: JSON.stringify(to) };
  return { session_id: sessionId, at, who, why, field, ...values };
}

export function toAmendment(row: ReturnType<typeof toRow>): Amendment {
  const { session_id: sessionId, at, who, why, field, old_value, new_value } = row;
  const values = { from: JSON.parse(old_value) as unknown, to: JSON.parse(new_value) as unknown };
  return { sessionId, at, who, why, field, ...values };
}
