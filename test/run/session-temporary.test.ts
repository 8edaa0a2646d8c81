import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { SessionId } from '../../src/domain/ids.ts';
import { sessionFiles, stateLayout, type SessionFiles } from '../../src/domain/layout.ts';
import { readWorkingFolder } from '../../src/lib/process-table.ts';
import { randomWord } from '../../src/lib/random.ts';
import { outerEnvironment, withTemporary } from '../../src/run/session-environment.ts';
import { listTemporaries, makeTemporary, removeTemporary } from '../../src/run/session-temporary.ts';
import { removeFolder, scratchFolder } from '../support/scratch.ts';
import { waitUntil } from '../support/wait-until.ts';

interface Scratch {
  readonly id: SessionId;
  readonly files: SessionFiles;
  readonly scratch: string;
}

function session(): Scratch {
  const scratch = scratchFolder();
  const id = randomWord(10) as SessionId;
  const files = sessionFiles(stateLayout(path.join(scratch, 'state'), ''), id);
  mkdirSync(files.folder, { recursive: true });
  onTestFinished(() => removeFolder(`/tmp/stint-${id}`));
  return { id, files, scratch };
}

function made({ id, files, scratch }: Scratch): string {
  const temporary = makeTemporary(id, files, { TMPDIR: scratch });
  if ('trouble' in temporary) throw new Error(temporary.trouble);
  return temporary.folder;
}

test('it lies in the temporary folder of the system, is for this user alone, and is noted', () => {
  const one = session();
  const folder = made(one);
  expect(folder).toBe(path.join(one.scratch, `stint-${one.id}`));
  expect(statSync(folder).mode & 0o7777).toBe(0o700);
  expect(readFileSync(one.files.temporary, 'utf8')).toBe(folder);
  expect(listTemporaries({ TMPDIR: one.scratch })).toContain(one.id);
});

test.each([
  ['so long that no socket fits below it', 'l'.repeat(60)],
  ['relative', './here'],
  ['missing', '/nowhere'],
  ['not set', undefined],
])('where TMPDIR is %s, it lies in /tmp', (_, given) => {
  const { id, files, scratch } = session();
  const isLong = given?.startsWith('l') === true;
  const home = isLong ? path.join(scratch, given) : given;
  if (isLong && home !== undefined) mkdirSync(home);
  expect(makeTemporary(id, files, home === undefined ? {} : { TMPDIR: home })).toEqual({
    folder: `/tmp/stint-${id}`,
  });
});

test('a link that waits under its name is not taken: the session shares the folder of the system', () => {
  const { id, files, scratch } = session();
  symlinkSync(scratch, `/tmp/stint-${id}`);
  const result = makeTemporary(id, files, {});
  expect(result).toMatchObject({ trouble: expect.stringContaining('EEXIST') as string });
  expect(existsSync(files.temporary)).toBe(false);
});

test('it goes with folders that may not be written, and nothing that a link in it leads to', async () => {
  const one = session();
  const folder = made(one);
  const outside = path.join(one.scratch, 'outside');
  mkdirSync(outside);
  writeFileSync(path.join(outside, 'file'), 'kept');
  symlinkSync(outside, path.join(folder, 'link'));
  mkdirSync(path.join(folder, 'cache'));
  writeFileSync(path.join(folder, 'cache/file'), '');
  expect(await removeTemporary(one.id, one.files)).toBeNull();
  expect(existsSync(folder)).toBe(false);
  expect(readFileSync(path.join(outside, 'file'), 'utf8')).toBe('kept');
  expect(await removeTemporary(one.id, one.files)).toBeNull();
});

// The superuser removes what no one may write; a folder below a mode of 000 shows the same to everyone else.
test('a file that is linked elsewhere keeps its mode, whatever its folder in there allows', async () => {
  const one = session();
  const folder = made(one);
  const kept = path.join(one.scratch, 'kept');
  writeFileSync(kept, 'kept', { mode: 0o400 });
  mkdirSync(path.join(folder, 'a/b'), { recursive: true });
  linkSync(kept, path.join(folder, 'a/b/link'));
  for (const name of ['a/b', 'a']) chmodSync(path.join(folder, name), 0);
  expect(await removeTemporary(one.id, one.files)).toBeNull();
  expect(existsSync(folder)).toBe(false);
  expect(statSync(kept).mode & 0o777).toBe(0o400);
});

test('it stays while a process stands in it, or one of the session could not be ended; then it goes', async () => {
  const one = session();
  const folder = made(one);
  const child = spawn('sleep', ['300'], { cwd: folder });
  await waitUntil('the child stands there', () => readWorkingFolder(child.pid ?? 0) === folder);
  expect(await removeTemporary(one.id, one.files)).toEqual({ folder, because: 'a process stands in it' });
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  expect(await removeTemporary(one.id, one.files, ['sleep'])).toMatchObject({ folder });
  expect(existsSync(folder)).toBe(true);
  expect(await removeTemporary(one.id, one.files)).toBeNull();
  expect(existsSync(folder)).toBe(false);
});

test.each(['another name', 'a link under its name', 'no path'])(
  'a note that an agent has changed removes nothing: %s',
  async (kind) => {
    const { id, files, scratch } = session();
    const other = path.join(scratch, 'other');
    mkdirSync(other);
    const link = path.join(scratch, `stint-${id}`);
    symlinkSync(other, link);
    const notes = { 'another name': other, 'a link under its name': link, 'no path': `stint-${id}` };
    writeFileSync(files.temporary, notes[kind as keyof typeof notes]);
    expect(await removeTemporary(id, files)).toBeNull();
    expect(existsSync(other)).toBe(true);
  },
);

test('its variables name it, and outside of the session they are what they were', () => {
  const outer = { TMPDIR: '/big', TMUX: '/tmp/tmux-0/default,1,0', HOME: '/home/me' };
  const inside = withTemporary(outer, '/tmp/stint-x');
  expect(inside).toMatchObject({ TMPDIR: '/tmp/stint-x', TMP: '/tmp/stint-x', TMUX_TMPDIR: '/tmp/stint-x' });
  expect(inside).not.toHaveProperty('TMUX');
  expect(outerEnvironment(inside)).toEqual({ TMPDIR: '/big', HOME: '/home/me' });
  expect(outerEnvironment({ ...inside, TMP: '/mine' })).toEqual({
    TMPDIR: '/big',
    TMP: '/mine',
    HOME: '/home/me',
  });
  expect(withTemporary(outer, null)).toEqual(outer);
});
