import { sql, type RawBuilder } from 'kysely';
import type { Finding } from '../domain/finding.ts';
import type { SessionId } from '../domain/ids.ts';
import type { GradedNoops } from '../domain/noop-grades.ts';
import { isOutcome, type Outcome } from '../domain/record-words.ts';
import {
  AUDITED,
  CONTRADICTIONS,
  GRADED_NOOP,
  NOT_SAID_BY_A_PERSON,
  oneSpaced,
  type ContradictionKind,
  type RecordRow,
} from './contradictions.ts';
import { AUDITED_RECORDS, TRACED_RECORDS } from './dialect/fragments.ts';
import type { Store } from './store.ts';
import { TRACES } from './trace-bits.ts';

/** Everything that the records say against themselves, by kind. Reads columns only, in the order of one index. */
export async function listFindings(store: Store): Promise<Finding[]> {
  const findings = await findContradictions(store);
  for (const { describe, query, ...rest } of AMONG_SEVERAL)
    for (const row of await run<SeveralRow>(store, sql.raw(query)))
      findings.push({ ...rest, sessionId: row.session_id ?? row.id, detail: describe(row), query });
  return findings;
}

export interface RecordCounts {
  readonly all: number;
  readonly outcomes: ReadonlyMap<Outcome, number>;
  readonly gradedNoops: GradedNoops;
}

/** How many records there are, of each outcome, and how many noops have a grade that contradicts it. */
export async function countRecords(store: Store): Promise<RecordCounts> {
  const rows = await run<{ outcome: string; count: number; graded: number }>(
    store,
    sql.raw(
      `SELECT outcome, count(*) AS count, count(*) FILTER (WHERE ${GRADED_NOOP}) AS graded FROM ${AUDITED_RECORDS} GROUP BY outcome`,
    ),
  );
  const known = rows.flatMap(({ outcome, ...counts }) =>
    isOutcome(outcome) ? [{ outcome, ...counts }] : [],
  );
  const sum = (read: (row: (typeof known)[number]) => number): number =>
    known.reduce((total, row) => total + read(row), 0);
  const all = sum(({ count }) => count);
  return {
    all,
    outcomes: new Map(known.map(({ outcome, count }) => [outcome, count])),
    gradedNoops: { count: sum(({ graded }) => graded), of: all },
  };
}

/** All contradictions of single records in one pass: one look at a record costs more than a comparison. */
async function findContradictions(store: Store): Promise<Finding[]> {
  const all = Object.values(CONTRADICTIONS);
  const any = all.map(({ where }) => `(${where})`).join(' OR ');
  const flags = all.map(({ where }, index) => `(${where}) AS is_${index}`).join(', ');
  const rows = await run<RecordRow & Record<`is_${number}`, number>>(
    store,
    sql.raw(`SELECT ${AUDITED.join(', ')}, ${flags} FROM ${AUDITED_RECORDS} WHERE ${any}`),
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

/** The sessions whose records name a ref that keeps what was not committed. Records of other machines name theirs. */
export async function listSalvaged(store: Store): Promise<SessionId[]> {
  const rows = await run<{ session_id: SessionId }>(store, sql.raw(SALVAGED));
  return rows.map(({ session_id }) => session_id);
}

export const SALVAGED = `SELECT session_id FROM ${TRACED_RECORDS} WHERE traces <> 0 AND traces & ${TRACES.salvage} AND is_imported = 0`;

interface SeveralRow {
  readonly session_id?: SessionId;
  /** The same where a query is about `sessions`. */
  readonly id: SessionId;
  readonly sha: string;
  readonly owner: string;
  readonly category: string;
  readonly before: string;
  readonly traces: number;
}

/** What records and sessions can say against each other. */
const AMONG_SEVERAL: readonly (Pick<Finding, 'kind' | 'severity' | 'query'> & {
  readonly describe: (row: SeveralRow) => string;
})[] = [
  {
    // The table forbids it; a file that was edited or merged by hand may have it all the same.
    kind: 'two-records',
    severity: 'error',
    query: 'SELECT session_id FROM records GROUP BY session_id HAVING count(*) > 1',
    describe: () => 'it has more than one record',
  },
  {
    kind: 'without-record',
    severity: 'error',
    query: `SELECT id FROM sessions WHERE state = 'recorded' AND NOT EXISTS (SELECT 1 FROM records WHERE session_id = id)`,
    describe: () => 'it is said to be recorded, and has no record',
  },
  {
    kind: 'commit-claimed-twice',
    severity: 'error',
    query:
      oneSpaced(`SELECT claim.session_id, claim.sha, owner.session_id AS owner FROM commit_conflicts AS claim
      JOIN commits AS owner USING (repository, sha) WHERE claim.session_id <> owner.session_id`),
    describe: ({ sha, owner }) => `it claims commit ${sha.slice(0, 12)}, which session ${owner} made`,
  },
  {
    kind: 'noop-with-work',
    severity: 'error',
    query: oneSpaced(`SELECT session_id, traces FROM ${TRACED_RECORDS} WHERE traces <> 0
      AND traces & ${TRACES.uncommitted | TRACES.emptyCommits} AND outcome = 'noop' AND ${NOT_SAID_BY_A_PERSON}`),
    describe: ({ traces }) =>
      `it is called noop, and ${(traces & TRACES.uncommitted) > 0 ? 'left files uncommitted' : 'made commits without a change'}`,
  },
  {
    kind: 'impossible-time',
    severity: 'warning',
    query: `SELECT session_id FROM ${TRACED_RECORDS} WHERE traces <> 0 AND traces & ${TRACES.oddTimes} AND source = 'import'`,
    describe: () => 'lines of its transcript have times that cannot be true; they count for no time',
  },
  {
    kind: 'base-not-an-object',
    severity: 'error',
    query: `SELECT session_id FROM ${TRACED_RECORDS} WHERE traces <> 0 AND traces & ${TRACES.oddBase} AND source = 'run'`,
    describe: () => 'its base is not the name of a git object',
  },
  {
    // One category has one lock: its sessions follow each other.
    kind: 'overlapping-sessions',
    severity: 'warning',
    query: oneSpaced(`SELECT session_id, category, before FROM (
      SELECT session_id, category, started_at, max(ended_at) OVER
        (PARTITION BY category ORDER BY started_at, session_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
      FROM ${AUDITED_RECORDS} WHERE is_imported = 0 AND source = 'run'
    ) WHERE before > started_at`),
    describe: ({ before, category }) =>
      `it started before ${before}, when another session of ${category} still held the lock`,
  },
];

async function run<Row>(store: Store, query: RawBuilder<unknown>): Promise<Row[]> {
  return (await query.execute(store)).rows as Row[];
}
