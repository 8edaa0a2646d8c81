import type { SessionId } from '../domain/ids.ts';
import type { Store } from './store.ts';

/** Which of these commits already have an owner, by SHA. */
export async function findOwners(
  store: Store,
  repository: string,
  shas: readonly string[],
): Promise<Map<string, SessionId>> {
  if (shas.length === 0) return new Map();
  const rows = await store
    .selectFrom('commits')
    .select(['sha', 'session_id'])
    .where('repository', '=', repository)
    .where('sha', 'in', shas)
    .execute();
  return new Map(rows.map((row) => [row.sha, row.session_id as SessionId]));
}
