import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findMisses, pathWithout, scratchOf, snapshot, type Refusal } from '../support/refusals.ts';
import { scratchProject, type ScratchProject } from '../support/scratch.ts';
import { configOf, recordedIds, rowsOf } from '../support/sessions.ts';
import { stint } from '../support/stint-here.ts';

// Wrong surroundings: each is told in one sentence, with and without --json, by the exit code of docs/exit-codes.md, and leaves
// everything as it was. All in one process; test/e2e/bad-input.test.ts starts the program itself for a few of them.

interface Surroundings extends Refusal {
  readonly name: string;
  /** Changes the place before the call, and says which variables to set; undefined unsets one. */
  readonly prepare?: (project: ScratchProject) => NodeJS.ProcessEnv | void;
}

const variable = (name: string, value: string, code: string, says: RegExp): Surroundings => ({
  name: `${name}=${value}`,
  prepare: () => ({ [name]: value }),
  call: 'run code',
  exit: 2,
  code,
  says,
});

const layer = (name: string, write: (project: ScratchProject) => void, says: RegExp): Surroundings => ({
  name,
  prepare: write,
  call: 'run code',
  exit: 2,
  code: 'config_unknown_key',
  says,
});

const declared = (name: string, env: NodeJS.ProcessEnv, code: string, says: RegExp): Surroundings => ({
  name,
  prepare: (project) => ({
    STINT_SESSION_ID: rowsOf(project)[0]?.id ?? 'ab00000001',
    STINT_STATE_DIR: project.stateFolder,
    STINT_TOKEN: 'x',
    ...env,
  }),
  call: 'declare done --reason x',
  exit: 2,
  code,
  says,
});

function putPipe(project: ScratchProject, name: string): void {
  rmSync(path.join(project.folder, name), { force: true });
  execFileSync('mkfifo', [path.join(project.folder, name)]);
}

const file = (name: string): string => `/proc/version${name}`;

