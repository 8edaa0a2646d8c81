import type { Decision } from '../domain/choice.ts';
import type { SessionId } from '../domain/ids.ts';
import { lastSeq } from './last-seq.ts';
import { findSession } from './sessions.ts';
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
  const row = await store.selectFrom('choices').selectAll().where('seq', '=', number).executeTakeFirst();
  return row ? { ...(JSON.parse(row.body) as Decision), number } : null;
}

export async function findLastChoice(store: Store): Promise<StoredDecision | null> {
  return findChoice(store, await lastSeq(store, 'choices'));
}

/** The one that a session came of; null where it came of none. */
export async function findChoiceOf(store: Store, id: SessionId): Promise<StoredDecision | null> {
  const number = (await findSession(store, id))?.plan.choice;
  return number === undefined ? null : findChoice(store, number);
}
