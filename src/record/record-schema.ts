import { z } from 'zod';
import { FAILURE_MODE_NAMES, type FailureMode } from '../domain/failure-mode.ts';
import { isCategoryName, isSessionId, type CategoryName, type SessionId } from '../domain/ids.ts';
import { LANDING_REFUSALS, LANDING_WAYS } from '../domain/landing.ts';
import type { SessionRecord } from '../domain/record.ts';
import { STOP_REASONS } from '../domain/stop.ts';
import { OUTCOMES } from '../domain/verdict.ts';

const count = z.number().nonnegative().nullable();
const tokens = { input: count, output: count, cacheRead: count, cacheWrite: count };
const texts = z.array(z.string());
export const timeSchema = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'expected a time in ISO 8601 UTC');
const share = z.number().min(0).max(1);
export const sessionIdSchema = z.custom<SessionId>(
  (id) => typeof id === 'string' && isSessionId(id),
  'expected a session id',
);
const category = z.custom<CategoryName>(
  (name) => typeof name === 'string' && isCategoryName(name),
  'expected the name of a category',
);

const effect = z.discriminatedUnion('kind', [
  z.looseObject({
    kind: z.literal('pull-request'),
    source: z.literal('forge'),
    url: z.string(),
    stage: z.enum(['opened', 'merged', 'closed']),
    commits: texts,
  }),
  z.looseObject({
    kind: z.literal('issue-closed'),
    source: z.literal('forge'),
    url: z.string(),
    commits: texts,
  }),
  z.looseObject({ kind: z.literal('ci-fixed'), source: z.literal('check'), commits: texts }),
  z.looseObject({
    kind: z.literal('artefact'),
    source: z.enum(['commit', 'worktree']),
    path: z.string(),
    commits: texts,
  }),
]);

const landing = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('none'), detail: z.string() }),
  z.looseObject({
    kind: z.literal('landed'),
    how: z.enum(LANDING_WAYS),
    onto: z.string().nullable(),
    head: z.string().nullable(),
    commits: texts,
    url: z.string().nullable(),
    isBranchSpent: z.boolean(),
    detail: z.string(),
  }),
  z.looseObject({
    kind: z.literal('refused'),
    how: z.enum(LANDING_WAYS),
    reason: z.enum(LANDING_REFUSALS),
    detail: z.string(),
    files: texts,
  }),
]);

/** Every field of a record. Whoever adds one says here what it may hold. */
export const recordSchema = z.looseObject({
  id: sessionIdSchema,
  thread: z.string().nullable(),
  key: z.string().nullable().default(null),
  category,
  observedCategory: category.nullable(),
  runType: z.enum(['timer', 'respawn', 'oneoff', 'manual', 'import']),
  chain: z.int().nonnegative().default(0),
  harness: z.string(),
  account: z.string(),
  model: z.string().nullable(),
  modelAsked: z.string().nullable().default(null),
  attended: z.enum(['yes', 'no', 'unknown']),
  outcome: z.enum(OUTCOMES),
  grade: share.nullable(),
  gradeParts: z.looseObject({ delivery: share, quality: share, closure: share }).nullable(),
  failureModes: z.array(z.enum(FAILURE_MODE_NAMES as [FailureMode, ...FailureMode[]])),
  reasons: texts,
  feedsBelief: z.boolean(),
  judgeVersion: z.int(),
  opinion: z.looseObject({ grade: share, reason: z.string(), gradeBefore: share }).nullable(),
  declared: z
    .looseObject({ kind: z.enum(['noop', 'blocked', 'done', 'open']), reason: z.string() })
    .nullable(),
  stop: z.looseObject({
    reason: z.enum(STOP_REASONS),
    because: z.string(),
    exitCode: z.int().nullable(),
    signal: z.string().nullable(),
  }),
  startedAt: timeSchema,
  endedAt: timeSchema,
  durationMs: z.number().nonnegative(),
  commits: texts,
  commitDetails: z.array(
    z.looseObject({
      sha: z.string(),
      patchId: z.string().nullable(),
      subject: z.string(),
      lines: z.number().nonnegative(),
      files: texts,
      isMerge: z.boolean(),
      source: z.enum(['hook', 'reflog', 'reflog+stream', 'forge', 'transcript']),
    }),
  ),
  notCounted: z.array(z.looseObject({ sha: z.string(), because: z.string() })),
  range: z
    .looseObject({
      base: z.string(),
      head: z.string(),
      others: z.int().nonnegative(),
      namedOthers: texts,
      outside: texts,
    })
    .nullable()
    .default(null),
  effects: z.array(effect),
  branch: z.string().nullable(),
  base: z.string().nullable(),
  check: z.looseObject({
    result: z.enum(['passed', 'failed', 'failed-before', 'not-run', 'none']),
    detail: z.string(),
  }),
  landing,
  uncommitted: texts.nullable(),
  salvage: z.string().nullable(),
  keptWorktree: z.string().nullable(),
  leftovers: texts,
  survivors: texts.default([]),
  containment: z.enum(['cgroup', 'none']).nullable().default(null),
  warnings: texts,
  claims: texts,
  usage: z.looseObject({ ...tokens, peakContext: count, turns: count }),
  usageByModel: z
    .array(
      z.looseObject({
        model: z.string().nullable(),
        isSubagent: z.boolean(),
        messages: z.int().nonnegative(),
        tokens: z.looseObject({
          ...tokens,
          cacheWrite5m: count.exactOptional(),
          cacheWrite1h: count.exactOptional(),
        }),
        serviceTier: z.string().nullable().exactOptional(),
        contextBand: z.enum(['128k', '200k', '272k', 'over']).nullable().exactOptional(),
      }),
    )
    .exactOptional(),
  costUsd: count,
  unreadableLines: z.int().nonnegative(),
  source: z.enum(['run', 'import']),
}) satisfies z.ZodType<SessionRecord>;
