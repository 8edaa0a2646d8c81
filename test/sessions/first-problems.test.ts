import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { SessionRecord } from '../../src/domain/record.ts';
import { clockThatRuns, RUNNING } from '../support/in-process.ts';
import { scratchFolder, scratchProject, type ScratchProject } from '../support/scratch.ts';
import {
  configOf,
  recordedIds,
  rowsOf,
  sessionFolders,
  taggedProcesses,
  worktreesOf,
} from '../support/sessions.ts';
import type { StintResult } from '../support/stint.ts';
import { stint, stintBy, stintJson } from '../support/stint-here.ts';

const WORKS = { code: { prompt: 'echo hi > f; git add f; git commit -qm f' }, docs: { prompt: 'true' } };

function workingProject(): ScratchProject {
  return scratchProject(configOf(WORKS));
}

/** One line, no stack trace; and nothing of a session was begun. */
function expectRefusal(
  project: ScratchProject,
  result: StintResult,
  expected: { code: number; says: RegExp },
): void {
  expect(result.stderr).toMatch(/^stint: [^\n]+\n$/);
  expect(result.stderr).toMatch(expected.says);
  expect(result.stderr).not.toMatch(/\bat .*:\d+:\d+\)?$|node:internal|SQLITE_|Error:/m);
  expect(result.code).toBe(expected.code);
  expect(result.stdout).toBe('');
  expectNothingBegun(project);
}

function expectNothingBegun(project: ScratchProject): void {
  expect(rowsOf(project)).toEqual([]);
  expect(sessionFolders(project)).toEqual([]);
  if (!existsSync(path.join(project.folder, '.git'))) return;
  expect(worktreesOf(project)).toEqual([]);
  expect(project.git('branch', '--list', 'stint/*')).toBe('');
}

describe('the repository', () => {
  test('there is none', async () => {
    const project = { ...workingProject() };
    rmSync(path.join(project.folder, '.git'), { recursive: true });
    // Not a repository further up either.
    project.env['GIT_CEILING_DIRECTORIES'] = path.dirname(project.folder);
    const result = await stint(project, 'run', 'code');
    expectRefusal(project, result, { code: 2, says: /no git repository in .*project.*git init/ });
  });

  test('it is empty', async () => {
    const project = workingProject();
    rmSync(path.join(project.folder, '.git'), { recursive: true });
    project.git('init', '--quiet', '--initial-branch=main');
    const result = await stint(project, 'run', 'code');
    expectRefusal(project, result, { code: 2, says: /has no commit yet.*git commit --allow-empty/ });
  });

  test('its HEAD is detached: it works, and says so', async () => {
    const project = workingProject();
    project.git('checkout', '--quiet', '--detach');
    const result = await stint(project, 'run', 'code');
    expect(result.code).toBe(0);
    expect(result.stderr).toMatch(/HEAD is detached at [0-9a-f]{12}; the session starts from that commit/);
    expect(recordedIds(project)).toHaveLength(1);
  });

  test('its checkout is dirty: it works, says so, and leaves it alone', async () => {
    const project = workingProject();
    project.write('README.md', 'changed\n');
    project.write('new', 'new\n');
    const before = project.git('status', '--porcelain');
    const result = await stint(project, 'run', 'code');
    expect(result.code).toBe(0);
    expect(result.stderr).toMatch(/2 uncommitted files .*not part of the session/);
    expect(project.git('status', '--porcelain')).toBe(before);
  });

  test('the folder of -C is not there', async () => {
    const project = workingProject();
    const result = await stint(project, 'run', 'code', '-C', 'nowhere');
    expectRefusal(project, result, { code: 2, says: /no folder .*nowhere.*-C DIR/ });
  });

  test('it is the inside of .git', async () => {
    const project = workingProject();
    const result = await stint({ ...project, folder: path.join(project.folder, '.git') }, 'run', 'code');
    expectRefusal(project, result, { code: 2, says: /no git repository/ });
  });
});

