import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import SqliteDatabase from 'better-sqlite3';
import { Kysely } from 'kysely';
import { systemClock, type Clock } from '../../lib/clock.ts';
import { Problem, messageOf } from '../../lib/problem.ts';
import { shareDatabase, sharedDialect } from './driver.ts';
import { isBusy, LockWait, ORDINARY_LIMIT_MS, type Patience } from './lock-wait.ts';
import { unusable } from './unusable.ts';

export interface DatabaseOptions {
  readonly clock?: Clock;
  /** Ends waits of the ordinary handle early; its reason is a sentence. */
  readonly cancelled?: AbortSignal | undefined;
  /** Told the number of each attempt that SQLite refused because another process had the file; from 1 for each wait. */
  readonly onWait?: (attempt: number) => void;
}

/** Two handles on one connection. */
export interface Handles<T> {
  /** Waits at most 15 seconds for another process's lock, then throws Problem `store_busy` (75). */
  readonly ordinary: Kysely<T>;
  /** Waits without end: for what must not be lost, and while an agent runs. */
  readonly patient: Kysely<T>;
}

/** Where SQLite keeps `user_version` in a file's header. */
const USER_VERSION_OFFSET = 60;

/**
 * Opens a database and brings it to the newest schema. It waits for other processes that lock the file, as the ordinary
 * handle does; the event loop goes on meanwhile.
 *
 * @param file a path, or `:memory:` for an empty one that is gone at the end
 * @throws Problem `state_newer` when a newer stint wrote the file (it is not touched), `state_unusable` when it is no
 *   database or the disk says no, `store_busy` (75)
 */
export async function openDatabase<T>(
  file: string,
  migrations: readonly string[],
  { clock = systemClock, cancelled, onWait }: DatabaseOptions = {},
): Promise<Handles<T>> {
  const wait = new LockWait(file, clock, onWait);
  const ordinary: Patience = { limitMs: ORDINARY_LIMIT_MS, cancelled };
  const database = await wait.retry(ordinary, () => tryOpen(file, migrations));
  const shared = shareDatabase(database, wait);
  const handles = {
    ordinary: new Kysely<T>({ dialect: sharedDialect(shared, ordinary) }),
    patient: new Kysely<T>({ dialect: sharedDialect(shared, { limitMs: Infinity }) }),
  };
  // Kysely closes a driver only if it was used.
  await handles.ordinary.connection().execute(async () => undefined);
  return handles;
}

/** Opens it at once, or throws SQLite's error that another process has the file. */
function tryOpen(file: string, migrations: readonly string[]): SqliteDatabase.Database {
  let database: SqliteDatabase.Database | null = null;
  try {
    refuseNewer(file, migrations.length);
    if (file !== ':memory:' && !existsSync(file)) makePrivate(file);
    // No busy timeout anywhere: SQLite would wait in this thread, and every timer with it.
    database = new SqliteDatabase(file, { timeout: 0 });
    opened.add(identityOf(file) ?? file);
    database.pragma('journal_mode = WAL');
    // FULL: a record that was acknowledged survives a power cut.
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    migrate(database, migrations, file);
    return database;
  } catch (error) {
    database?.close();
    if (error instanceof Problem || isBusy(error)) throw error;
    throw unusable(file, error);
  }
}

/** Records quote what agents said. SQLite gives the files beside it the same mode. */
function makePrivate(file: string): void {
  closeSync(openSync(file, 'a', 0o600));
}

/**
 * Files that this process has opened, as device, inode and birth. Closing any descriptor of a file gives up all POSIX locks that
 * the process has on it: once SQLite may hold some, nobody here opens that file beside it.
 */
const opened = new Set<string>();

function identityOf(file: string): string | null {
  const found = statSync(file, { throwIfNoEntry: false, bigint: true });
  // With its birth, for the number of a file that is gone is given to another.
  return found ? `${found.dev}:${found.ino}:${found.birthtimeNs}` : null;
}

/** Reads the version from the header, so that a file of a newer stint is refused without being opened. */
function refuseNewer(file: string, known: number): void {
  const identity = identityOf(file);
  if (identity === null || opened.has(identity)) return;
  const header = Buffer.alloc(USER_VERSION_OFFSET + 4);
  try {
    const descriptor = openSync(file, 'r');
    try {
      if (readSync(descriptor, header, 0, header.length, 0) < header.length) return;
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw unusable(file, Object.assign(new Error(messageOf(error)), { code: 'SQLITE_CANTOPEN' }));
  }
  if (header.toString('latin1', 0, 15) !== 'SQLite format 3') return;
  refuseVersion(header.readInt32BE(USER_VERSION_OFFSET), known, file);
  // A log that a crash left behind may hold a newer version than the header does.
  if ((statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0)
    refuseVersion(readVersionUntouched(file), known, file);
}

/** Through a connection that may not write: whoever may would empty the log into the file when it closes. */
function readVersionUntouched(file: string): number {
  const database = new SqliteDatabase(file, { readonly: true, timeout: 0 });
  try {
    return Number(database.pragma('user_version', { simple: true }));
  } finally {
    database.close();
  }
}

function refuseVersion(version: number, known: number, file: string): void {
  if (version <= known) return;
  throw new Problem(
    'state_newer',
    `${file} was written by a newer stint (schema ${version}; this one knows ${known}). It was not touched.`,
    'Install that stint again.',
    1,
  );
}

function migrate(database: SqliteDatabase.Database, migrations: readonly string[], file: string): void {
  const version = (): number => Number(database.pragma('user_version', { simple: true }));
  // Another process may have brought a newer schema since we looked.
  refuseVersion(version(), migrations.length, file);
  if (version() === migrations.length) return;
  const run = database.transaction(() => {
    // Another process may have migrated while we waited for the lock.
    for (let step = version(); step < migrations.length; step++) database.exec(migrations[step] ?? '');
    database.pragma(`user_version = ${migrations.length}`);
  });
  run.immediate();
}
