import { sql, type RawBuilder } from 'kysely';
import type { SessionId } from '../domain/ids.ts';
import { isOutcome, type Outcome } from '../domain/record-words.ts';
import { CONTRADICTIONS, type ContradictionKind, type RecordRow, type Severity } from './contradictions.ts';
import { AUDITED_RECORDS } from './dialect/fragments.ts';
import type { Store } from './store.ts';

export type FindingKind =
  ContradictionKind | 'two-records' | 'without-record' | 'commit-claimed-twice' | 'overlapping-sessions';

/** One contradiction of one session's record, and the query that finds it. */
export interface Finding {
  readonly kind: FindingKind;
  readonly severity: Severity;
  readonly sessionId: SessionId;
  readonly detail: string;
  /** SQL, for `stint.db`; words where the kernel's locks are asked, too. */
  readonly query: string;
}

/** Everything that the records say against themselves, by kind. Reads columns only, in the order of one index. */
export async function listFindings(store: Store): Promise<Finding[]> {
  return [
    ...(await findContradictions(store)),
    ...(await findTwins(store)),
    ...(await findUnrecorded(store)),
    ...(await findClaimedTwice(store)),
    ...(await findOverlaps(store)),
  ];
}

/** How many records there are of each outcome. */
export async function countByOutcome(store: Store): Promise<Map<Outcome, number>> {
  const rows = await run<{ outcome: string; count: number }>(
    store,
    sql`SELECT outcome, count(*) AS count FROM ${sql.raw(AUDITED_RECORDS)} GROUP BY outcome`,
  );
  return new Map(rows.flatMap(({ outcome, count }) => (isOutcome(outcome) ? [[outcome, count]] : [])));
}

/** All contradictions of single records in one pass: one look at a record costs more than a comparison. */
async function findContradictions(store: Store): Promise<Finding[]> {
  const all = Object.values(CONTRADICTIONS);
  const any = all.map(({ where }) => `(${where})`).join(' OR ');
  const flags = all.map(({ where }, index) => `(${where}) AS is_${index}`).join(', ');
  const rows = await run<RecordRow & Record<`is_${number}`, number>>(
    store,
    sql.raw(`SELECT session_id, category, started_at, ended_at, outcome, grade, deliverables, duration_ms, written_at,
      ${flags} FROM ${AUDITED_RECORDS} WHERE ${any}`),
  );
  const kinds = Object.keys(CONTRADICTIONS) as ContradictionKind[];
  return kinds.flatMap((kind, index) => {
    const { severity, where, describe } = CONTRADICTIONS[kind];
    const query = `SELECT session_id FROM records WHERE ${where}`;
    return rows
      .filter((row) => row[`is_${index}`] === 1)
      .map((row) => ({ kind, severity, sessionId: row.session_id, detail: describe(row), query }));
  });
}

/** The table forbids it; a file that was edited or merged by hand may have it all the same. */
async function findTwins(store: Store): Promise<Finding[]> {
  const query = 'SELECT session_id FROM records GROUP BY session_id HAVING count(*) > 1';
  const rows = await run<{ session_id: SessionId }>(store, sql.raw(query));
  return rows.map((row) => ({
    kind: 'two-records',
    severity: 'error',
    sessionId: row.session_id,
    detail: 'it has more than one record',
    query,
  }));
}

async function findUnrecorded(store: Store): Promise<Finding[]> {
  const query = `SELECT id FROM sessions WHERE state = 'recorded' AND NOT EXISTS (SELECT 1 FROM records WHERE session_id = id)`;
  const rows = await run<{ id: SessionId }>(store, sql.raw(query));
  return rows.map((row) => ({
    kind: 'without-record',
    severity: 'error',
    sessionId: row.id,
    detail: 'it is said to be recorded, and has no record',
    query,
  }));
}

async function findClaimedTwice(store: Store): Promise<Finding[]> {
  const query = `SELECT claim.session_id, claim.sha, owner.session_id AS owner FROM commit_conflicts AS claim
    JOIN commits AS owner USING (repository, sha) WHERE claim.session_id <> owner.session_id`;
  const rows = await run<{ session_id: SessionId; sha: string; owner: string }>(store, sql.raw(query));
  return rows.map((row) => ({
    kind: 'commit-claimed-twice',
    severity: 'error',
    sessionId: row.session_id,
    detail: `it claims commit ${row.sha.slice(0, 12)}, which session ${row.owner} made`,
    query: oneSpaced(query),
  }));
}

/** One category has one lock: its sessions follow each other. */
async function findOverlaps(store: Store): Promise<Finding[]> {
  const query = `SELECT session_id, category, before FROM (
      SELECT session_id, category, started_at, max(ended_at) OVER
        (PARTITION BY category ORDER BY started_at, session_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
      FROM ${AUDITED_RECORDS} WHERE is_imported = 0 AND source = 'run'
    ) WHERE before > started_at`;
  const rows = await run<{ session_id: SessionId; category: string; before: string }>(store, sql.raw(query));
  return rows.map((row) => ({
    kind: 'overlapping-sessions',
    severity: 'warning',
    sessionId: row.session_id,
    detail: `it started before ${row.before}, when another session of ${row.category} still held the lock`,
    query: oneSpaced(query),
  }));
}

async function run<Row>(store: Store, query: RawBuilder<unknown>): Promise<Row[]> {
  return (await query.execute(store)).rows as Row[];
}

function oneSpaced(query: string): string {
  return query.replaceAll(/\s+/g, ' ');
}