describe('the configuration', () => {
  test('there is none', async () => {
    const project = scratchProject();
    expectRefusal(project, await stint(project, 'run', 'code'), {
      code: 2,
      says: /There is no stint\.yaml in .*project/,
    });
    expect(existsSync(project.stateFolder)).toBe(false);
  });

  const BROKEN: Record<string, [string, RegExp]> = {
    'it is broken': ['version: 1\ncategories:\n  code: { prompt: "x\n', /stint\.yaml:\d+:\d+: .*YAML/],
    'it is empty': ['', /stint\.yaml:1:1: version is missing/],
    'it is binary': ['\0\u0001\u0002', /stint\.yaml:1:\d+/],
    'it has an unknown key': [
      'version: 1\ncategories:\n  code: { promt: "x" }\n',
      /stint\.yaml:3:11: "categories\.code\.promt" is no setting\. Did you mean "prompt"\?/,
    ],
    'it has a wrong value': [
      'version: 1\nharnesses: { a: { command: [true] } }\ncategories: { code: { prompt: x, timeout: soon } }\n',
      /stint\.yaml:\d+:\d+: .*command/,
    ],
    'it has a wrong duration': [
      'version: 1\nharnesses: { a: { command: ["true"] } }\ncategories: { code: { prompt: x, timeout: soon } }\n',
      /stint\.yaml:3:\d+: categories\.code\.timeout is "soon"; it must be a duration such as/,
    ],
    'it is a bomb of aliases': [
      `version: 1\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`,
      /stint\.yaml:\d+:\d+: /,
    ],
  };

  test.for(Object.entries(BROKEN))('%s', async ([, [text, says]]) => {
    const project = scratchProject(text);
    expectRefusal(project, await stint(project, 'run', 'code'), { code: 2, says });
    expect(existsSync(project.stateFolder)).toBe(false);
  });

  test('it is a folder', async () => {
    const project = scratchProject();
    mkdirSync(path.join(project.folder, 'stint.yaml'));
    expectRefusal(project, await stint(project, 'run', 'code'), {
      code: 2,
      says: /stint\.yaml cannot be read/,
    });
  });

  test('the category is unknown', async () => {
    const project = workingProject();
    expectRefusal(project, await stint(project, 'run', 'cod'), {
      code: 2,
      says: /no category "cod"\. Did you mean "code"\?/,
    });
  });

  test('the prompt file is not there', async () => {
    const project = scratchProject(configOf({ code: { promptFile: 'prompts/none.md' } }));
    expectRefusal(project, await stint(project, 'run', 'code'), {
      code: 2,
      says: /prompt file .*prompts\/none\.md of code cannot be read/,
    });
  });

  test('the base is no commit', async () => {
    const project = scratchProject(configOf({ code: { prompt: 'true', base: 'origin/none' } }));
    expectRefusal(project, await stint(project, 'run', 'code'), {
      code: 2,
      says: /base "origin\/none" of code is no commit/,
    });
  });

  test("the agent's program is missing", async () => {
    const harnesses = { none: { command: ['no-such-agent'] } };
    const project = scratchProject(configOf({ code: { prompt: 'x', harness: 'none' } }, { harnesses }));
    expectRefusal(project, await stint(project, 'run', 'code'), {
      code: 1,
      says: /harness none: there is no program "no-such-agent" on PATH/,
    });
  });

  test("the agent's program cannot be run", async () => {
    const harnesses = { none: { command: ['./agent'] } };
    const project = scratchProject(configOf({ code: { prompt: 'x', harness: 'none' } }, { harnesses }));
    project.write('agent', 'no program');
    expectRefusal(project, await stint(project, 'run', 'code'), { code: 1, says: /"\.\/agent"/ });
  });
});

describe('the call', () => {
  const CALLS: Record<string, [string[], RegExp]> = {
    'an unknown verb': [['rnu', 'code'], /no verb "rnu"\. Did you mean "run"\?/],
    'an unknown option': [['run', 'code', '--jsn'], /--jsn.*Did you mean --json/],
    'one word too many': [['run', 'code', 'docs'], /"docs" is one word too many.*stint run --help/],
    'an option without its value': [['run', 'code', '-C'], /-C <dir>.*argument missing/],
    'a number that is none': [['fanout', '--top', 'many'], /--top is "many"; it must be a whole number/],
  };

  test.for(Object.entries(CALLS))('%s', async ([, [words, says]]) => {
    const project = workingProject();
    expectRefusal(project, await stint(project, ...words), { code: 2, says });
  });

  test('no verb at all prints the help', async () => {
    const result = await stint(workingProject());
    expect(result.code).toBe(2);
    expect(result.stderr + result.stdout).toMatch(/Usage: stint/);
  });

  test('--json gives the error to programs, whatever it is', async () => {
    const project = workingProject();
    const shape = { code: expect.any(String), message: expect.any(String), hint: expect.any(String) };
    for (const words of [['run', 'cod'], ['rnu'], ['run', '--nope'], ['-C', '/nowhere', 'run', 'code']]) {
      expect(await stintJson(project, ...words)).toEqual({ error: shape });
    }
    const broken = scratchProject('version: 1\ncategories: [');
    const error = await stintJson<{ error: { code: string; message: string } }>(broken, 'run', 'code');
    expect(error.error.code).toBe('config_syntax');
    expect(error.error.message).toMatch(/stint\.yaml:\d+:\d+: /);
  });
});

