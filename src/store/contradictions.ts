import type { Selectable } from 'kysely';
import type { FindingKind, Severity } from '../domain/finding.ts';
import { LARGEST_NOOP_GRADE } from '../domain/noop-grades.ts';
import { daysOf } from './dialect/fragments.ts';
import type { Tables } from './tables.ts';

/** The columns of a record that the audit compares with each other. */
export const AUDITED = [
  'session_id',
  'category',
  'started_at',
  'ended_at',
  'outcome',
  'grade',
  'deliverables',
  'duration_ms',
  'written_at',
] as const;

export type RecordRow = Pick<Selectable<Tables['records']>, (typeof AUDITED)[number]>;

interface Contradiction {
  readonly severity: Severity;
  /** SQL over the columns of one record. */
  readonly where: string;
  readonly describe: (row: RecordRow) => string;
}

/** Whoever corrected an outcome has seen more than the columns say. */
export const NOT_SAID_BY_A_PERSON = oneSpaced(`NOT EXISTS (SELECT 1 FROM amendments
  WHERE amendments.session_id = records.session_id AND field = 'outcome' AND who NOT LIKE 'stint:%')`);

const LASTED_MS = `(${daysOf('ended_at')} - ${daysOf('started_at')}) * 86400000`;

/** Imported, and judged here by its transcript: its duration leaves out the time before each prompt, so it may be less. */
const LEAVES_OUT_WAITING = oneSpaced(`(is_imported = 1 AND duration_ms < ${LASTED_MS}
  AND EXISTS (SELECT 1 FROM evidence WHERE evidence.session_id = records.session_id))`);

/** Another machine's clock may be ahead of ours, not by more than a day. */
const IS_IN_THE_FUTURE = `${daysOf('started_at')} > ${daysOf('written_at')} + 1`;

/** A noop that status and audit count. */
export const GRADED_NOOP = `outcome = 'noop' AND grade > ${LARGEST_NOOP_GRADE}`;

/** What one record can say against itself. */
export const CONTRADICTIONS = {
  'noop-with-grade': {
    severity: 'error',
    // Other systems have bands of their own. The judge of stint gives a noop 0.05 at most.
    where: `${GRADED_NOOP} OR (outcome = 'noop' AND source = 'run' AND grade > 0.05)`,
    describe: ({ grade }) => `it is called noop, and its grade is ${grade}`,
  },
  'noop-with-deliverable': {
    severity: 'error',
    where: `outcome = 'noop' AND deliverables > 0 AND ${NOT_SAID_BY_A_PERSON}`,
    describe: ({ deliverables }) => `it is called noop, and delivered ${deliverables}`,
  },
  'productive-without-deliverable': {
    severity: 'error',
    // The grade that another system gave after the session is its evidence; where there is none either, nothing is.
    where: `outcome = 'productive' AND deliverables = 0 AND (source = 'run' OR grade IS NULL) AND ${NOT_SAID_BY_A_PERSON}`,
    describe: () => 'it is called productive, and nothing that it delivered is known',
  },
  'grade-without-work': {
    severity: 'error',
    where: `outcome IN ('not-run', 'unknown', 'blocked') AND grade IS NOT NULL`,
    describe: ({ outcome, grade }) => `it is called ${outcome}, and has a grade, ${grade}`,
  },
  'failed-with-grade': {
    severity: 'error',
    where: `outcome = 'failed' AND grade > 0`,
    describe: ({ grade }) => `it is called failed, and its grade is ${grade}`,
  },
  'failed-without-mode': {
    severity: 'error',
    // The records of other systems have the modes that these know.
    where: `outcome = 'failed' AND modes = 0 AND source = 'run' AND ${NOT_SAID_BY_A_PERSON}`,
    describe: () => 'it is called failed, and no failure mode says why',
  },
  'end-before-start': {
    severity: 'error',
    where: `ended_at < started_at`,
    describe: ({ started_at, ended_at }) => `it ended ${ended_at}, before it started, ${started_at}`,
  },
  'duration-differs': {
    severity: 'warning',
    where: `ended_at >= started_at AND abs(${LASTED_MS} - duration_ms) > 1000 AND NOT ${LEAVES_OUT_WAITING}`,
    describe: ({ started_at, ended_at, duration_ms }) =>
      `it took ${duration_ms} ms by its own word, and lasted from ${started_at} to ${ended_at}`,
  },
  'synthetic-noop': {
    severity: 'error',
    where: `outcome = 'noop' AND model = '<synthetic>'`,
    describe: () => 'no model answered (`<synthetic>` is the CLI itself), and it is called noop',
  },
  'zero-tokens': {
    severity: 'warning',
    where: `tokens = 0 AND outcome NOT IN ('not-run', 'unknown')`,
    describe: () => 'it worked, and used 0 tokens: they were not reported, which is not 0',
  },
  'time-of-import': {
    severity: 'warning',
    where: `source = 'import' AND ${daysOf('started_at')} > ${daysOf('written_at')} - 2.0 / 86400 AND NOT ${IS_IN_THE_FUTURE}`,
    describe: ({ started_at }) => `it started ${started_at}, the moment when it was imported`,
  },
  'impossible-time': {
    severity: 'error',
    // A record without any time has the first of 1970, and a warning that says so.
    where: `source = 'import' AND started_at > '1970-01-01T00:00:00.000Z' AND (started_at < '2020-01-01' OR ${IS_IN_THE_FUTURE})`,
    describe: ({ started_at, written_at }) =>
      written_at !== null && started_at > written_at
        ? `it started ${started_at}, after it was imported, ${written_at}`
        : `it started ${started_at}, before there were agent CLIs`,
  },
} satisfies Readonly<Partial<Record<FindingKind, Contradiction>>>;

export type ContradictionKind = keyof typeof CONTRADICTIONS;

/** A query as one line, for people. */
export function oneSpaced(query: string): string {
  return query.replaceAll(/\s+/g, ' ');
}