const SURROUNDINGS: readonly Surroundings[] = [
  variable('STINT_SUPERVISE__SILENCE', 'soon', 'config_invalid', /STINT_SUPERVISE__SILENCE: .*"soon"/),
  variable('STINT_SUPERVISE__SILENSE', '5m', 'config_unknown_key', /no "SILENSE" in supervise\. .*"silence"/),
  variable(
    'STINT_SUPERVISE__SILENCE',
    '[',
    'config_syntax',
    /STINT_SUPERVISE__SILENCE is "\[", which cannot/,
  ),
  variable(
    'STINT_QQQQQQ__BAR',
    '1',
    'config_unknown_key',
    /no "QQQQQQ"\. Known here: (?!.*\b(\w+), (.*, )?\1\b)/,
  ),
  variable('STINT_SUPERVISE__SILENCE', '', 'config_invalid', /supervise\.silence is empty/),
  variable(
    'STINT_SUPERVISE__SILENCE',
    '2h',
    'config_invalid',
    /\(2h\) is longer than the time limit of code/,
  ),
  variable('STINT_SCHEDULE__TOP', 'many', 'config_invalid', /STINT_SCHEDULE__TOP: .*"many"/),
  variable('STINT_CATEGORIES__CODE__TIMEOUT', '-1m', 'config_invalid', /code\.timeout is "-1m"/),
  variable('STINT_CATEGORIES__NOPE__TIMEOUT', '5m', 'config_unknown_key', /there is no "NOPE" in categories/),
  variable('STINT_VERSION', '2', 'config_invalid', /STINT_VERSION: version is "2"/),
  layer(
    "a user's own file",
    (project) => {
      const folder = path.join(project.env['HOME'] ?? '', '.config/stint');
      mkdirSync(folder, { recursive: true });
      writeFileSync(path.join(folder, 'stint.yaml'), 'supervize: {}\n');
    },
    /home\/\.config\/stint\/stint\.yaml:1:1: "supervize" is no setting\. Did you mean "supervise"\?/,
  ),
  layer(
    'the local file',
    (project) => project.write('stint.local.yaml', 'schedule: { tpo: 1 }\n'),
    /stint\.local\.yaml:1:13: "schedule\.tpo" is no setting\. Did you mean "top"\?/,
  ),
  {
    name: 'a configuration that is a pipe without a writer',
    prepare: (project) => putPipe(project, 'stint.yaml'),
    call: 'run code',
    exit: 2,
    code: 'config_unreadable',
    says: /stint\.yaml cannot be read: it is no regular file\. Name a file with --config/,
  },
  {
    name: 'a prompt that is a pipe without a writer',
    prepare: (project) => {
      project.write('stint.yaml', configOf({ code: { promptFile: 'prompt.md' } }));
      putPipe(project, 'prompt.md');
    },
    call: 'run code',
    exit: 2,
    code: 'prompt_missing',
    says: /prompt file .*prompt\.md of code cannot be read/,
  },
  ...['run code', 'run', 'fanout', 'run --wrap -- true'].map((call) => ({
    name: `a state folder that is a file, ${call}`,
    prepare: () => ({ STINT_STATE_DIR: file('') }),
    call,
    exit: 1,
    code: 'state_unwritable',
    says: /\/proc\/version cannot be written: a file stands where a folder should be\. .*STINT_STATE_DIR/,
  })),
  ...[
    'status',
    'sessions',
    'plan',
    'show ab',
    'report reliability',
    'report concurrency',
    'report categories',
  ].map((call) => ({
    name: `a state folder that is a file, ${call}`,
    prepare: () => ({ STINT_STATE_DIR: file('') }),
    call,
    exit: 1,
    code: 'state_unwritable',
    says: /\/proc\/version cannot be used: a file stands where a folder should be\. .*STINT_STATE_DIR/,
  })),
  {
    name: 'a state folder below a file',
    prepare: () => ({ STINT_STATE_DIR: file('/state') }),
    call: 'run code',
    exit: 1,
    code: 'state_unwritable',
    says: /\/proc\/version\/state cannot be written/,
  },
  ...['STINT_STATE_DIR', 'XDG_STATE_HOME'].map((name) => ({
    name: `${name} below a place that makes no folders`,
    prepare: () => ({ [name]: '/proc/none/state' }),
    call: 'run code',
    exit: 1,
    code: 'state_unwritable',
    says: /\/proc\/none\/state\S* cannot be written: no folder can be made there\. /,
  })),
  ...[undefined, '', 'relative'].map((home) => ({
    name: `HOME is ${home ?? 'not set'}`,
    prepare: () => ({ HOME: home, XDG_STATE_HOME: undefined, XDG_CONFIG_HOME: undefined }),
    call: 'run cod',
    exit: 2,
    code: 'unknown_category',
    says: /no category "cod"/,
  })),
  ...['run code', 'status', 'init --yes', 'plan'].map((call) => ({
    name: `no git, ${call}`,
    prepare: (project: ScratchProject) => ({ PATH: pathWithout(project, 'git') }),
    call,
    exit: 1,
    code: 'git_missing',
    says: /There is no `git` on PATH\. Install git/,
  })),
  ...['run code', 'fanout', 'run --wrap -- true'].map((call) => ({
    name: `no flock, ${call}`,
    prepare: (project: ScratchProject) => ({ PATH: pathWithout(project, 'flock') }),
    call,
    exit: 1,
    code: 'lock_unsupported',
    says: /There is no `flock` on PATH.*util-linux/,
  })),
  declared('a wrong token', {}, 'unknown_session', /There is no session ab00000001 in .*\.git\/stint/),
  declared('no state', { STINT_STATE_DIR: undefined }, 'not_in_session', /STINT_STATE_DIR is not set/),
  ...['../../x', '$(touch x)', 'ab', 'x'.repeat(5000), 'a\nb', '\u001b[2J'].map((id) =>
    declared(
      `a session id ${JSON.stringify(id.slice(0, 10))}`,
      { STINT_SESSION_ID: id },
      'not_in_session',
      /STINT_SESSION_ID is ".*", which is not the id of a session/,
    ),
  ),
];

test('wrong surroundings', async () => {
  const misses = [];
  for (const each of SURROUNDINGS) {
    const project = scratchProject(configOf({ code: { prompt: 'true' } }));
    const env = { ...project.env, ...each.prepare?.(project) };
    const before = snapshot(scratchOf(project));
    const found = await findMisses({ ...project, env }, each, stint);
    expect(snapshot(scratchOf(project)), each.name).toEqual(before);
    misses.push(...found.map((miss) => `${each.name}: ${miss}`));
  }
  expect(misses).toEqual([]);
});

test('a session declares with its own token only', async () => {
  const project = scratchProject(configOf({ code: { prompt: 'true' } }));
  expect((await stint(project, 'run', 'code')).code).toBe(0);
  const [id] = recordedIds(project);
  const before = snapshot(scratchOf(project));
  for (const token of ['', 'x', '../token']) {
    const env = { STINT_SESSION_ID: id, STINT_STATE_DIR: project.stateFolder, STINT_TOKEN: token };
    const refusal = {
      call: 'declare done --reason x',
      exit: 2,
      code: 'wrong_token',
      says: /STINT_TOKEN is not/,
    };
    expect(await findMisses({ ...project, env: { ...project.env, ...env } }, refusal, stint)).toEqual([]);
  }
  expect(snapshot(scratchOf(project))).toEqual(before);
});