describe('the place of the state', () => {
  test('a file stands where its folder should be', async () => {
    const project = workingProject();
    writeFileSync(project.stateFolder, 'mine\n');
    const result = await stint(project, 'run', 'code');
    expect(result.stderr).toMatch(
      /^stint: \/[^\n]*\.git\/stint cannot be written: a file stands where a folder should be\. [^\n]+\n$/,
    );
    expect(result.code).toBe(1);
    expect(readFileSync(project.stateFolder, 'utf8')).toBe('mine\n');
    expect(worktreesOf(project)).toEqual([]);
  });

  test('it is read-only', async (context) => {
    const project = workingProject();
    const mounted = tinyDisk('size=20m');
    if (!mounted) return context.skip('a file system cannot be mounted here');
    const bare = withState(project, mounted);
    execFileSync('mount', ['-o', 'remount,ro', mounted]);
    const result = await stint(bare, 'run', 'code');
    expectRefusal(bare, result, { code: 1, says: /cannot be written: it is read-only\. .*STINT_STATE_DIR/ });
  });

  test('it has become read-only since the last session', async (context) => {
    const project = workingProject();
    const mounted = tinyDisk('size=40m');
    if (!mounted) return context.skip('a file system cannot be mounted here');
    const placed = withState(project, mounted);
    expect((await stint(placed, 'run', 'docs')).code).toBe(0);
    execFileSync('mount', ['-o', 'remount,ro', mounted]);
    const result = await stint(placed, 'run', 'code');
    expect(result.stderr).toMatch(/^stint: [^\n]* cannot be written[^\n]*\n$/);
    expect(result.code).toBe(1);
    execFileSync('mount', ['-o', 'remount,rw', mounted]);
    expect(recordedIds(placed)).toHaveLength(1);
  });

  test('its disk is full from the start', async (context) => {
    const project = workingProject();
    const mounted = tinyDisk('size=1m');
    if (!mounted) return context.skip('a file system cannot be mounted here');
    const placed = withState(project, mounted);
    writeFileSync(path.join(mounted, 'ballast'), Buffer.alloc(statfsSync(mounted).bfree * 4096));
    const result = await stint(placed, 'run', 'code');
    expectRefusal(placed, result, { code: 1, says: /no space is left|has \S+ ?\S* left/ });
  });

  test('its disk fills up while the agent prints: the agent is ended, it is said, and recorded with the next run', async (context) => {
    const full = path.join(scratchFolder(), 'full');
    const project = scratchProject(
      configOf({
        code: {
          prompt: `trap '' PIPE; head -c 60000000 /dev/zero | tr '\\0' 'x' || :; : > '${full}'; sleep 300`,
          timeout: '5m',
          supervise: RUNNING,
        },
        docs: { prompt: 'true' },
      }),
    );
    const mounted = tinyDisk('size=24m');
    if (!mounted) return context.skip('a file system cannot be mounted here');
    const placed = withState(project, mounted);
    const result = await stintBy(
      clockThatRuns(() => existsSync(full)),
      placed,
      'run',
      'code',
    );
    expect(result.stderr.trim().split('\n').at(-1)).toMatch(/^stint: [^\n]*no space is left[^\n]*$/i);
    expect(result.stderr).not.toMatch(/\bat .*:\d+:\d+\)?$|node:internal/m);
    expect(result.code).toBe(1);
    const [row] = rowsOf(placed);
    expect(taggedProcesses([row?.id ?? ''])).toEqual([]);
    execFileSync('mount', ['-o', 'remount,size=80m', mounted]);
    expect((await stint(placed, 'run', 'docs')).code).toBe(0);
    const records = await stintJson<SessionRecord[]>(placed, 'sessions');
    expect(records).toHaveLength(2);
    expect(records[1]).toMatchObject({ id: row?.id, category: 'code' });
    expect(worktreesOf(placed)).toEqual([]);
  });
});

