import { z } from 'zod';
import { FAILURE_MODE_NAMES, type FailureMode } from './failure-mode.ts';
import { isCategoryName, isSessionId, type CategoryName, type SessionId } from './ids.ts';
import { landing } from './landing-schema.ts';
import { OUTCOMES } from './record-words.ts';

// The one description of a record. The types in record.ts and docs/record.md are made from it, and it checks the records of
// files. An object may have more fields than these: those of a newer stint come through.

const text = z.string();
const texts = z.array(text);
const count = z.int().nonnegative();
const share = z.number().min(0).max(1);
const reported = z.number().nonnegative().nullable();

export const sessionIdSchema = z.custom<SessionId>(
  (id) => typeof id === 'string' && isSessionId(id),
  'expected a session id',
);
const category = z.custom<CategoryName>(
  (name) => typeof name === 'string' && isCategoryName(name),
  'expected the name of a category',
);
export const timeSchema = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'expected a time in ISO 8601 UTC');

export const STOP_REASONS = [
  'completed',
  'timed-out',
  'stuck',
  'lost-completion',
  'looping',
  'cancelled',
  'limited',
  'unauthorised',
  'crashed',
  'lost',
  'budget',
  'asked',
  'not-started',
] as const;

const stop = z.object({
  reason: z
    .enum(STOP_REASONS)
    .describe(
      '`completed`: the agent ended by itself and said so, by a result event or by exit code 0 where its format has no events. `asked`: it waited for a person. `not-started`: its command or its workspace failed. `lost`: nothing proves how it ended. See liveness.md for the others.',
    ),
  because: text.describe('The observation behind the reason, in one sentence.'),
  exitCode: z
    .int()
    .nullable()
    .describe('The exit code that the shell around the agent reported; null where no shell saw one.'),
  signal: text.nullable().describe('The signal behind an exit code above 128; null otherwise.'),
});

const ownCommit = z.object({
  sha: text.describe('The full name of the commit.'),
  patchId: text
    .nullable()
    .describe('The patch id of its change, the same after a rebase; null for merges and empty commits.'),
  subject: text.describe('The first line of its message.'),
  lines: z
    .number()
    .nonnegative()
    .describe('Lines added and removed, without those of generated and lock files.'),
  files: texts.describe('The paths that it changes, without those of `foreignFiles`.'),
  foreignFiles: texts
    .describe(
      'Paths that it changes and does not deliver: their change comes from an entry of `git stash` that another made.',
    )
    .exactOptional(),
  isMerge: z.boolean().describe('Whether it has more than one parent.'),
  source: z
    .enum(['hook', 'reflog', 'reflog+stream', 'forge', 'transcript'])
    .describe(
      'The proof that this session made it. `transcript`: git named it to the agent, and a repository has it.',
    ),
  was: texts
    .describe(
      'Its names before it was amended, squashed or rebased, as far as the session made it under these. Absent where it has only one name.',
    )
    .exactOptional(),
});

const foreignCommit = z.object({
  sha: text.describe('The name of the commit, or the beginning that git printed.'),
  because: text.describe('Why it is not counted.'),
  isOnItsBranch: z
    .literal(true)
    .describe('Present where its own branch has the commit, and nothing says who made it.')
    .exactOptional(),
});

const stash = z.object({
  commit: text.describe('The commit of the entry.'),
  ref: text.nullable().describe('The ref that keeps it; null where no session made it.'),
  subject: text.describe('The line that `git stash list` shows.'),
  files: texts.describe('The paths that it changes.'),
  state: z
    .enum(['left', 'taken', 'dropped', 'foreign'])
    .describe(
      '`left`: its own, and still in the list. `taken`: its own, and another session brought it back. `dropped`: its own, no longer in the list, and in none of its work. `foreign`: another’s, and this session brought it back.',
    ),
  session: sessionIdSchema
    .nullable()
    .describe(
      'The session that took it or emptied the list; for `foreign`, the one that made it. Null where no other session did.',
    ),
});

const range = z.object({
  base: text.describe('The commit that the worktree started from.'),
  head: text.describe('The commit that it stood at in the end.'),
  others: count.describe('The number of commits of the range that stint does not count.'),
  namedOthers: texts.describe('The names of the newest of these.'),
  outside: texts.describe('Counted commits that the range does not have.'),
});

const check = z.object({
  result: z
    .enum(['passed', 'failed', 'failed-before', 'not-run', 'none'])
    .describe(
      '`failed-before`: it failed on the commit before this work too. `none`: no check is configured.',
    ),
  wasRed: z
    .literal(true)
    .describe('Present where the check passed, and failed on the commit before this work.')
    .exactOptional(),
  detail: text.describe('One sentence.'),
});

const declaration = z.object({
  kind: z.enum(['noop', 'blocked', 'done', 'open']).describe('The word that the agent declared.'),
  reason: text.describe('Its reason, in its own words.'),
});

const byForge = z.literal('forge').describe('Where stint verified it.');
const carriers = texts.describe('The names of the session’s own commits that carry it.');
const address = text.describe('Its address on the forge.');

