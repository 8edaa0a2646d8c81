import { sql } from 'kysely';
import type { FailedStart, PastSession } from '../domain/choice.ts';
import type { CategoryName } from '../domain/ids.ts';
import { toModeBits } from './mode-bits.ts';
import type { Store } from './store.ts';

/**
 * The last recorded sessions of a category that ran here, the one that ended last first. Without those that never got to
 * work: they wear nothing out, and a storm of them would hide what was before.
 */
export async function listPastSessions(
  store: Store,
  category: CategoryName,
  limit: number,
): Promise<PastSession[]> {
  const rows = await store
    .selectFrom('records')
    .select(['session_id', 'outcome', 'grade', 'feeds_belief', 'harness', 'model', 'started_at', 'ended_at'])
    // What it said is asked of those alone whose words matter: a body is long.
    .select([
      sql<
        string | null
      >`CASE WHEN outcome IN ('blocked', 'noop') THEN json_extract(body, '$.declared.kind') END`.as(
        'declared',
      ),
      sql<
        string | null
      >`CASE WHEN outcome IN ('blocked', 'noop') THEN coalesce(json_extract(body, '$.declared.reason'), json_extract(body, '$.reasons[0]')) END`.as(
        'text',
      ),
    ])
    .where('category', '=', category)
    .where('outcome', '<>', 'not-run')
    // Another loop's sessions wear nothing out here.
    .where('source', '=', 'run')
    .where('is_imported', '=', 0)
    .orderBy('started_at', 'desc')
    .limit(limit)
    .execute();
  return rows
    .map((row) => ({
      id: row.session_id,
      outcome: row.outcome,
      grade: row.grade,
      feedsBelief: row.feeds_belief === 1,
      declared: row.declared,
      text: row.text ?? '',
      harness: row.harness,
      model: row.model,
      startedAt: row.started_at,
      endedAt: row.ended_at,
    }))
    .toSorted((a, b) => (a.endedAt < b.endedAt ? 1 : -1));
}

/** The sessions of a category that could not be set up since one of it last got to work, the one that ended last first. */
export async function listFailedSetups(
  store: Store,
  category: CategoryName,
  limit: number,
): Promise<FailedStart[]> {
  const ofCategory = store
    .selectFrom('records')
    .where('category', '=', category)
    .where('source', '=', 'run')
    .where('is_imported', '=', 0);
  const worked = await ofCategory
    .select(({ fn }) => fn.max('started_at').as('at'))
    .where('outcome', '<>', 'not-run')
    .executeTakeFirst();
  const rows = await ofCategory
    .select([
      'session_id',
      'ended_at',
      sql<string | null>`json_extract(body, '$.stop.because')`.as('because'),
    ])
    .where('started_at', '>', worked?.at ?? '')
    .where(sql<number>`modes & ${toModeBits(['setup'])}`, '<>', 0)
    // Without the agent's program: that is its harness's failure, which is parked for it.
    .where(sql`coalesce(json_extract(body, '$.stop.exitCode'), 0)`, 'not in', [126, 127])
    .orderBy('started_at', 'desc')
    .limit(limit)
    .execute();
  return rows
    .map((row) => ({ id: row.session_id, text: row.because ?? '', endedAt: row.ended_at }))
    .toSorted((a, b) => (a.endedAt < b.endedAt ? 1 : -1));
}

/** How often each category started since a time, and when the first of all did; null where none has. */
export async function countStarts(
  store: Store,
  since: string,
): Promise<{ readonly first: string | null; readonly starts: ReadonlyMap<string, number> }> {
  const rows = await store
    .selectFrom('records')
    .select(({ fn }) => ['category', fn.countAll<number>().as('count'), fn.min('started_at').as('first')])
    .where('started_at', '>=', since)
    .where('source', '=', 'run')
    .where('is_imported', '=', 0)
    // An outage is no attention that a category has had.
    .where('outcome', '<>', 'not-run')
    .groupBy('category')
    .execute();
  return {
    first: rows.map(({ first }) => first).toSorted()[0] ?? null,
    starts: new Map(rows.map(({ category, count }) => [category, count])),
  };
}
