import type { Amendment } from '../domain/amendment.ts';
import type { SessionId } from '../domain/ids.ts';
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

export function toRow(amendment: Amendment) {
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