/** A small file system of its own, or null where that is not allowed. */
function tinyDisk(options: string): string | null {
  const folder = scratchFolder();
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]).status !== 0) return null;
  onTestFinished(() => void spawnSync('umount', ['--lazy', folder]));
  return folder;
}

function withState(project: ScratchProject, stateFolder: string): ScratchProject {
  return { ...project, stateFolder, env: { ...project.env, STINT_STATE_DIR: stateFolder } };
}

describe('the database', () => {
  test('incident 48: it is of a newer stint: refused, and not a byte is touched', async () => {
    const project = workingProject();
    mkdirSync(project.stateFolder);
    const file = path.join(project.stateFolder, 'stint.db');
    const database = new SqliteDatabase(file);
    database.exec('create table later (x); pragma user_version = 999;');
    database.close();
    const before = { bytes: readFileSync(file), changed: statSync(file).mtimeMs };
    for (const words of [['run', 'code'], ['run', 'code', '--key', 'k'], ['sessions'], ['status']]) {
      const result = await stint(project, ...words);
      expect(result.stderr).toMatch(
        /^stint: [^\n]*stint\.db was written by a newer stint \(schema 999;[^\n]*\n$/,
      );
      expect(result.code).toBe(1);
    }
    expect(readFileSync(file).equals(before.bytes)).toBe(true);
    expect(statSync(file).mtimeMs).toBe(before.changed);
    expect(readdirSync(project.stateFolder).filter((name) => name.startsWith('stint.db'))).toEqual([
      'stint.db',
    ]);
    expect(worktreesOf(project)).toEqual([]);
  });

  test('it is no database', async () => {
    const project = workingProject();
    mkdirSync(project.stateFolder);
    const file = path.join(project.stateFolder, 'stint.db');
    writeFileSync(file, 'this is no database, but a file of some length '.repeat(200));
    const before = readFileSync(file);
    for (const words of [['run', 'code'], ['run', 'code', '--key', 'k'], ['sessions']]) {
      const result = await stint(project, ...words);
      expect(result.stderr).toMatch(
        /^stint: [^\n]*stint\.db is not a stint database, or it is damaged\. [^\n]+\n$/,
      );
      expect(result.code).toBe(1);
    }
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(sessionFolders(project)).toEqual([]);
    expect(worktreesOf(project)).toEqual([]);
  });

  test('it was emptied, although there were sessions: refused, and nothing is done a second time', async () => {
    const project = workingProject();
    mkdirSync(project.stateFolder);
    const file = path.join(project.stateFolder, 'stint.db');
    // As a first start leaves it that was killed at once.
    writeFileSync(file, '');
    expect((await stint(project, 'run', 'code', '--key', 'k')).code).toBe(0);
    for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
    writeFileSync(file, '');
    for (const words of [['run', 'code', '--key', 'k'], ['sessions']]) {
      const result = await stint(project, ...words);
      expect(result.stderr).toMatch(/^stint: [^\n]*stint\.db is empty, and there were sessions[^\n]+\n$/);
      expect(result.code).toBe(1);
    }
    expect(statSync(file).size).toBe(0);
    expect(sessionFolders(project)).toHaveLength(1);
    rmSync(file);
    expect((await stint(project, 'run', 'code', '--key', 'k')).code).toBe(0);
  });

  test('it is damaged in its middle', async () => {
    const project = workingProject();
    for (let i = 0; i < 2; i++) expect((await stint(project, 'run', 'docs')).code).toBe(0);
    const file = path.join(project.stateFolder, 'stint.db');
    const bytes = readFileSync(file);
    // The header and the schema stay whole; every page after them is rubbish.
    bytes.fill(0xa5, 4096);
    writeFileSync(file, bytes);
    for (const words of [['run', 'code'], ['sessions'], ['status']]) {
      const result = await stint(project, ...words);
      expect(result.stderr).toMatch(/^stint: [^\n]*(damaged|malformed)[^\n]*\n$/);
      expect(result.stderr).not.toMatch(/inside stint/);
      expect(result.code).toBe(1);
    }
    expect(worktreesOf(project)).toEqual([]);
  });
});
