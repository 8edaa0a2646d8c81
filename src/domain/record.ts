import type { z } from 'zod';
import type { judgementShape, recordSchema } from './record-schema.ts';

/** Data of a schema, read-only. */
type Fixed<T> = T extends string | number | boolean | null | undefined
  ? T
  : { readonly [K in keyof T]: Fixed<T[K]> };

/**
 * The one truth about a session, written exactly once. These names are what scripts rely on. docs/record.md says what each
 * field holds. Fields that older records lack are optional, or have their default in the schema.
 */
export type SessionRecord = Fixed<z.output<typeof recordSchema>>;

/** What was decided about a session. */
export type Judgement = Pick<SessionRecord, keyof typeof judgementShape>;

/** Every factor of `0.10 + 0.90 × delivery × quality × closure`, each in [0, 1]. */
export type GradeParts = NonNullable<Judgement['gradeParts']>;

export type RunType = SessionRecord['runType'];

/** Why a session ended. Written once, by the process that ended it first, before any signal is sent. */
export type Stop = SessionRecord['stop'];

export type StopReason = Stop['reason'];

/** What one model was asked for in a session. */
export type ModelUsage = NonNullable<SessionRecord['usageByModel']>[number];

/** As much of a record as says how its harness did. */
export interface SessionEnd extends Pick<SessionRecord, 'outcome' | 'failureModes' | 'unreadableLines'> {
  readonly stop: Pick<Stop, 'reason' | 'because' | 'exitCode'>;
}

/** How much a session left behind, by its record. */
export function leakFacts({ leftovers, survivors = [], containment = null }: SessionRecord) {
  return {
    leftoverCount: leftovers.length,
    survivorCount: survivors.length,
    isContained: containment === null ? null : containment === 'cgroup',
  };
}

/** The end of a session's path: its record, and whether this process wrote it. */
export interface Concluded {
  readonly record: SessionRecord;
  /** False when another process had written the record before. */
  readonly isNew: boolean;
}
