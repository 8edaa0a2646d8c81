import path from 'node:path';
import { z } from 'zod';
import { FAILURE_MODES, type FailureMode } from '../domain/failure-mode.ts';
import { isCategoryName, isSlotName } from '../domain/ids.ts';
import { BUDGET_SETTINGS, CATEGORY_SETTINGS } from '../domain/settings/category.ts';
import {
  callPattern,
  folder,
  insideOnly,
  limit,
  plain,
  redactPattern,
  rest,
  share,
  size,
  textCheck,
  timezone,
} from '../domain/settings/forms.ts';
import {
  derived,
  ingredient,
  setting,
  type Form,
  type Group,
  type Table,
} from '../domain/settings/setting.ts';
import { formatDuration } from '../lib/duration.ts';
import { HARNESS_SETTINGS } from './harness-settings.ts';

/** The beginning of a file: its format, harnesses and categories. */
export const HEAD = {
  version: ingredient(plain(z.literal(1, { error: 'it must be 1, the only version that there is' })), null, {
    required: true,
  }).about('The version of this file’s format.'),
  harnesses: {
    about: 'The agent CLIs, by name.',
    names: textCheck,
    each: HARNESS_SETTINGS,
    level: 'harness',
    required: null,
  },
  categories: {
    about: 'The kinds of work, by name: letters, digits, `-`, `_` and single dots, at most 64.',
    names: z
      .string()
      .refine(
        isCategoryName,
        'it must be a category name: letters, digits, "-", "_" and single dots, at most 64',
      )
      .refine((name) => !isSlotName(name), 'it is the name of a slot for one-off work'),
    each: CATEGORY_SETTINGS,
    level: 'category',
    required: 'it must hold at least one category',
  },
} satisfies Table;

const SCHEDULE = {
  about: 'What starts when; see choosing.md and scheduling.md.',
  settings: {
    every: setting(limit, '30m', { reserved: true }).about(
      'How often the service looks for something to start.',
    ),
    top: setting(plain(z.int().min(1).max(100)), 3).about('How many categories a fan-out starts.'),
    maxConcurrent: setting(plain(z.int().min(1).max(1000)), 6).about(
      'The most sessions at once in this repository, however many `top` are chosen; the others rest.',
    ),
    jitter: setting(rest, '2s').about(
      'A fan-out starts its sessions at random moments within so long, the first at once: agents that start together ask for the same things together.',
    ),
    slots: setting(plain(z.int().min(0).max(1000)), 5).about(
      'The most one-off sessions (`run --slot`) at once.',
    ),
    maxOpenPrs: setting(plain(z.int().min(0).max(10_000)), 10).about(
      'With so many open pull requests nothing starts that makes more of them (`land: pr`).',
    ),
  },
} satisfies Group;

// Agents wait for their model most of the time: a busy machine is no full one.
const ADMISSION = {
  about: 'How full the machine may be when `plan` and `fanout` start something; see choosing.md.',
  settings: {
    memory: setting(share, '90%').about(
      'With so much of the memory in use nothing more is started. 100% never holds anything back.',
    ),
    disk: setting(share, '95%').about(
      'The same for the file systems of state and worktrees, whichever is fuller.',
    ),
    load: setting(plain(z.number().positive().max(10_000)), 8).about(
      'The same for tasks that run or wait, for each processor, on average over a minute.',
    ),
  },
} satisfies Group;

const GATE = {
  about: 'When the loop stops by itself.',
  reserved: true,
  settings: {
    mode: setting(
      plain(z.enum(Object.keys(FAILURE_MODES) as [FailureMode, ...FailureMode[]])),
      'abandoned_loop',
    ).about('The failure mode that is watched; outcomes.md lists them.'),
    rate: setting(share, 0.4).about('The rate above which the gate closes, 0 to 1 or a percentage.'),
    window: setting(plain(z.int().min(1).max(10_000)), 50).about('Over so many of the newest sessions.'),
    consecutive: setting(plain(z.int().min(1).max(1000)), 12).about('At each of so many sessions in a row.'),
    minSessions: setting(plain(z.int().min(1).max(10_000)), 20).about('With fewer sessions it stays open.'),
    detector: setting(plain(z.enum(['notify', 'close'])), 'notify').about(
      'What the change detector does when it fires.',
    ),
  },
} satisfies Group;

