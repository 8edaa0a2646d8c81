import { z } from 'zod';
import { FAILURE_MODES } from '../domain/failure-mode.ts';
import { isCategoryName, isSlotName } from '../domain/ids.ts';
import { CONTAINMENTS } from '../domain/liveness.ts';
import { COMMAND_FORMATS, HARNESS_TYPES } from '../harness/create-harness.ts';
import {
  command,
  duration,
  landing,
  redactPattern,
  sample,
  limit,
  LONGEST_REST_MS,
  share,
  size,
  softDeadline,
  someNames,
  text,
  timezone,
  tokens,
} from './fields.ts';

// What each key means is said here and nowhere else: the JSON Schema and docs/settings.md are made from it.

const permissions = z.enum(['read', 'edit', 'full']);
const rest = duration.refine((ms) => ms <= LONGEST_REST_MS, 'it must be at most 365d');
const globs = z.array(text.min(1));

const after = command.describe(
  'A command that runs after each record, with STINT_SESSION_ID, STINT_OUTCOME, STINT_GRADE (empty without one) and STINT_RECORD, a file with the record as JSON. It may take a minute; how it ends changes nothing, and is in the log.',
);
const judge = command.describe(
  'A command, a language model say, that may lower a grade and never raise one or change an outcome. It gets the evidence as JSON on standard input and prints `{"grade": 0.0-1.0, "reason": "…"}`. When it fails, the grade stays and the record says so; see outcomes.md.',
);
const judgeTimeout = limit.describe('The longest that `judge` may take.');
const artefacts = z
  .record(
    text.min(1).max(64),
    z.union([text.min(1), globs.min(1)], { error: 'it must be a glob, or a list of globs' }),
  )
  .describe(
    'Files that are a result in themselves, by name: `journal: docs/journal/*.md`. One that a session creates or changes is a deliverable.',
  );
const pull = z
  .enum(['fetch', 'in-place', 'never'])
  .describe(
    'How the repository is brought up to date before a session starts: `fetch` its remote; `in-place` also pulls the checkout itself (`--rebase --autostash`), and only while no session is open in it; `never`. A failure is a warning in the record, and the old base is used.',
  );

export const superviseSchema = z.strictObject({
  firstEvent: limit
    .optional()
    .describe(
      'How long until the first event. Smaller: slow starts are ended. Larger: a CLI that never starts is noticed later.',
    ),
  silence: limit
    .optional()
    .describe(
      'The longest silence while nothing but the model can be waited for. Smaller: slow models are ended. Larger: a hang costs more time. At most `timeout`.',
    ),
  finishing: limit
    .optional()
    .describe('How long a process may stay after its result, and a call after its process is gone.'),
  sample: sample
    .optional()
    .describe(
      'How often the session is looked at. Smaller: more work for stint. Larger: short-lived tools go unseen. At least 50ms, and at most `silence`, to which the default gives way.',
    ),
  suppression: limit
    .optional()
    .describe('How long anything but a living tool of its own excuses one silence.'),
  grace: limit.optional().describe('Between TERM and KILL.'),
  output: size.optional().describe('The most that a session may print.'),
  loop: z
    .int()
    .min(10)
    .max(100_000)
    .optional()
    .describe(
      'So many quick calls in a row that are all alike, answers too, and it goes in circles. Smaller: impatient polling is ended. Larger: more tokens burn.',
    ),
  idleCpu: share
    .optional()
    .describe(
      'CPU time, as a share of one processor, that the agent uses while it only waits for its model. Smaller: a CLI that ticks seems to work until `suppression` is over. Larger: little work goes unseen. Default: what is known of the harness, or 2%.',
    ),
  idleBytes: size
    .optional()
    .describe(
      'Bytes a second that the agent reads and writes while it only waits, as `idleCpu`. Default: what is known of the harness, or 512B.',
    ),
  contain: z
    .enum(CONTAINMENTS)
    .optional()
    .describe(
      'Whether a session gets a cgroup of its own, which names every process of it: `auto` where the machine allows it, `cgroup` or it does not start, `none`; see platforms.md.',
    ),
  markerDirs: z
    .array(text.min(1))
    .optional()
    .describe(
      'More folders, beside the state’s own, in which execution markers of a session are looked for.',
    ),
});

