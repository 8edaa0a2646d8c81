import { describe, expect, test } from 'vitest';
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  folderOfSessions,
  isNamedForHelper,
  isNamedForSessions,
  mayHoldSessions,
  mayHoldSessionsOf,
  TranscriptWatch,
  transcriptPlaces,
} from '../../src/harness/transcript-places.ts';
import { scratchFolder } from '../support/scratch.ts';

function foldersIn(env: NodeJS.ProcessEnv): string[] {
  return transcriptPlaces(env, '/home/me').map(({ folder }) => folder);
}

test('sessions lie under HOME, or where the CLI was told to keep them', () => {
  expect(foldersIn({})).toEqual([
    '/home/me/.claude/projects',
    '/home/me/.config/claude/projects',
    '/home/me/.codex/sessions',
    '/home/me/.codex/archived_sessions',
    '/home/me/.gemini/tmp',
    '/home/me/.pi/agent/sessions',
  ]);
  expect(
    foldersIn({
      CLAUDE_CONFIG_DIR: '/c',
      CODEX_HOME: '/x',
      PI_CODING_AGENT_DIR: '~/p',
      GEMINI_CLI_HOME: '/data',
    }),
  ).toEqual([
    '/c/projects',
    '/x/sessions',
    '/x/archived_sessions',
    '/data/.gemini/tmp',
    '/home/me/p/sessions',
  ]);
});

test('a folder of Claude Code says where its sessions started', () => {
  const [claude, , codex] = transcriptPlaces({}, '/home/me');
  const holds = (folder: string, ...starts: string[]): boolean =>
    claude !== undefined && mayHoldSessionsOf(claude, `${claude.folder}/${folder}`, starts);
  expect(holds('-work-my-app', '/work/my.app')).toBe(true);
  expect(holds('-work-my-app-packages-one', '/work/my.app')).toBe(true);
  expect(holds('-work-other', '/work/my.app', '/work/o')).toBe(true);
  expect(holds('-work-other', '/work/my.app')).toBe(false);
  // Below that, folders are named for something else; and Codex names none for a place.
  expect(holds('-work-my-app/abc/subagents', '/elsewhere')).toBe(true);
  expect(codex && mayHoldSessionsOf(codex, `${codex.folder}/2026`, ['/work/my.app'])).toBe(true);
  const long = `/work/${'deep/'.repeat(60)}`;
  expect(holds(`${long.replaceAll(/[^a-z]/g, '-').slice(0, 200)}-1x2y`, long)).toBe(true);
});

test('files of helpers are known by their names, and share a folder with their session', () => {
  expect(isNamedForHelper('/p/abc/subagents/agent-1.jsonl')).toBe(true);
  expect(isNamedForHelper('/p/agent-1.jsonl')).toBe(true);
  expect(isNamedForHelper('/p/abc.jsonl')).toBe(false);
  expect(folderOfSessions('/p/abc/subagents/deep/agent-1.jsonl')).toBe('/p');
  expect(folderOfSessions('/p/abc.jsonl')).toBe('/p');
});

describe('pi', () => {
  test('a folder for its sessions alone is looked in as well as the usual one', () => {
    const folders = foldersIn({ PI_CODING_AGENT_SESSION_DIR: '/data/pi' });
    expect(folders).toEqual(expect.arrayContaining(['/home/me/.pi/agent/sessions', '/data/pi']));
  });

  test.each([
    ['--work-app--', true],
    ['--work-app-packages-a--', true],
    ['--work-other--', false],
    ['by-hand', true],
  ])('whether %s may hold sessions of /work/app', (name, isHeld) => {
    const place = { harness: 'pi', folder: '/s' } as const;
    expect(mayHoldSessionsOf(place, `/s/${name}`, ['/work/app'])).toBe(isHeld);
  });
});

