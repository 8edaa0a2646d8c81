import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import SqliteDatabase from 'better-sqlite3';
import {
  CompiledQuery,
  Kysely,
  SqliteAdapter,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type TransactionSettings,
} from 'kysely';
import { Problem, messageOf, systemErrorCode } from '../lib/problem.ts';

/**
 * Several processes write at once, and SQLite's wait for a lock is unfair: with a shorter wait a process can starve
 * until it fails. Longer only delays the word that something holds the file.
 */
const BUSY_TIMEOUT_MS = 15_000;

/** Where SQLite keeps `user_version` in a file's header. */
const USER_VERSION_OFFSET = 60;

/**
 * Opens a database and brings it to the newest schema.
 *
 * @param file a path, or `:memory:` for an empty one that is gone at the end
 * @throws Problem `state_newer` when a newer stint wrote the file (it is not touched), `state_unusable` when it is no
 *   database or the disk says no
 */
export function openDatabase<T>(file: string, migrations: readonly string[]): Kysely<T> {
  refuseNewer(file, migrations.length);
  let database: SqliteDatabase.Database | null = null;
  try {
    if (file !== ':memory:' && !existsSync(file)) makePrivate(file);
    database = new SqliteDatabase(file, { timeout: BUSY_TIMEOUT_MS });
    opened.add(identityOf(file) ?? file);
    useWriteAheadLog(database);
    // FULL: a record that was acknowledged survives a power cut.
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    migrate(database, migrations, file);
    return new Kysely<T>({ dialect: immediateDialect(database) });
  } catch (error) {
    database?.close();
    if (error instanceof Problem) throw error;
    throw unusable(file, error);
  }
}

/**
 * Of several who do this to a new file at once SQLite turns all but one away at once, without its wait: each holds what
 * the others need. The mode lies in the file, and whoever comes after finds it there.
 */
function useWriteAheadLog(database: SqliteDatabase.Database): void {
  const end = performance.now() + BUSY_TIMEOUT_MS;
  for (;;) {
    try {
      database.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      if (systemErrorCode(error) !== 'SQLITE_BUSY' || performance.now() >= end) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

/** Records quote what agents said. SQLite gives the files beside it the same mode. */
function makePrivate(file: string): void {
  closeSync(openSync(file, 'a', 0o600));
}

/** Says what a failing database means to a person. */
export function unusable(file: string, error: unknown): Problem {
  const code = systemErrorCode(error) ?? '';
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code.startsWith('SQLITE_IOERR')) {
    return new Problem(
      'disk_full',
      `${file} cannot be written: no space is left, or the disk fails.`,
      'Free space there, or set STINT_STATE_DIR.',
      1,
    );
  }
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN') || code === 'SQLITE_PERM') {
    return new Problem(
      'state_unwritable',
      `${file} cannot be written.`,
      'See the permissions of its folder, or set STINT_STATE_DIR.',
      1,
    );
  }
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) {
    return new Problem(
      'state_corrupt',
      `${file} is no stint database, or it is damaged.`,
      'Put it aside and keep it; stint then starts a new one.',
      1,
    );
  }
  return new Problem(
    'state_unusable',
    `${file} cannot be used: ${messageOf(error)}.`,
    'See the file and its folder.',
    1,
  );
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
  try {
    const database = new SqliteDatabase(file, { readonly: true, timeout: BUSY_TIMEOUT_MS });
    try {
      return Number(database.pragma('user_version', { simple: true }));
    } finally {
      database.close();
    }
  } catch (error) {
    throw unusable(file, error);
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

/**
 * Kysely's own `begin` takes the write lock late, at the first write: a transaction that read before it fails when
 * somebody wrote in between. `begin immediate` takes it first and loses none.
 */
class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(
    connection: DatabaseConnection,
    settings?: TransactionSettings,
  ): Promise<void> {
    // Whoever only reads sees one state of things, and keeps nobody from writing.
    const begin = settings?.accessMode === 'read only' ? 'begin' : 'begin immediate';
    await connection.executeQuery(CompiledQuery.raw(begin));
  }
}

function immediateDialect(database: SqliteDatabase.Database): Dialect {
  return {
    createDriver: () => new ImmediateDriver({ database }),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
}
