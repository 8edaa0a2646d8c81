import { z } from 'zod';
import { formatDuration } from '../../lib/duration.ts';
import {
  command,
  insideOnly,
  landingCheck,
  limit,
  plain,
  rest,
  softDeadlineCheck,
  someNames,
  someText,
  text,
  textCheck,
  tokens,
} from './forms.ts';
import { derived, ingredient, setting, type Form, type Group, type Table } from './setting.ts';
import { msOf, SUPERVISE } from './supervise.ts';

const softDeadline: Form<{ share: number } | { ms: number }, number, 'Ms'> = {
  check: softDeadlineCheck,
  unit: 'Ms',
  settle(soft, place) {
    const timeoutMs = msOf(place, 'timeout');
    const ms = 'share' in soft ? Math.round(timeoutMs * soft.share) : soft.ms;
    if (ms <= timeoutMs) return ms;
    const sentence = `the soft deadline (${formatDuration(ms)}) lies after the time limit (${formatDuration(timeoutMs)})`;
    throw place.refuse(sentence, 'Lower softDeadline or raise timeout.');
  },
};

type Landing = 'branch' | 'rebase' | 'push' | 'pr' | { readonly words: readonly string[] };

/** Work in a shared checkout is where it is already; what it can still need is a command of the user. */
const landing: Form<z.output<typeof landingCheck>, Landing, ''> = {
  check: landingCheck,
  unit: '',
  settle(land, place) {
    if (typeof land !== 'string') return { words: land };
    if (land === 'branch' || place.value('isolation') === 'worktree') return land;
    const sentence = `${place.at.join('.')} is ${land}, and its sessions work in the shared checkout, where there is no branch of theirs to land`;
    throw place.refuse(sentence, 'Remove it, or set isolation: worktree.');
  },
};

const globsCheck = z.array(someText);

const filesInside: Form<string[], readonly string[], ''> = {
  check: globsCheck,
  unit: '',
  settle: (files, place) => files.map((file, index) => insideOnly(file, place, index)),
};

const artefacts: Form<Record<string, string | string[]>, Readonly<Record<string, readonly string[]>>, ''> = {
  check: z.record(
    someText.max(64),
    z.union([someText, globsCheck.min(1)], { error: 'it must be a glob, or a list of globs' }),
  ),
  unit: '',
  settle: (given, place) =>
    Object.fromEntries(
      Object.entries(given).map(([kind, globs]) => [
        kind,
        [globs].flat().map((glob) => insideOnly(glob, place, kind)),
      ]),
    ),
};

export const BUDGET_SETTINGS = {
  tokens: setting(tokens, null).about(
    'The most tokens in a day, all that are reported: read, written and cached. Such as 500k or 20M.',
  ),
  costUsd: setting(plain(z.number().positive()), null).about(
    'The most that they may cost in a day, as harnesses report it.',
  ),
};

const RESPAWN = {
  about: {
    top: 'When a category starts again back to back: `stint run` and `stint fanout` with `--respawn`.',
    category: 'As at the top, for this category.',
  },
  settings: {
    grade: setting(plain(z.number().min(0).max(1)), 0.65).about(
      'The least grade after which the same category starts again.',
    ),
    chain: setting(plain(z.int().min(0).max(100)), 1).about('How often in a row; 0 switches it off.'),
  },
} satisfies Group;

const PROMPT_HELP = 'it must say what to do';

/**
 * The settings of a category. `alsoAt: ['top']` may stand at the top for all categories; what is `carried` is part of the
 * plan of each session, as it was when the session was planned.
 */