const budget = z.strictObject({
  tokens: tokens
    .optional()
    .describe(
      'The most tokens in a day, all that are reported: read, written and cached. Such as 500k or 20M.',
    ),
  costUsd: z
    .number()
    .positive()
    .optional()
    .describe('The most that they may cost in a day, as harnesses report it.'),
});

/** Below half a session nothing would be believed beforehand, and draws would be all or nothing. */
const weight = z.number().min(0.5).max(1000);

const respawn = z.strictObject({
  grade: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('The least grade after which the same category starts again.'),
  chain: z.int().min(0).max(100).optional().describe('How often in a row; 0 switches it off.'),
});

export const harnessSchema = z.strictObject({
  type: z
    .enum(HARNESS_TYPES)
    .optional()
    .describe(
      'What kind of harness it is: an agent CLI that stint knows, or any command. Default: its name where that is a kind, else `command`.',
    ),
  command: command
    .optional()
    .describe(
      'The program and its arguments: a list, or one line split into words. `{prompt}`, `{promptFile}`, `{sessionId}` and `{workspace}` are replaced; without a `{prompt…}` the prompt comes on standard input. Required for `command`. For a CLI that stint knows it is only the program (with what a wrapper needs before it): stint adds the flags.',
    ),
  format: z
    .enum(COMMAND_FORMATS)
    .optional()
    .describe(
      'What a `command` prints: plain text, the stream-json of Claude Code (`claude-code` means that too), or what another CLI that stint knows prints when stint starts it (for `codex` that is `codex exec --json`, for the others plain text). The other kinds have their own, and refuse it.',
    ),
  model: someNames
    .optional()
    .describe(
      'A model, or a list: which does best in a category is learned. Commands get it as STINT_MODEL. Default: the CLI’s own.',
    ),
  account: text
    .min(1)
    .optional()
    .describe(
      'Whose quota it uses: a usage limit parks the account, for every repository of this machine that names it. Default: the harness with the login that it finds.',
    ),
  supervise: superviseSchema
    .optional()
    .describe('Limits of this harness; over the project’s, under the category’s.'),
});

