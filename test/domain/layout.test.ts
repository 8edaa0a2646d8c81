import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CategoryName, SessionId } from '../../src/domain/ids.ts';
import {
  categoryLockFile,
  isKeyFolderName,
  keyFolderName,
  salvageRef,
  sessionBranch,
  sessionFiles,
  startLog,
  stateLayout,
} from '../../src/domain/layout.ts';

const ID = 'a000000001' as SessionId;
const CODE = 'code' as CategoryName;
const layout = stateLayout('/state', '/elsewhere/worktrees');

/** Whether all of them lie in a folder, each at a place of its own. */
function expectApart(places: readonly string[], folder: string): void {
  expect(places.filter((place) => path.dirname(place) !== folder)).toEqual([]);
  expect(new Set(places.map((place) => path.basename(place))).size).toBe(places.length);
}

describe('the state of a project', () => {
  test('lies in its folder, each thing at a place of its own', () => {
    const { folder, worktrees, ...places } = layout;
    expect(folder).toBe('/state');
    // It may be on another disk.
    expect(worktrees).toBe('/elsewhere/worktrees');
    expectApart(Object.values(places), '/state');
  });

  test('is where the documents say', () => {
    expect(layout).toMatchObject({ database: '/state/stint.db', sessions: '/state/sessions' });
    expect(layout.markers).toBe('/state/markers');
  });
});

test('each category has a lock, each start a log', () => {
  expect(categoryLockFile(layout, CODE)).toBe('/state/locks/code.lock');
  expect(startLog(layout, ID)).toBe('/state/starts/a000000001.log');
});

test('each session has a folder of its own, each of its files a place in there', () => {
  const { folder, ...files } = sessionFiles(layout, ID);
  expect(folder).toBe('/state/sessions/a000000001');
  expectApart(Object.values(files), folder);
});

test('a session’s branch and its salvaged work are named for it', () => {
  expect(sessionBranch(CODE, ID)).toBe('stint/code/a000000001');
  expect(salvageRef(ID)).toBe('refs/stint/salvage/a000000001');
});

describe('the folder of a key', () => {
  test('is named for the SHA-256 of the key, so that any text can be a key', () => {
    // The test vector of FIPS 180: ba7816bf 8f01cfea 414140de …
    expect(keyFolderName('abc')).toBe('key-ba7816bf8f01cfea');
    expect(isKeyFolderName(keyFolderName('../../a key'))).toBe(true);
  });

  test.each([
    'a000000001',
    'my-key-ba7816bf8f01cfea',
    'key-ba7816bf8f01cfea-2',
    'key-b',
    'key-the-gate-is-red-',
  ])('is not named %s', (name) => {
    expect(isKeyFolderName(name)).toBe(false);
  });
});