const effect = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('pull-request').describe('A pull request that our own account opened for its work.'),
    source: byForge,
    url: address,
    stage: z
      .enum(['opened', 'merged', 'closed'])
      .describe('`closed`: it was closed without a merge, and only its commits count.'),
    commits: carriers,
  }),
  z.object({
    kind: z.literal('issue-closed').describe('An issue that its commit or its merged pull request closed.'),
    source: byForge,
    url: address,
    commits: carriers,
  }),
  z.object({
    kind: z.literal('ci-fixed').describe('The check failed before this work and passes after it.'),
    source: z.literal('check').describe('Where stint verified it.'),
    commits: carriers,
  }),
  z.object({
    kind: z.literal('artefact').describe('A file that the category’s `artefacts` names.'),
    source: z.enum(['commit', 'worktree']).describe('Where stint verified it.'),
    path: text.describe('The file, from the top of the repository.'),
    commits: carriers,
  }),
  z.object({
    kind: z
      .literal('delivered-by-person')
      .describe('A person committed what the edits of an imported session left.'),
    source: z.literal('repository').describe('Where stint verified it.'),
    commits: texts.describe('The names of these commits, which no session made.'),
    lines: count.describe('Its lines in these commits, which its delivery is measured by.'),
    files: texts.describe('The first 100 files that have these lines, from the top of the repository.'),
  }),
]);

const tokens = {
  input: reported.describe(
    'Tokens of prompts that came from no cache; null (which is not 0) where the provider reported none.',
  ),
  output: reported.describe('Tokens of answers; null as above.'),
  cacheRead: reported.describe('Tokens read from the provider’s cache; null as above.'),
  cacheWrite: reported.describe('Tokens written to the provider’s cache; null as above.'),
};

const usage = z.object({
  ...tokens,
  peakContext: reported.describe(
    'The largest context that one message was sent with, in tokens; null as above.',
  ),
  turns: reported.describe('Answers of the model; null as above.'),
});

const modelUsage = z.object({
  model: text.nullable().describe('The model that answered; null where the messages do not name it.'),
  isSubagent: z.boolean().describe('Whether helpers (subagents) of the session used it.'),
  messages: count.describe('Answers of the model. A price counts each as one request.'),
  tokens: z
    .object({
      ...tokens,
      cacheWrite5m: reported
        .describe('The part of `cacheWrite` that the cache keeps for five minutes; null as above.')
        .exactOptional(),
      cacheWrite1h: reported
        .describe('The part of `cacheWrite` that the cache keeps for an hour; null as above.')
        .exactOptional(),
    })
    .describe('The tokens of these messages.'),
  serviceTier: text
    .nullable()
    .describe('The provider’s word for the service tier; null where it names none.')
    .exactOptional(),
  contextBand: z
    .enum(['128k', '200k', '272k', 'over'])
    .nullable()
    .describe(
      'The smallest of these bands, in tokens, that holds the context of a request: some prices depend on it. Null where the messages do not say its size.',
    )
    .exactOptional(),
});

/** The verdict about a session: the fields that only the judge gives. */
export const judgementShape = {
  outcome: z.enum(OUTCOMES).describe('Exactly one word for how it went; see outcomes.md.'),
  grade: share.nullable().describe('0.0-1.0; null where a grade would say nothing about the work.'),
  gradeParts: z
    .object({
      delivery: share.describe('How much the session delivered.'),
      quality: share.describe('1 where the check passed, less where it did not.'),
      closure: share.describe('1, or less where the session left something open.'),
    })
    .nullable()
    .describe(
      'The factors of `0.10 + 0.90 × delivery × quality × closure`; null where the grade was not made from them.',
    ),
  failureModes: z
    .array(z.enum(FAILURE_MODE_NAMES as [FailureMode, ...FailureMode[]]))
    .describe('Every way in which it fell short; see outcomes.md.'),
  reasons: texts.describe('The reasons of the verdict, in sentences, in the order of the rules.'),
  feedsBelief: z.boolean().describe('Whether the grade may move beliefs.'),
  judgeVersion: z.int().describe('The version of the rules that decided.'),
  opinion: z
    .object({
      grade: share.describe('The grade that the command gave.'),
      reason: text.describe('Its reason, in its own words.'),
      gradeBefore: share.describe('The grade that the judge had given.'),
    })
    .nullable()
    .describe(
      'The answer of the user’s own `judge` command; null where it was not asked or said nothing of use.',
    ),
};