export const categorySchema = z.strictObject({
  prompt: text
    .min(1, 'it must say what to do')
    .refine((words) => words.trim() !== '', 'it must say what to do')
    .optional()
    .describe('What to do. This or `promptFile` is required.'),
  promptFile: text.min(1).optional().describe('A file inside the project that says what to do.'),
  harness: someNames
    .optional()
    .describe(
      'A harness, or a list: of those that can start, which does best here is learned. Default: the only one.',
    ),
  model: someNames.optional().describe('A model, or a list, over the harness’s.'),
  permissions: permissions.optional().describe('As at the top, for this category.'),
  preamble: z.boolean().optional().describe('As at the top, for this category.'),
  isolation: z
    .enum(['worktree', 'shared'])
    .optional()
    .describe('A worktree of its own on the branch `stint/<category>/<id>`, or this checkout.'),
  base: text.min(1).optional().describe('What worktrees start from. Default: the current commit.'),
  setup: command
    .optional()
    .describe('A command in the new worktree before the agent. When it fails the session is not-run.'),
  setupTimeout: limit.optional().describe('The longest that `setup` may take.'),
  copy: globs.optional().describe('Ignored files that a worktree needs, such as `.env`.'),
  timeout: limit.optional().describe('The longest session.'),
  softDeadline: softDeadline
    .optional()
    .describe(
      'When the agent should finish: told to it as STINT_DEADLINE and in the preamble, never enforced.',
    ),
  maxTurns: z
    .int()
    .positive()
    .optional()
    .describe(
      'The most answers of the model. Only Claude Code has such a limit; with another harness it is a warning.',
    ),
  check: command
    .optional()
    .describe('A command that must pass on a clean checkout of what was delivered; see outcomes.md.'),
  checkTimeout: limit.optional().describe('The longest that `check` may take.'),
  land: landing
    .optional()
    .describe(
      'Where delivered work goes when its checks pass: `branch` leaves it on its branch, `rebase` puts it onto the base branch, `push` also pushes that to its remote, `pr` pushes the session’s branch and opens a pull request with `gh`, a list of words is a command of your own; see landing.md.',
    ),
  landTimeout: limit.optional().describe('The longest that landing may take.'),
  supply: command
    .optional()
    .describe(
      'A command that lists what there is to do: exit 0 and a JSON array, whose length counts, or lines that are not empty. Nothing listed: the category is dry, and does not start. One that fails says nothing.',
    ),
  supplyTimeout: limit.optional().describe('The longest that `supply` may take.'),
  budget: budget.optional().describe('What its sessions of a day may use; see choosing.md.'),
  judge: judge.optional(),
  judgeTimeout: judgeTimeout.optional(),
  artefacts: artefacts.optional(),
  paths: globs.optional().describe('Globs of what is this category’s work, to notice a routing mismatch.'),
  commitTypes: z
    .array(text.regex(/^[a-z][a-z0-9-]*$/i, 'it must be the type of a conventional commit, such as docs'))
    .optional()
    .describe(
      'Types of conventional commits (`docs: …`) that are this category’s work, asked where paths say nothing. Default: its own name where that is a type; feat, fix, refactor and perf for `code`.',
    ),
  owner: text.optional().describe('Whom `stint status` names when it is blocked.'),
  shell: z.boolean().optional().describe('Run the commands of this category through `/bin/sh -c`.'),
  after: after.optional(),
  pull: pull.optional(),
  supervise: superviseSchema.optional().describe('Limits of this category; over everything else.'),
  schedule: z
    .strictObject({
      cooldown: rest.optional().describe('As at the top, for this category.'),
      respawn: respawn.optional().describe('As at the top, for this category.'),
    })
    .optional()
    .describe('Its own pace.'),
});

const scheduleSchema = z.strictObject({
  every: limit.optional().describe('How often the service looks for something to start.'),
  top: z.int().min(1).max(100).optional().describe('How many categories a fan-out starts.'),
  maxConcurrent: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe(
      'The most sessions at once in this repository, however many `top` are chosen; the others rest.',
    ),
  jitter: rest
    .optional()
    .describe(
      'A fan-out starts its sessions at random moments within so long, the first at once: agents that start together ask for the same things together.',
    ),
  slots: z.int().min(0).max(1000).optional().describe('The most one-off sessions (`run --slot`) at once.'),
  cooldown: rest.optional().describe('How long a category rests after a session.'),
  maxOpenPrs: z
    .int()
    .min(0)
    .max(10_000)
    .optional()
    .describe('With so many open pull requests nothing starts that makes more of them (`land: pr`).'),
  respawn: respawn
    .optional()
    .describe('When a category starts again back to back: `stint run` and `stint fanout` with `--respawn`.'),
});

const admissionSchema = z.strictObject({
  memory: share
    .optional()
    .describe('With so much of the memory in use nothing more is started. 100% never holds anything back.'),
  disk: share
    .optional()
    .describe('The same for the file systems of state and worktrees, whichever is fuller.'),
  load: z
    .number()
    .positive()
    .max(10_000)
    .optional()
    .describe('The same for tasks that run or wait, for each processor, on average over a minute.'),
});

const gateSchema = z.strictObject({
  mode: z
    .enum(Object.keys(FAILURE_MODES) as [string, ...string[]])
    .optional()
    .describe('The failure mode that is watched; outcomes.md lists them.'),
  rate: share.optional().describe('The rate above which the gate closes, 0 to 1 or a percentage.'),
  window: z.int().min(1).max(10_000).optional().describe('Over so many of the newest sessions.'),
  consecutive: z.int().min(1).max(1000).optional().describe('At each of so many sessions in a row.'),
  minSessions: z.int().min(1).max(10_000).optional().describe('With fewer sessions it stays open.'),
  detector: z.enum(['notify', 'close']).optional().describe('What the change detector does when it fires.'),
});

