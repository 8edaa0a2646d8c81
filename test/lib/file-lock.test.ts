import {
  chmodSync,
  existsSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { tryLock, waitForLock, type FileLock } from '../../src/lib/file-lock.ts';
import { isLocked } from '../../src/lib/lock-table.ts';
import { killProgram, PROGRAM_HEAD, startCommand, startProgram, type Program } from '../support/programs.ts';
import { scratchFolder } from '../support/scratch.ts';
import { waitUntil } from '../support/wait-until.ts';

function lockFile(): string {
  return path.join(scratchFolder(), 'a lock');
}

/** Takes the lock in this process, until the test is over at the latest. */
async function take(file: string): Promise<FileLock | null> {
  const lock = await tryLock(file);
  onTestFinished(() => lock?.release());
  return lock;
}

const HOLD = `
  const { tryLock } = await src('lib/file-lock.ts');
  const lock = await tryLock(arg(1));
  console.log(lock ? 'held' : 'refused');
  if (lock) process.stdin.resume();
`;

async function holder(file: string): Promise<Program> {
  const program = startProgram(HOLD, [file]);
  await program.said('held');
  return program;
}

/** A shell that holds the lock until its standard input ends. */
async function shellHolder(file: string): Promise<Program> {
  const program = startCommand('sh', ['-c', 'exec 9>>"$1" && flock 9 && echo held && read _', 'sh', file]);
  await program.said('held');
  return program;
}

describe('a kernel lock', () => {
  test('has one holder, in this process and in others', async () => {
    const file = lockFile();
    const held = await take(file);
    expect(held).not.toBeNull();
    expect(await take(file)).toBeNull();
    expect((await startProgram(HOLD, [file]).done).stdout).toBe('refused\n');
    held?.release();
    expect(await take(file)).not.toBeNull();
  });

  test('is free again when its holder was killed', async () => {
    const file = lockFile();
    const program = await holder(file);
    expect(await take(file)).toBeNull();
    await killProgram(program);
    expect(await take(file)).not.toBeNull();
  });

  test('is the shell’s lock, both ways', async () => {
    const file = lockFile();
    const shell = await shellHolder(file);
    expect(await take(file)).toBeNull();
    await killProgram(shell);
    expect(await take(file)).not.toBeNull();
    expect(spawnSync('flock', ['-n', file, 'true']).status).toBe(1);
  });

  test('lives on in a child that got its descriptor', async () => {
    const file = lockFile();
    const lock = await take(file);
    const child = startCommand('sh', ['-c', 'echo started; read _'], [lock?.descriptor ?? -1]);
    await child.said('started');
    lock?.release();
    expect(await take(file)).toBeNull();
    await killProgram(child);
    expect(await take(file)).not.toBeNull();
  });

  test('is not inherited by a child that did not get it', async () => {
    const file = lockFile();
    const lock = await take(file);
    const child = startCommand('sh', ['-c', 'echo started; read _']);
    await child.said('started');
    lock?.release();
    expect(await take(file)).not.toBeNull();
  });

  test('releasing twice is releasing once, and a released one has no descriptor', async () => {
    const file = lockFile();
    const lock = await take(file);
    lock?.release();
    const other = await take(file);
    lock?.release();
    expect(await take(file)).toBeNull();
    expect(() => lock?.descriptor).toThrow('was released');
    expect(other?.descriptor).toBeGreaterThan(2);
  });

  test('in a missing folder it is an error, not “busy”', async () => {
    await expect(tryLock(path.join(scratchFolder(), 'none', 'a.lock'))).rejects.toThrow('ENOENT');
  });

  test('on a removed file protects nothing, so a new file is locked', async () => {
    const file = lockFile();
    const old = await take(file);
    unlinkSync(file);
    expect(await take(file)).not.toBeNull();
    expect(old).not.toBeNull();
    expect(spawnSync('flock', ['-n', file, 'true']).status).toBe(1);
  });

  test('is had although a Ctrl-C, which a terminal sends to all of a group, ends `flock`', async () => {
    const bin = scratchFolder();
    const interrupted = `#!/bin/sh
PATH=\${PATH#*:}
mkdir "$ONCE" 2>/dev/null && kill -INT "-$GROUP"
exec flock "$@"
`;
    writeFileSync(path.join(bin, 'flock'), interrupted);
    chmodSync(path.join(bin, 'flock'), 0o755);
    const body = `
      const { tryLock, waitForLock } = await src('lib/file-lock.ts');
      process.on('SIGINT', () => undefined);
      process.env.GROUP = process.pid;
      for (const take of [tryLock, waitForLock]) {
        process.env.ONCE = arg(1) + '/interrupted ' + take.name;
        console.log((await take(arg(1) + '/' + take.name, 60_000)) !== null);
      }`;
    const env = { ...process.env, PATH: `${bin}:${process.env['PATH']}` };
    const { stdout, stderr } = await startProgram(body, [bin], [], env, true).done;
    expect([stdout, stderr]).toEqual(['true\ntrue\n', '']);
    for (const name of ['tryLock', 'waitForLock'])
      expect(existsSync(path.join(bin, `interrupted ${name}`))).toBe(true);
  });

  test('a file that is there keeps its content', async () => {
    const file = lockFile();
    writeFileSync(file, 'whose');
    await take(file);
    expect(readFileSync(file, 'utf8')).toBe('whose');
  });
});

describe('an attempt', () => {
  test('at a held lock starts no process', async () => {
    const file = lockFile();
    await take(file);
    // Nothing on this PATH: an attempt that needed `flock` would fail.
    const env = { ...process.env, PATH: scratchFolder() };
    const { stdout, stderr } = await startProgram(HOLD, [file], [], env).done;
    expect([stdout, stderr]).toEqual(['refused\n', '']);
  });

  test.each([
    ['no', 'to open the lock file'],
    ['one', 'to start `flock`'],
  ])('with %s file descriptor left (%s) says to try again later', async (left) => {
    const body = `
      const { tryLock } = await src('lib/file-lock.ts');
      const { openSync, closeSync } = await import('node:fs');
      await tryLock(arg(1) + '.warm-up');
      const opened = [];
      try { for (;;) opened.push(openSync('/dev/null')); } catch {}
      if (arg(2) === 'one') closeSync(opened.pop());
      const end = await tryLock(arg(1)).catch((error) => error);
      for (const descriptor of opened) closeSync(descriptor);
      console.log(end?.code, end?.exitCode);`;
    const limited = `ulimit -n 64; exec "$@"`;
    const words = ['-c', limited, 'sh', process.execPath, '--input-type=module', '-e', PROGRAM_HEAD + body];
    const { stdout, stderr } = await startCommand('sh', [...words, '--', lockFile(), left]).done;
    expect([stdout, stderr]).toEqual(['too_many_processes 75\n', '']);
  });
});

describe('waiting', () => {
  test('gives up in time', async () => {
    const file = lockFile();
    await take(file);
    expect(await waitForLock(file, 50)).toBeNull();
  });

  test('gets it from a holder in this very process', async () => {
    const file = lockFile();
    const first = await take(file);
    const waiting = waitForLock(file, 60_000);
    await waitUntil('somebody waits', () => waitersOf(file) === 1);
    first?.release();
    const lock = await waiting;
    onTestFinished(() => lock?.release());
    expect(lock).not.toBeNull();
    expect(await take(file)).toBeNull();
  });

  test('a file that was replaced meanwhile: the lock is on the new one', async () => {
    const file = lockFile();
    const first = await take(file);
    const waiting = waitForLock(file, 60_000);
    await waitUntil('somebody waits', () => waitersOf(file) === 1);
    writeFileSync(`${file}.new`, '');
    renameSync(`${file}.new`, file);
    const { ino } = statSync(file);
    first?.release();
    const lock = await waiting;
    onTestFinished(() => lock?.release());
    expect(lock).not.toBeNull();
    expect(statSync(file).ino).toBe(ino);
    // Whoever comes now by the path finds it taken.
    expect(await take(file)).toBeNull();
  });

  test('a file that was removed meanwhile is made again', async () => {
    const file = lockFile();
    const first = await take(file);
    const waiting = waitForLock(file, 60_000);
    await waitUntil('somebody waits', () => waitersOf(file) === 1);
    unlinkSync(file);
    first?.release();
    const lock = await waiting;
    onTestFinished(() => lock?.release());
    expect(existsSync(file)).toBe(true);
    expect(await take(file)).toBeNull();
  });
});

/** Lines of the kernel's table for processes that wait for this file's lock. */
function waitersOf(file: string): number {
  const inode = `:${statSync(file).ino} `;
  return readFileSync('/proc/locks', 'latin1')
    .split('\n')
    .filter((line) => line.includes('->') && line.includes(inode)).length;
}

describe('looking at a lock', () => {
  test('sees a shell’s flock, its end, and no lock on another file', async () => {
    const file = lockFile();
    expect(isLocked(file)).toBe(false);
    const shell = await shellHolder(file);
    expect(isLocked(file)).toBe(true);
    expect(isLocked(lockFile())).toBe(false);
    await killProgram(shell);
    expect(isLocked(file)).toBe(false);
  });

  test('one that a table of many lacks is looked for again: it comes in parts, and locks move up meanwhile', async () => {
    const file = lockFile();
    writeFileSync(file, '');
    const { dev, ino } = statSync(file);
    const device = [dev >> 8, dev & 0xff].map((part) => part.toString(16).padStart(2, '0')).join(':');
    const lines = (count: number): string =>
      Array.from(
        { length: count },
        (_, at) => `${at + 1}: FLOCK  ADVISORY  WRITE 9 00:00:${at} 0 EOF\n`,
      ).join('');
    const ours = `3: FLOCK  ADVISORY  WRITE 9 ${device}:${ino} 0 EOF\n`;
    const looks = (...tables: string[]): [boolean, number] => {
      let asked = 0;
      const isHeld = isLocked(file, () => tables[asked++] ?? lines(200));
      return [isHeld, asked];
    };
    expect(looks(lines(200), lines(200) + ours)).toEqual([true, 2]);
    // A short one comes at once, and is what it was at one moment.
    expect(looks(lines(2), ours)).toEqual([false, 1]);
    expect(looks()[0]).toBe(false);
  });

  test('takes nothing: nobody who wants it is turned away', async () => {
    const file = lockFile();
    writeFileSync(file, '');
    const looking = startProgram(
      `const { isLocked } = await src('lib/lock-table.ts');
       console.log('looking');
       for (;;) for (let i = 0; i < 1000; i++) isLocked(arg(1));`,
      [file],
    );
    await looking.said('looking');
    for (let i = 0; i < 25; i++) expect(spawnSync('flock', ['-n', file, 'true']).status).toBe(0);
  });
});
