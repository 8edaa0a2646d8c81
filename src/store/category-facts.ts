import type { Store } from './store.ts';

/** What of a session says on what attention was spent. */
export interface StartedCategory {
  readonly category: string;
  readonly runType: string;
  readonly outcome: string;
  readonly grade: number | null;
  readonly startedAt: string;
}

/** The sessions of categories that were started here at or after a time, oldest first. */
export async function listStartedSince(store: Store, since: string): Promise<StartedCategory[]> {
  return store
    .selectFrom('records')
    .select(['category', 'run_type as runType', 'outcome', 'grade', 'started_at as startedAt'])
    .where('started_at', '>=', since)
    .where('is_imported', '=', 0)
    .where('run_type', '<>', 'oneoff')
    .orderBy('started_at')
    .orderBy('session_id')
    .execute();
}

/** When the last session of each category that got to work was started here, ISO 8601 UTC. */
export async function lastStarts(store: Store): Promise<ReadonlyMap<string, string>> {
  const rows = await store
    .selectFrom('records')
    .select(['category', (each) => each.fn.max('started_at').as('at')])
    .where('is_imported', '=', 0)
    .where('outcome', '<>', 'not-run')
    .groupBy('category')
    .execute();
  return new Map(rows.map(({ category, at }) => [category, at]));
}
