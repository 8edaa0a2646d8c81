import path from 'node:path';
import { z } from 'zod';
import type { ForeignRecord } from '../../domain/foreign-record.ts';
import { type CategoryName, isCategoryName, SESSION_ID_LENGTH, type SessionId } from '../../domain/ids.ts';
import { type Outcome, OUTCOMES } from '../../domain/record-words.ts';
import type { JsonObject } from '../../lib/json-lines.ts';
import { oneLine } from '../../lib/plain-text.ts';
import { derivedWord } from '../../lib/random.ts';

// `session-records.jsonl`, as run loops write it: one JSON object a session.
// Source: the SessionRecord of gptme-sessions, and what the reliability tracker of the same author reads of it.

const text = z.string().nullish();
const count = z.number().nonnegative().nullish();
const share = z.number().min(0).max(1).nullish();

/** More fields are welcome; those that mean something here must be what they say. */
const rowSchema = z.looseObject({
  session_id: text,
  timestamp: text,
  start_time: text,
  end_time: text,
  duration_seconds: count,
  harness: text,
  model: text,
  run_type: text,
  trigger: text,
  attended: z.union([z.boolean(), z.enum(['yes', 'no', 'unknown'])]).nullish(),
  category: text,
  recommended_category: text,
  outcome: text,
  exit_code: z.number().int().nullish(),
  grades: z.looseObject({ productivity: share }).nullish(),
  grade_reasons: z.looseObject({ harm: text }).nullish(),
  trajectory_grade: share,
  loop_status: text,
  intent_category_matched: z.boolean().nullish(),
  deliverables: z.array(z.string()).nullish(),
  trajectory_path: text,
  input_tokens: count,
  output_tokens: count,
  cache_read_tokens: count,
  cache_creation_tokens: count,
  context_peak_tokens: count,
  cost_usd: count,
});

type Row = z.output<typeof rowSchema>;

/** A row that was read, or why it was not. */
export type SessionRecordRow =
  | { readonly session: ForeignRecord }
  /** A helper of another session: its work is in that session's record. */
  | { readonly isSubagent: true }
  | { readonly reason: string };

/** Whether an object looks like a row of such a file. Lines of transcripts have none of these. */
export function isSessionRecord(object: JsonObject): boolean {
  const { outcome, grades, loop_status: loop, session_id: id, duration_seconds: duration } = object;
  return (
    typeof outcome === 'string' ||
    typeof loop === 'string' ||
    (typeof grades === 'object' && grades !== null) ||
    (typeof id === 'string' && typeof duration === 'number')
  );
}

/** Reads one row. The same row gives the same session, whichever file holds it. */
export function readSessionRecord(object: JsonObject): SessionRecordRow {
  const parsed = rowSchema.safeParse(object);
  if (!parsed.success) return { reason: describeIssue(parsed.error.issues[0]) };
  const row = parsed.data;
  if (isSubagent(row)) return { isSubagent: true };
  const times = readTimes(row);
  if ('reason' in times) return times;
  const thread = nonEmpty(row.session_id);
  const category = readCategory(row);
  return {
    session: {
      id:
        thread === null
          ? (derivedWord(`session-record ${canonical(object)}`, SESSION_ID_LENGTH) as SessionId)
          : sessionIdOfThread(thread),
      thread,
      category: category.name,
      harness: nonEmpty(row.harness) ?? 'unknown',
      model: nonEmpty(row.model),
      attended: readAttended(row),
      ...readOutcome(row),
      grade: row.grades?.productivity ?? row.trajectory_grade ?? null,
      isLoopOpen: /^(open|abandoned)$/i.test(row.loop_status ?? ''),
      isCiBreak: (row.grade_reasons?.harm ?? '').includes('ci_break'),
      isIntentMatched: row.intent_category_matched ?? null,
      claims: row.deliverables ?? [],
      exitCode: row.exit_code ?? null,
      ...times,
      usage: {
        input: row.input_tokens ?? null,
        output: row.output_tokens ?? null,
        cacheRead: row.cache_read_tokens ?? null,
        cacheWrite: row.cache_creation_tokens ?? null,
        peakContext: row.context_peak_tokens ?? null,
        turns: null,
      },
      costUsd: row.cost_usd ?? null,
      warnings: [...category.warnings, ...times.warnings],
    },
  };
}

/** The id of a session that was imported: the same from a row of records and from the agent CLI's own file. */
export function sessionIdOfThread(thread: string): SessionId {
  return derivedWord(`session-record-id ${thread}`, SESSION_ID_LENGTH) as SessionId;
}