export const configSchema = z.strictObject({
  version: z
    .literal(1, { error: 'it must be 1, the only version that there is' })
    .describe('The version of this file’s format.'),
  permissions: permissions
    .optional()
    .describe(
      'What the agent CLI may do without asking: look, also edit and commit, or anything. It becomes the CLI’s own flags; see security.md. A `command` does not get it.',
    ),
  preamble: z
    .boolean()
    .optional()
    .describe('A short text before each prompt: unattended, commit, the deadline, how to declare.'),
  harnesses: z.record(text, harnessSchema).optional().describe('The agent CLIs, by name.'),
  categories: z
    .record(
      z
        .string()
        .refine(
          isCategoryName,
          'it must be a category name: letters, digits, "-", "_" and single dots, at most 64',
        )
        .refine((name) => !isSlotName(name), 'it is the name of a slot for one-off work'),
      categorySchema,
    )
    .refine((categories) => Object.keys(categories).length > 0, 'it must hold at least one category')
    .describe('The kinds of work, by name: letters, digits, `-`, `_` and single dots, at most 64.'),
  judge: judge.optional(),
  judgeTimeout: judgeTimeout.optional(),
  artefacts: artefacts.optional(),
  after: after.optional(),
  pull: pull.optional(),
  supervise: superviseSchema.optional().describe('How sessions are watched and ended; see liveness.md.'),
  schedule: scheduleSchema.optional().describe('What starts when; see choosing.md and scheduling.md.'),
  admission: admissionSchema
    .optional()
    .describe('How full the machine may be when `plan` and `fanout` start something; see choosing.md.'),
  budget: budget.optional().describe('What all sessions of a day may use; see choosing.md.'),
  gate: gateSchema.optional().describe('When the loop stops by itself.'),
  learn: z
    .strictObject({
      imported: z
        .boolean()
        .optional()
        .describe(
          'Whether the grades of imported sessions move what is believed about a category; see interchange.md.',
        ),
      prior: weight
        .optional()
        .describe(
          'How much a category’s starting belief weighs, in sessions: that any grade is as likely. Less learns faster, and is misled faster.',
        ),
      borrow: weight
        .optional()
        .describe(
          'How much it weighs, in sessions, that a harness and model do in a category as the category does; see learning.md.',
        ),
    })
    .optional()
    .describe('What beliefs are made of.'),
  records: z
    .strictObject({
      mirror: text
        .min(1)
        .optional()
        .describe(
          'A file, inside the project or absolute, to which every record and every amendment is appended as a line of JSON; see interchange.md.',
        ),
    })
    .optional()
    .describe('What else becomes of records.'),
  timezone: timezone
    .optional()
    .describe('Of schedules, daily budgets and digests, such as Europe/Stockholm. Default: the system’s.'),
  redact: z
    .array(redactPattern)
    .optional()
    .describe(
      'Regular expressions of JavaScript for secrets that stint does not know by itself; what they match is replaced before anything is stored or shown; see security.md.',
    ),
  retention: z
    .strictObject({
      sessions: rest.optional().describe('How long a session’s folder is kept; its record stays.'),
      raw: rest.optional().describe('How long its raw output is kept. At most `sessions`.'),
      disk: size.optional().describe('The most that all folders may take.'),
    })
    .optional()
    .describe('What `stint clean` removes.'),
  stateDir: text
    .min(1)
    .optional()
    .describe(
      'Where state lives. Default: `<git folder>/stint`. The variable STINT_STATE_DIR goes before it.',
    ),
  worktreeDir: text.min(1).optional().describe('Where worktrees are made.'),
});

export type RawConfig = z.output<typeof configSchema>;
export type RawCategory = z.output<typeof categorySchema>;
