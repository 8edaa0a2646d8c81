import { sql } from 'kysely';
import type { SessionUse } from '../domain/choice.ts';
import type { Store } from './store.ts';

/** What the sessions of one category used. */
export interface CategoryUsage extends SessionUse {
  readonly category: string;
  /** Sessions whose agent worked and whose use nobody reported. */
  readonly silentTokens: number;
  readonly silentCost: number;
}

/** No session is longer; it bounds what has to be looked at. */
const LONGEST_SESSION_MS = 24 * 86_400_000;

const costUsd = sql<number | null>`json_extract(body, '$.costUsd')`;

/** What the sessions used that ended here since a time, ISO 8601 UTC, by category. */
export async function sumUsage(store: Store, since: string): Promise<CategoryUsage[]> {
  const startedSince = new Date(Date.parse(since) - LONGEST_SESSION_MS).toISOString();
  const worked = sql`outcome <> 'not-run'`;
  const rows = await store
    .selectFrom('records')
    .select([
      'category',
      sql<number>`coalesce(sum(tokens), 0)`.as('tokens'),
      sql<number>`coalesce(sum(${costUsd}), 0)`.as('costUsd'),
      sql<number>`count(*) FILTER (WHERE tokens IS NULL AND ${worked})`.as('silentTokens'),
      sql<number>`count(*) FILTER (WHERE ${costUsd} IS NULL AND ${worked})`.as('silentCost'),
    ])
    .where('started_at', '>=', startedSince)
    .where('ended_at', '>=', since)
    .where('source', '=', 'run')
    .where('is_imported', '=', 0)
    .groupBy('category')
    .execute();
  return rows;
}

/** What a session of these categories uses on average, by their last `limit` that reported; 0 where none did. */
export async function averageUse(
  store: Store,
  categories: readonly string[],
  limit: number,
): Promise<SessionUse> {
  const average = async (column: 'tokens' | 'costUsd'): Promise<number> => {
    const value = column === 'tokens' ? sql<number | null>`tokens` : costUsd;
    const rows = await store
      .selectFrom('records')
      .select(value.as('value'))
      .where('category', 'in', categories)
      .where('source', '=', 'run')
      .where('is_imported', '=', 0)
      .where(sql<boolean>`${value} IS NOT NULL`)
      .orderBy('started_at', 'desc')
      .limit(limit)
      .execute();
    return rows.reduce((sum, row) => sum + (row.value ?? 0), 0) / Math.max(1, rows.length);
  };
  return { tokens: await average('tokens'), costUsd: await average('costUsd') };
}