export const recordSchema = z.object({
  id: sessionIdSchema.describe('The name of the session: 10 characters of `0-9a-z`.'),
  thread: text
    .nullable()
    .describe('The agent CLI’s own name of the conversation; null where it is not known.'),
  key: text
    .nullable()
    .default(null)
    .describe('The key of the piece of work, as `run --key` gives it; null without one.'),
  category: category.describe('The category that was planned.'),
  observedCategory: category
    .nullable()
    .describe(
      'The category whose `paths` most of the touched files match, or else whose `commitTypes` most commits have; null where the configuration does not decide.',
    ),
  runType: z.enum(['timer', 'respawn', 'oneoff', 'manual', 'import']).describe('How it was started.'),
  chain: count
    .default(0)
    .describe(
      'The number of sessions of its category that ran back to back before it; above 0 exactly where `runType` is `respawn`.',
    ),
  harness: text.describe('The harness that ran it, by its name in the configuration.'),
  account: text.describe(
    'The account that the harness used, by its name in the configuration; for an import, the name of the harness.',
  ),
  model: text
    .nullable()
    .describe(
      'The model that answered, as the transcript says; else the model that was asked for; null where neither is known.',
    ),
  modelAsked: text
    .nullable()
    .default(null)
    .describe('The model that was asked for; null is the CLI’s own default, or an import that does not say.'),
  attended: z.enum(['yes', 'no', 'unknown']).describe('Whether a person steered it.'),
  ...judgementShape,
  declared: declaration.nullable().describe('The last `stint declare` of the agent; null without one.'),
  stop: stop.describe('How it ended.'),
  startedAt: timeSchema.describe('Its start, ISO 8601 UTC.'),
  endedAt: timeSchema.describe('Its end, ISO 8601 UTC.'),
  durationMs: z
    .number()
    .nonnegative()
    .describe(
      'Milliseconds from start to end; for a transcript, without the time in which it waited for a person.',
    ),
  durationClock: z
    .enum(['boot', 'wall'])
    .exactOptional()
    .describe(
      'What measured `durationMs` of a session that stint ran. `boot`: the kernel’s time since the machine’s start, which goes on while the machine sleeps, and which no change of the clock moves; `endedAt` is the start and that time. `wall`: the difference of two times of the clock, because the machine was started anew meanwhile or does not say its time.',
    ),
  commits: texts.describe(
    'The names of its own commits. For another system’s record: the claims that look like names of commits.',
  ),
  commitDetails: z
    .array(ownCommit)
    .describe('The same commits with their facts; empty where no repository was asked.'),
  notCounted: z.array(foreignCommit).describe('Commits in its log that stint does not count as its own.'),
  range: range
    .nullable()
    .default(null)
    .describe(
      'The worktree’s range from base to end, compared with the counted commits. It decides nothing. Null in a shared checkout and where nothing can be compared.',
    ),
  effects: z
    .array(effect)
    .describe(
      'Verified results beside its commits, such as a merged pull request; see outcomes.md. One change counts once, at its highest stage.',
    ),
  branch: text
    .nullable()
    .describe(
      'The branch that has its work: the one that was made for it, or that on which its worktree stood in the end. Null in a shared checkout, and without such work.',
    ),
  wasBranchThere: z
    .literal(true)
    .describe('Present where `branch` was there before the session: it stays, whatever becomes of its work.')
    .exactOptional(),
  base: text.nullable().describe('The commit that it started from; null in a repository without one.'),
  check: check.describe('The result of the configured check on its last commit.'),
  landing: landing.describe('The way of its work after the verdict.'),
  uncommitted: texts
    .nullable()
    .describe('Paths with uncommitted work in its own worktree; null in a shared checkout.'),
  salvage: text.nullable().describe('The ref that keeps its uncommitted work; null without such work.'),
  edits: z
    .object({
      files: texts.describe(
        'At most 100 of them: from the folder where the session began where they lie there, else as a whole.',
      ),
      more: count.describe('The number of those that are not named; absent without any.').exactOptional(),
    })
    .describe(
      'Files that its own calls changed, as far as these were answered without an error: whether that was committed, they do not say. Absent where there are none.',
    )
    .exactOptional(),
  stashes: z
    .array(stash)
    .describe('Entries of `git stash` that it left, lost or took from another; absent where there are none.')
    .exactOptional(),
  keptWorktree: text
    .nullable()
    .describe('The folder of its worktree, where it had to be kept; null otherwise.'),
  leftovers: texts.describe('Commands of processes that outlived the agent, and were ended.'),
  survivors: texts.describe('Commands of processes that could not be ended.').exactOptional(),
  containment: z
    .enum(['cgroup', 'none'])
    .nullable()
    .describe(
      'How stint knew the session’s processes, beside their tree and tag. `none` misses a process that cleared its environment and left the tree between two looks. Null where no agent was started here.',
    )
    .exactOptional(),
  warnings: texts.describe('Failures of the store or the machine that changed nothing else, in sentences.'),
  claims: texts.describe('Deliverables that an imported record names, unverified. Empty for own sessions.'),
  usage: usage.describe('The tokens of the whole session.'),
  usageByModel: z
    .array(modelUsage)
    .describe(
      'The same by model, service tier and context band, with helpers apart; absent where its messages name no model.',
    )
    .exactOptional(),
  costUsd: reported.describe('US dollars, as the CLI counted them; null where it does not say.'),
  unreadableLines: count.describe('Lines of its transcript that could not be read.'),
  source: z.enum(['run', 'import']).describe('`run`: stint ran it here. `import`: it was brought in.'),
});