export const CATEGORY_SETTINGS = {
  prompt: ingredient(
    plain(textCheck.min(1, PROMPT_HELP).refine((words) => words.trim() !== '', PROMPT_HELP)),
    null,
  ).about('What to do. This or `promptFile` is required.'),
  promptFile: ingredient(text, null).about('A file inside the project that says what to do.'),
  harness: ingredient(someNames, derived('the only one.')).about(
    'A harness, or a list: of those that can start, which does best here is learned.',
  ),
  model: ingredient(someNames, null).about('A model, or a list, over the harness’s.'),
  permissions: setting(plain(z.enum(['read', 'edit', 'full'])), 'edit', {
    alsoAt: ['top'],
    carried: true,
  }).about({
    top: 'What the agent CLI may do without asking: look, also edit and commit, or anything. It becomes the CLI’s own flags; see security.md. A `command` does not get it.',
    category: 'As at the top, for this category.',
  }),
  preamble: setting(plain(z.boolean()), true, { alsoAt: ['top'] }).about({
    top: 'A short text before each prompt: unattended, commit, the deadline, how to declare.',
    category: 'As at the top, for this category.',
  }),
  isolation: setting(plain(z.enum(['worktree', 'shared'])), 'worktree', { carried: true }).about(
    'A worktree of its own on the branch `stint/<category>/<id>`, or this checkout.',
  ),
  tmp: setting(plain(z.enum(['own', 'shared'])), 'own', { alsoAt: ['top'], carried: true }).about({
    top: 'The temporary folder of a session: one of its `own`, which goes with it, or the `shared` one of the system; see fan-out.md.',
    category: 'As at the top, for this category.',
  }),
  base: setting(text, derived('the current commit.'), { carried: true }).about('What worktrees start from.'),
  setup: setting(command, null, { carried: true }).about(
    'A command in the new worktree before the agent. When it fails the session is not-run.',
  ),
  setupTimeout: setting(limit, '10m', { carried: true }).about('The longest that `setup` may take.'),
  copy: setting(filesInside, [], { carried: true }).about(
    'Ignored files that a worktree needs, such as `.env`.',
  ),
  timeout: setting(limit, '45m', { carried: true }).about('The longest session.'),
  softDeadline: setting(softDeadline, '80%', { carried: true }).about(
    'When the agent should finish: told to it as STINT_DEADLINE and in the preamble, never enforced.',
  ),
  maxTurns: setting(plain(z.int().positive()), null, { carried: true }).about(
    'The most answers of the model. Only Claude Code has such a limit; with another harness it is a warning.',
  ),
  check: setting(command, null, { carried: true }).about(
    'A command that must pass on a clean checkout of what was delivered; see outcomes.md.',
  ),
  checkTimeout: setting(limit, '10m', { carried: true }).about('The longest that `check` may take.'),
  land: setting(landing, 'branch', { carried: true }).about(
    'Where delivered work goes when its checks pass: `branch` leaves it on its branch, `rebase` puts it onto the base branch, `push` also pushes that to its remote, `pr` pushes the session’s branch and opens a pull request with `gh`, a list of words is a command of your own; see landing.md.',
  ),
  landTimeout: setting(limit, '10m', { carried: true }).about('The longest that landing may take.'),
  supply: setting(command, null).about(
    'A command that lists what there is to do: exit 0 and a JSON array, whose length counts, or lines that are not empty. Nothing listed: the category is dry, and does not start. One that fails says nothing.',
  ),
  supplyTimeout: setting(limit, '30s').about('The longest that `supply` may take.'),
  budget: {
    about: 'What its sessions of a day may use; see choosing.md.',
    settings: BUDGET_SETTINGS,
  },
  judge: setting(command, null, { alsoAt: ['top'], carried: true }).about(
    'A command, a language model say, that may lower a grade and never raise one or change an outcome. It gets the evidence as JSON on standard input and prints `{"grade": 0.0-1.0, "reason": "…"}`. When it fails, the grade stays and the record says so; see outcomes.md.',
  ),
  judgeTimeout: setting(limit, '2m', { alsoAt: ['top'], carried: true }).about(
    'The longest that `judge` may take.',
  ),
  artefacts: setting(artefacts, {}, { alsoAt: ['top'], carried: true }).about(
    'Files that are a result in themselves, by name: `journal: docs/journal/*.md`. One that a session creates or changes is a deliverable.',
  ),
  paths: setting(plain(globsCheck), []).about(
    'Globs of what is this category’s work, to notice a routing mismatch.',
  ),
  commitTypes: setting(
    plain(
      z.array(
        textCheck.regex(/^[a-z][a-z0-9-]*$/i, 'it must be the type of a conventional commit, such as docs'),
      ),
    ),
    [],
  ).about(
    'Types of conventional commits (`docs: …`) that are this category’s work, to notice a routing mismatch where paths say nothing. None is guessed.',
  ),
  owner: setting(plain(textCheck), null).about('Whom `stint status` names when it is blocked.'),
  shell: ingredient(plain(z.boolean()), null).about(
    'Run the commands of this category through `/bin/sh -c`.',
  ),
  after: setting(command, null, { alsoAt: ['top'], carried: true }).about(
    'A command that runs after each record, with STINT_SESSION_ID, STINT_OUTCOME, STINT_GRADE (empty without one), STINT_DELIVERY and STINT_RECORD, a file with the record as JSON. It may take a minute. One that fails runs again later.',
  ),
  pull: setting(plain(z.enum(['fetch', 'in-place', 'never'])), 'fetch', {
    alsoAt: ['top'],
    carried: true,
  }).about(
    'How the repository is brought up to date before a session starts: `fetch` its remote; `in-place` also pulls the checkout itself (`--rebase --autostash`), and only while no session is open in it; `never`. A failure is a warning in the record, and the old base is used.',
  ),
  supervise: SUPERVISE,
  schedule: {
    about: 'Its own pace.',
    alsoAt: ['top'],
    settings: {
      cooldown: setting(rest, '3m').about({
        top: 'How long a category rests after a session.',
        category: 'As at the top, for this category.',
      }),
      respawn: RESPAWN,
    },
  },
} satisfies Table;