/** Below half a session nothing would be believed beforehand, and draws would be all or nothing. */
const weight = plain(z.number().min(0.5).max(1000));

const LEARN = {
  about: 'What beliefs are made of.',
  settings: {
    imported: setting(plain(z.boolean()), false).about(
      'Whether the grades of imported sessions move what is believed about a category; see interchange.md.',
    ),
    prior: setting(weight, 2).about(
      'How much a category’s starting belief weighs, in sessions: that any grade is as likely. Less learns faster, and is misled faster.',
    ),
    borrow: setting(weight, 4).about(
      'How much it weighs, in sessions, that a harness and model do in a category as the category does; see learning.md.',
    ),
  },
} satisfies Group;

const callPatterns = plain(z.array(callPattern).max(100));

const IMPORT = {
  about: 'What `stint import` knows of the calls in a session; see import.md.',
  settings: {
    readOnly: setting(callPatterns, []).about(
      'Commands and tools of your own that change nothing: the first words of a command (`mytool list`) or the name of a tool (`mcp__docs__*`). Each `*` stands for any letters.',
    ),
    endingCommands: setting(callPatterns, []).about(
      'Commands by which your loop hands off its work (`gptodo done`, `/handoff`): a session whose last call is one of them has ended well.',
    ),
  },
} satisfies Group;

/** A file in the project, or an absolute path. */
const mirror: Form<string, string, ''> = {
  ...folder,
  settle: (file, place) =>
    path.isAbsolute(file) ? path.normalize(file) : path.resolve(place.root, insideOnly(file, place)),
};

/** Raw output lies in a session's folder: it cannot outlive it. A default gives way to what is said. */
const keptSessions: typeof rest = {
  ...rest,
  settle: (ms, { isSaid, said }) => (isSaid ? ms : Math.max(ms, Number(said('raw') ?? 0))),
};
const keptRaw: typeof rest = {
  ...rest,
  settle(ms, { isSaid, value, said, refuse }) {
    if (!isSaid) return Math.min(ms, Number(value('sessions')));
    const sessionsMs = Number(said('sessions') ?? Infinity);
    if (ms <= sessionsMs) return ms;
    const sentence = `retention.raw (${formatDuration(ms)}) is longer than retention.sessions (${formatDuration(sessionsMs)})`;
    throw refuse(sentence, 'Lower it, or raise retention.sessions.');
  },
};

const RETENTION = {
  about: 'What `stint clean` removes.',
  reserved: true,
  settings: {
    sessions: setting(keptSessions, '90d').about('How long a session’s folder is kept; its record stays.'),
    raw: setting(keptRaw, '14d').about('How long its raw output is kept. At most `sessions`.'),
    disk: setting(size, '5GB').about('The most that all folders may take.'),
  },
} satisfies Group;

/** The settings of the whole project. Those of categories that may stand at the top too are declared with them. */
export const TOP_SETTINGS = {
  schedule: SCHEDULE,
  admission: ADMISSION,
  budget: {
    about: 'What all sessions of a day may use; see choosing.md.',
    settings: BUDGET_SETTINGS,
  },
  gate: GATE,
  learn: LEARN,
  import: IMPORT,
  records: {
    about: 'What else becomes of records.',
    settings: {
      mirror: setting(mirror, null).about(
        'A file, inside the project or absolute, to which every record and every amendment is appended as a line of JSON; see interchange.md.',
      ),
    },
  },
  timezone: setting(timezone, derived('the system’s.')).about(
    'Of schedules, daily budgets and digests, such as Europe/Stockholm.',
  ),
  redact: setting(plain(z.array(redactPattern)), []).about(
    'Regular expressions of JavaScript for secrets that stint does not know by itself; what they match is replaced before anything is stored or shown; see security.md.',
  ),
  retention: RETENTION,
  stateDir: setting(
    folder,
    derived('`<git folder>/stint`. The variable STINT_STATE_DIR goes before it.'),
  ).about('Where state lives.'),
  worktreeDir: setting(
    folder,
    derived('`worktrees` in `stateDir` where that is set, else in the user’s own state folder.'),
  ).about('Where worktrees are made.'),
} satisfies Table;
