import type { SessionId } from './ids.ts';

/** An `error` is a lie; a `warning` may have an innocent reason. */
export type Severity = 'error' | 'warning';

/** What a record can say against itself, or records against each other. */
export const FINDING_KINDS = [
  'noop-with-grade',
  'noop-with-deliverable',
  'noop-with-work',
  'productive-without-deliverable',
  'grade-without-work',
  'failed-with-grade',
  'failed-without-mode',
  'two-records',
  'without-record',
  'commit-claimed-twice',
  'overlapping-sessions',
  'end-before-start',
  'duration-differs',
  'synthetic-noop',
  'zero-tokens',
  'time-of-import',
  'impossible-time',
  'base-not-an-object',
  'salvage-missing',
] as const;

export type FindingKind = (typeof FINDING_KINDS)[number];

/** One contradiction of one session's record, and the query that finds it. */
export interface Finding {
  readonly kind: FindingKind;
  readonly severity: Severity;
  readonly sessionId: SessionId;
  readonly detail: string;
  /** SQL, for `stint.db`; words where the kernel's locks are asked, too. */
  readonly query: string;
}

/** A finding that a person has seen, and left as it is. The same kind with another detail is a new finding. */
export interface AcceptedFinding extends Pick<Finding, 'kind' | 'sessionId' | 'detail'> {
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly who: string;
  readonly why: string;
}