function describeIssue(issue: z.core.$ZodIssue | undefined): string {
  const message = (issue?.message ?? 'it cannot be read').replace(/^Invalid input: /, '');
  return `${(issue?.path ?? []).map(String).join('.')}: ${message}`;
}

/** The transcript of a helper lies in the `subagents` folder of its session, or is named for it. */
function isSubagent(row: Row): boolean {
  const file = row.trajectory_path ?? '';
  return /(^|[\\/])subagents[\\/]/.test(file) || /^agent-[^\\/]+\.jsonl$/.test(path.basename(file));
}

/** Unattended unless the file says otherwise, because run loops write such files. */
function readAttended({ attended, run_type: runType, trigger }: Row): ForeignRecord['attended'] {
  if (typeof attended === 'string') return attended;
  if (typeof attended === 'boolean') return attended ? 'yes' : 'no';
  return [runType, trigger].some((word) => /^interactive$/i.test(word ?? '')) ? 'yes' : 'no';
}

function readOutcome({ outcome }: Row): Pick<ForeignRecord, 'outcome' | 'outcomeWord'> {
  const word = nonEmpty(outcome);
  const plain = (word ?? '').toLowerCase().replaceAll('_', '-');
  const known = OUTCOMES.find((each): each is Outcome => each === plain);
  return { outcome: known ?? 'unknown', outcomeWord: word };
}

/** Where nothing says what was worked on. */
export const NO_CATEGORY = 'uncategorised' as CategoryName;

/** The category that was worked on, else the planned one. A name that cannot name a file is changed until it can. */
function readCategory(row: Row): { name: CategoryName; warnings: string[] } {
  const given = nonEmpty(row.category) ?? nonEmpty(row.recommended_category);
  if (given === null) return { name: NO_CATEGORY, warnings: [] };
  if (isCategoryName(given)) return { name: given, warnings: [] };
  const bent = given
    .replace(/[^a-z0-9_-]+/gi, '-')
    .replace(/^[-_]+|-+$/g, '')
    .slice(0, 64);
  const warnings = [`its category was named "${oneLine(given, 80)}"`];
  return { name: isCategoryName(bent) ? bent : NO_CATEGORY, warnings };
}

interface Times extends Pick<ForeignRecord, 'startedAt' | 'endedAt' | 'durationMs' | 'warnings'> {}

const NO_TIME = '1970-01-01T00:00:00.000Z';

/** `timestamp` is when the record was written: the end, where nothing says it better. */
function readTimes(row: Row): Times | { reason: string } {
  const given = { start_time: row.start_time, end_time: row.end_time, timestamp: row.timestamp };
  const times = Object.entries(given).map(([name, value]) => [name, readTime(value)] as const);
  const wrong = times.find(([, ms]) => Number.isNaN(ms));
  if (wrong) return { reason: `${wrong[0]}: expected a time in ISO 8601` };
  const [start = null, end = null, written = null] = times.map(([, ms]) => ms);
  const seconds = row.duration_seconds ?? null;
  const durationMs = seconds === null ? null : Math.round(seconds * 1000);
  const endMs = end ?? (start === null ? written : start + (durationMs ?? 0));
  const startMs = start ?? (endMs === null ? null : endMs - (durationMs ?? 0));
  if (endMs === null || startMs === null) {
    const warnings = ['its record says no time'];
    return { startedAt: NO_TIME, endedAt: NO_TIME, durationMs: durationMs ?? 0, warnings };
  }
  const startedAt = toIso(startMs);
  const endedAt = toIso(endMs);
  if (startedAt === null || endedAt === null) return { reason: 'duration_seconds: longer than any calendar' };
  return { startedAt, endedAt, durationMs: durationMs ?? Math.max(0, endMs - startMs), warnings: [] };
}

/** Milliseconds, null without one, NaN for what is no time. Without a zone it means UTC, on every machine. */
function readTime(value: string | null | undefined): number | null {
  if (value === null || value === undefined || value.trim() === '') return null;
  const time = value.trim();
  if (!/^\d{4}-\d\d-\d\d/.test(time)) return Number.NaN;
  const hasZone = /(z|[+-]\d\d:?\d\d)$/i.test(time) || !time.includes(':');
  return Date.parse(hasZone ? time : `${time.replace(' ', 'T')}Z`);
}

/** Null outside the years that four digits hold: times are compared as text. */
function toIso(ms: number): string | null {
  if (!(ms >= Date.parse('0001-01-01') && ms < Date.parse('9999-12-31'))) return null;
  return new Date(ms).toISOString();
}

function nonEmpty(value: string | null | undefined): string | null {
  return value === null || value === undefined || value.trim() === '' ? null : value;
}

/** The same text for the same content, in whatever order its keys stand. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`;
}
