import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { Problem } from '../../../src/lib/problem.ts';
import { HOST_MIGRATIONS, PROJECT_MIGRATIONS } from '../../../src/store/migrations/steps.ts';
import { openDatabase } from '../../../src/store/dialect/open-database.ts';
import { openHostStore, openStore } from '../../../src/store/store.ts';
import { atOnce } from '../../support/at-once.ts';
import { startProgram } from '../../support/programs.ts';
import { scratchFolder } from '../../support/scratch.ts';

function scratchDatabase(): string {
  return path.join(scratchFolder(), 'stint.db');
}

async function refusal(open: () => Promise<unknown>): Promise<Problem> {
  try {
    await open();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('it was opened');
}

function inspect<T>(file: string, ask: (database: SqliteDatabase.Database) => T): T {
  const database = new SqliteDatabase(file);
  try {
    return ask(database);
  } finally {
    database.close();
  }
}

test('what it makes is for its user alone, also in a folder that others may read', async () => {
  const file = scratchDatabase();
  const store = await openStore(file);
  const files = readdirSync(path.dirname(file));
  expect(files).toContain('stint.db-wal');
  for (const name of files)
    expect([name, statSync(path.join(path.dirname(file), name)).mode & 0o077]).toEqual([name, 0]);
  await store.destroy();
});

describe('migrations', () => {
  test('bring an empty file to the newest schema', async () => {
    const file = scratchDatabase();
    await (await openStore(file)).destroy();
    const { version, tables } = inspect(file, (database) => ({
      version: database.pragma('user_version', { simple: true }),
      tables: database
        .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`)
        .pluck()
        .all(),
    }));
    expect(version).toBe(PROJECT_MIGRATIONS.length);
    for (const table of ['amendments', 'checks', 'choices', 'commits', 'lock_events', 'records', 'sessions'])
      expect(tables).toContain(table);
  });

  test('the machine’s own database as well', async () => {
    const file = scratchDatabase();
    await (await openHostStore(file)).destroy();
    expect(inspect(file, (database) => database.pragma('user_version', { simple: true }))).toBe(
      HOST_MIGRATIONS.length,
    );
  });

  test('each step runs once, however often the file is opened and extended', async () => {
    const file = scratchDatabase();
    const steps = ['CREATE TABLE a (x INTEGER)', 'INSERT INTO a VALUES (1)', 'INSERT INTO a VALUES (2)'];
    for (const known of [1, 1, 2, 3, 3])
      await (await openDatabase(file, steps.slice(0, known))).ordinary.destroy();
    expect(inspect(file, (database) => database.prepare('SELECT x FROM a').pluck().all())).toEqual([1, 2]);
  });

  test('a step that fails leaves nothing of itself', async () => {
    const file = scratchDatabase();
    const steps = ['CREATE TABLE a (x INTEGER)', 'INSERT INTO a VALUES (1); INSERT INTO nowhere VALUES (2)'];
    expect((await refusal(() => openDatabase(file, steps))).code).toBe('state_unusable');
    expect(
      inspect(file, (database) => [
        database.pragma('user_version', { simple: true }),
        database.prepare(`SELECT count(*) FROM sqlite_schema`).pluck().get(),
      ]),
    ).toEqual([0, 0]);
  });
});

describe('a file of a newer stint', () => {
  test('is refused and not touched, byte for byte', async () => {
    const file = scratchDatabase();
    await (await openStore(file)).destroy();
    inspect(file, (database) => database.pragma(`user_version = ${PROJECT_MIGRATIONS.length + 1}`));
    const names = readdirSync(path.dirname(file));
    const before = readFileSync(file);
    const { mtimeMs } = statSync(file);
    const problem = await refusal(() => openStore(file));
    expect(problem).toMatchObject({ code: 'state_newer', exitCode: 1 });
    expect(problem.message).toContain(file);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(statSync(file).mtimeMs).toBe(mtimeMs);
    expect(readdirSync(path.dirname(file))).toEqual(names);
  });

  test('also where only its write-ahead log says so', async () => {
    const file = scratchDatabase();
    const copy = scratchDatabase();
    await (await openStore(file)).destroy();
    inspect(file, (database) => {
      database.pragma('wal_autocheckpoint = 0');
      database.pragma(`user_version = ${PROJECT_MIGRATIONS.length + 1}`);
      // As a crash leaves it: the log holds what the file does not.
      for (const end of ['', '-wal']) copyFileSync(file + end, copy + end);
    });
    const contents = (): string[] => ['', '-wal'].map((end) => readFileSync(copy + end, 'latin1'));
    const before = contents();
    // In a process of its own, whose end closes whatever it opened.
    const { stdout } = await startProgram(
      `const { openStore } = await src('store/store.ts');
       try { await openStore(arg(1)); } catch (error) { console.log(error.code); }`,
      [copy],
    ).done;
    expect(stdout).toBe('state_newer\n');
    expect(contents()).toEqual(before);
  });
});

describe('what is no database of ours', () => {
  test('is said to be so, and stays as it is', async () => {
    const file = scratchDatabase();
    const content = 'my notes, and not a database at all; '.repeat(9);
    writeFileSync(file, content);
    expect((await refusal(() => openStore(file))).code).toBe('state_corrupt');
    expect(readFileSync(file, 'utf8')).toBe(content);
  });

  test('a folder, or a place that is not there', async () => {
    const folder = scratchFolder();
    mkdirSync(path.join(folder, 'a'));
    expect((await refusal(() => openStore(path.join(folder, 'a')))).code).toBe('state_unwritable');
    expect((await refusal(() => openStore(path.join(folder, 'none', 'stint.db')))).exitCode).toBe(1);
  });

  test('an empty file is a new one', async () => {
    const file = scratchDatabase();
    writeFileSync(file, '');
    await (await openStore(file)).destroy();
    expect(statSync(file).size).toBeGreaterThan(0);
  });
});

test('opening a database beside itself does not give up the locks that keep other processes from its log', async () => {
  const file = scratchDatabase();
  const inode = (): string => String(statSync(file).ino);
  const locks = (): string[] =>
    readFileSync('/proc/locks', 'utf8')
      .split('\n')
      .filter((line) => line.includes(` ${process.pid} `) && line.includes(`:${inode()} `));
  const first = await openStore(file);
  await first.selectFrom('sessions').select('id').execute();
  const held = locks().length;
  expect(held).toBeGreaterThan(0);
  const second = await openStore(file);
  await second.selectFrom('sessions').select('id').execute();
  await second.destroy();
  expect(locks().length).toBe(held);
  await first.destroy();
});

test('several who open a new file at the same moment all come in', async () => {
  expect(await atOnce('open-new-file.ts', scratchFolder(), 50)).toEqual([]);
});
