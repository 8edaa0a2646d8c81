import { sql, type Selectable } from 'kysely';
import { FAILURE_MODE_NAMES, classOf, type FailureMode } from '../domain/failure-mode.ts';
import type { CategoryName } from '../domain/ids.ts';
import type { RunType } from '../domain/record.ts';
import type { Outcome } from '../domain/record-words.ts';
import { fromModeBits, toModeBits } from './mode-bits.ts';
import type { Store } from './store.ts';
import type { Tables } from './tables.ts';

/** What beliefs are made of: columns only, and an index of its own, so that a million records cost no JSON. */
export interface FoldFacts {
  readonly category: CategoryName;
  readonly harness: string;
  readonly model: string | null;
  readonly modelAsked: string | null;
  readonly runType: RunType;
  readonly attended: string;
  /** How it came here: one that was made by a run elsewhere, exported and imported is `import`. */
  readonly source: string;
  readonly outcome: Outcome;
  readonly grade: number | null;
  readonly failureModes: readonly FailureMode[];
  readonly feedsBelief: boolean;
  readonly startedAt: string;
  readonly endedAt: string;
}

export const FOLD_COLUMNS = [
  'category',
  'harness',
  'model',
  'model_asked',
  'run_type',
  'attended',
  'source',
  'is_imported',
  'outcome',
  'grade',
  'modes',
  'feeds_belief',
  'started_at',
  'ended_at',
] as const;

export type FoldRow = Pick<Selectable<Tables['records']>, (typeof FOLD_COLUMNS)[number]>;

export function toFoldFacts(row: FoldRow): FoldFacts {
  return {
    category: row.category as CategoryName,
    harness: row.harness,
    model: row.model,
    modelAsked: row.model_asked,
    runType: row.run_type as RunType,
    attended: row.attended,
    source: row.is_imported === 1 ? 'import' : row.source,
    outcome: row.outcome as Outcome,
    grade: row.grade,
    failureModes: fromModeBits(row.modes),
    feedsBelief: row.feeds_belief === 1,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}

/** Of the records after one and up to another, in the order in which they were written: the order of the fold. */
export async function listFoldFacts(store: Store, after: number, upTo: number): Promise<FoldFacts[]> {
  const rows = await store
    .selectFrom('records')
    .select(FOLD_COLUMNS)
    .where('seq', '>', after)
    .where('seq', '<=', upTo)
    .orderBy('seq')
    .execute();
  return rows.map(toFoldFacts);
}

/** The place of the newest record in the order of writing; 0 without one. */
export async function lastRecordSeq(store: Store): Promise<number> {
  const row = await store
    .selectFrom('records')
    .select((of) => of.fn.max('seq').as('last'))
    .executeTakeFirst();
  return row?.last ?? 0;
}

/** See `wasTurnedAway`. */
const PROVIDER_BITS = toModeBits(FAILURE_MODE_NAMES.filter((mode) => classOf(mode) === 'provider'));

/** How many sessions of other categories started after a time, without those that were turned away. */
export async function countOthersSince(
  store: Store,
  category: CategoryName,
  since: string,
  isImportedToo: boolean,
): Promise<number> {
  let query = store
    .selectFrom('records')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where('started_at', '>', since)
    .where('category', '<>', category)
    .where(sql<boolean>`NOT (outcome = 'not-run' AND modes & ${PROVIDER_BITS})`);
  if (!isImportedToo) query = query.where('source', '=', 'run').where('is_imported', '=', 0);
  return (await query.executeTakeFirst())?.count ?? 0;
}
