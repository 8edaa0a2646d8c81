import { describe, expect, test } from 'vitest';
import {
  folderOfSessions,
  isNamedForHelper,
  mayHoldSessionsOf,
  transcriptPlaces,
} from '../../src/harness/transcript-places.ts';

function foldersIn(env: NodeJS.ProcessEnv): string[] {
  return transcriptPlaces(env, '/home/me').map(({ folder }) => folder);
}

test('sessions lie under HOME, or where the CLI was told to keep them', () => {
  expect(foldersIn({})).toEqual([
    '/home/me/.claude/projects',
    '/home/me/.config/claude/projects',
    '/home/me/.codex/sessions',
    '/home/me/.codex/archived_sessions',
    '/home/me/.pi/agent/sessions',
  ]);
  expect(foldersIn({ CLAUDE_CONFIG_DIR: '/c', CODEX_HOME: '/x', PI_CODING_AGENT_DIR: '~/p' })).toEqual([
    '/c/projects',
    '/x/sessions',
    '/x/archived_sessions',
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