describe('Gemini CLI', () => {
  const folder = '/home/me/.gemini/tmp';

  test('sessions lie in the chats of its projects, and nowhere else there', () => {
    const holds = (...names: string[]): boolean =>
      mayHoldSessions({ harness: 'gemini', folder }, path.join(folder, ...names));
    expect([holds('app'), holds('app', 'chats'), holds('app', 'chats', 'helped')]).toEqual([
      true,
      true,
      true,
    ]);
    expect([holds('app', 'tool-outputs'), holds('app', 'logs', 'chats')]).toEqual([false, false]);
    expect(mayHoldSessions({ harness: 'codex', folder: '/x' }, '/x/2026/01')).toBe(true);
  });

  test('older versions write documents', () => {
    expect(['session-1.json', 'session-1.jsonl', 'a.jsonl'].every(isNamedForSessions)).toBe(true);
    expect(['logs.json', 'session-1.txt'].some(isNamedForSessions)).toBe(false);
  });

  test('a project says where it is; one that does not may be anywhere', () => {
    const top = scratchFolder();
    mkdirSync(path.join(top, 'app'));
    writeFileSync(path.join(top, 'app', '.project_root'), '/work/app/one\n');
    const holds = (name: string, start: string): boolean =>
      mayHoldSessionsOf({ harness: 'gemini', folder: top }, path.join(top, name), [start]);
    expect([holds('app', '/work/app'), holds('app', '/work/app/one')]).toEqual([true, true]);
    expect([holds('app', '/work/ap'), holds('app', '/work/app/one/two')]).toEqual([false, false]);
    expect(holds('0123abcd', '/work/app')).toBe(true);
  });

  test('helpers lie in a folder that is named for their session', () => {
    const helper = `${folder}/app/chats/1234/5678.jsonl`;
    expect(isNamedForHelper(helper)).toBe(true);
    expect(folderOfSessions(helper)).toBe(`${folder}/app/chats`);
    expect(isNamedForHelper(`${folder}/app/chats/session-1.jsonl`)).toBe(false);
    expect(folderOfSessions(`${folder}/app/chats/session-1.jsonl`)).toBe(`${folder}/app/chats`);
  });
});

test('growth is told once, whenever the file comes, and a search goes through the folders twice a minute at most', () => {
  const home = scratchFolder();
  const thread = '11111111-1111-4111-8111-111111111111';
  const file = path.join(home, '.claude/projects/-x', `${thread}.jsonl`);
  const watch = new TranscriptWatch('claude-code', {}, home);
  expect(watch.takeGrowth(thread, 0)).toBe(false);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, 'one\n');
  // Not looked for again so soon; what was there when it was found is nothing new.
  expect(watch.takeGrowth(thread, 29_999)).toBe(false);
  expect(watch.takeGrowth(thread, 30_000)).toBe(false);
  expect(watch.takeGrowth(thread, 31_000)).toBe(false);
  appendFileSync(file, 'two\n');
  expect(watch.takeGrowth(thread, 32_000)).toBe(true);
  expect(watch.takeGrowth(thread, 33_000)).toBe(false);
  rmSync(file);
  expect(watch.takeGrowth(thread, 34_000)).toBe(false);
});

test('what a helper writes into a file of its own is growth, too', () => {
  const home = scratchFolder();
  const thread = '11111111-1111-4111-8111-111111111111';
  const file = path.join(home, '.claude/projects/-x', `${thread}.jsonl`);
  const helper = path.join(home, '.claude/projects/-x', thread, 'subagents', 'agent-a1.jsonl');
  mkdirSync(path.dirname(helper), { recursive: true });
  writeFileSync(file, 'one\n');
  const watch = new TranscriptWatch('claude-code', {}, home);
  expect(watch.takeGrowth(thread, 0)).toBe(false);
  writeFileSync(helper, 'one\n');
  expect(watch.takeGrowth(thread, 1000)).toBe(true);
  expect(watch.takeGrowth(thread, 2000)).toBe(false);
  appendFileSync(helper, 'two\n');
  expect(watch.takeGrowth(thread, 3000)).toBe(true);
  writeFileSync(path.join(path.dirname(helper), 'agent-a1.meta.json'), '{}');
  expect(watch.takeGrowth(thread, 4000)).toBe(false);
});

test('a name that is no conversation’s finds nothing outside', () => {
  const home = scratchFolder();
  mkdirSync(path.join(home, '.claude/projects/-x'), { recursive: true });
  const outside = path.join(home, '.claude/projects/secret.jsonl');
  writeFileSync(outside, 'x\n');
  const watch = new TranscriptWatch('claude-code', {}, home);
  expect(watch.takeGrowth('../secret', 0)).toBe(false);
  appendFileSync(outside, 'y\n');
  expect(watch.takeGrowth('../secret', 60_000)).toBe(false);
});
