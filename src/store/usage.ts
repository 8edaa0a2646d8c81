import { sql } from 'kysely';
import type { SessionUse } from '../domain/choice.ts';
import { sessionsHere } from './facts.ts';
import { readFacts } from './group-records.ts';
import { newestOf } from './past-sessions.ts';
import type { Store } from './store.ts';

/** What the sessions of one category used. */
export interface CategoryUsage extends SessionUse {
  readonly category: string;
  /** Sessions whose agent worked and whose use nobody reported. */
  readonly silentTokens: number;
  readonly silentCost: number;
}

/** What the sessions used that ended here since a time, ISO 8601 UTC, by category. */
export async function sumUsage(store: Store, since: string): Promise<CategoryUsage[]> {
  const worked = sql`groups.outcome <> 'not-run'`;
  return readFacts(store, async (transaction) =>
    sessionsHere(transaction)
      .select([
        'groups.category',
        sql<number>`coalesce(sum(facts.tokens), 0)`.as('tokens'),
        sql<number>`coalesce(sum(facts.cost_usd), 0)`.as('costUsd'),
        sql<number>`count(*) FILTER (WHERE facts.tokens IS NULL AND ${worked})`.as('silentTokens'),
        sql<number>`count(*) FILTER (WHERE facts.cost_usd IS NULL AND ${worked})`.as('silentCost'),
      ])
      .where('facts.ended_at', '>=', since)
      .groupBy('groups.category')
      .execute(),
  );
}

/** What a session of these categories uses on average, by their last `limit` that reported; 0 where none did. */
export async function averageUse(
  store: Store,
  categories: readonly string[],
  limit: number,
): Promise<SessionUse> {
  return readFacts(store, async (transaction) => {
    const average = async (column: 'tokens' | 'cost_usd'): Promise<number> => {
      const rows = await newestOf(transaction, categories, limit, (facts) =>
        facts.where(column, 'is not', null),
      )
        .select(`facts.${column} as value`)
        .execute();
      return rows.reduce((sum, row) => sum + (row.value ?? 0), 0) / Math.max(1, rows.length);
    };
    return { tokens: await average('tokens'), costUsd: await average('cost_usd') };
  });
}
