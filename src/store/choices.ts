import type { Decision } from '../domain/choice.ts';
import type { Store } from './store.ts';

/** A decision that led to a start, or to none. */
export interface StoredDecision extends Decision {
  readonly number: number;
}

/** Keeps a decision with all that it was made of. @returns its number */
export async function insertChoice(store: Store, decision: Decision): Promise<number> {
  const { at, seed } = decision.input;
  const { seq } = await store
    .insertInto('choices')
    .values({ at, seed, body: JSON.stringify(decision) })
    .returning('seq')
    .executeTakeFirstOrThrow();
  return seq;
}

export async function findChoice(store: Store, number: number): Promise<StoredDecision | null> {
  const row = await store
    .selectFrom('choices')
    .select(['seq', 'body'])
    .where('seq', '=', number)
    .executeTakeFirst();
  return row ? toDecision(row) : null;
}

/** The last one until a time, ISO 8601 UTC; only of a seed where one is given. */
export async function findLastChoice(
  store: Store,
  until: string,
  seed: number | null = null,
): Promise<StoredDecision | null> {
  let query = store.selectFrom('choices').select(['seq', 'body']).where('at', '<=', until);
  if (seed !== null) query = query.where('seed', '=', seed);
  const row = await query.orderBy('seq', 'desc').limit(1).executeTakeFirst();
  return row ? toDecision(row) : null;
}

function toDecision({ seq, body }: { seq: number; body: string }): StoredDecision {
  return { ...(JSON.parse(body) as Decision), number: seq };
}
