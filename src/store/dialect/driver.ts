import type SqliteDatabase from 'better-sqlite3';
import {
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
} from 'kysely';
import type { LockWait, Patience } from './lock-wait.ts';
import { ConnectionTurns, WriteLine } from './write-line.ts';

type Statement = SqliteDatabase.Statement;

/** One open database, and the turns that all its handles take at it. */
export interface SharedDatabase {
  readonly database: SqliteDatabase.Database;
  readonly turns: ConnectionTurns;
  readonly writes: WriteLine;
  readonly wait: LockWait;
}

export function shareDatabase(database: SqliteDatabase.Database, wait: LockWait): SharedDatabase {
  const turns = new ConnectionTurns();
  return { database, turns, writes: new WriteLine(turns, wait), wait };
}

/** Lets Kysely use a database that other handles use too. @param patience how long this handle waits for a lock */
export function sharedDialect(shared: SharedDatabase, patience: Patience): Dialect {
  return {
    createDriver: () => sharedDriver(shared, patience),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new SharedAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
}

/** Kysely's own adapter makes each query hold the connection while it waits; here the statements take turns instead. */
class SharedAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

function sharedDriver(shared: SharedDatabase, patience: Patience): Driver {
  return {
    async init() {
      // The database is open already.
    },
    acquireConnection: async () => new LogicalConnection(shared, patience),
    async releaseConnection() {
      // A handle holds nothing outside a transaction.
    },
    beginTransaction: (connection: LogicalConnection, { accessMode }) =>
      // A transaction that only reads sees one state of the data, and no writer has to wait for it.
      accessMode === 'read only' ? connection.beginReading() : connection.beginWriting(),
    commitTransaction: (connection: LogicalConnection) => connection.commit(),
    rollbackTransaction: async (connection: LogicalConnection) => connection.rollback(),
    destroy: async () => void shared.database.close(),
  };
}

/** A connection in Kysely's sense. Outside a transaction it takes a turn at the shared one for each statement. */
class LogicalConnection implements DatabaseConnection {
  readonly #shared: SharedDatabase;
  readonly #patience: Patience;
  /** Ends the turn of an open transaction; null outside one. */
  #leave: (() => void) | null = null;
  /** Why SQLite ended an open transaction without our doing, as it does where the disk is full or fails. */
  #lost: Error | null = null;

  constructor(shared: SharedDatabase, patience: Patience) {
    this.#shared = shared;
    this.#patience = patience;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const { database, wait, writes } = this.#shared;
    if (this.#leave) return this.#runWithin<R>(sql, parameters);
    const first = await wait.retry(this.#patience, () =>
      this.#inTurn(() => {
        // Even to prepare a statement SQLite reads the schema, and may find the file locked.
        const statement: Statement = database.prepare(sql);
        return statement.readonly ? { result: run<R>(statement, parameters) } : { statement };
      }),
    );
    if ('result' in first) return first.result;
    const { result, leave } = await writes.enter(() => run<R>(first.statement, parameters), this.#patience);
    leave();
    return result;
  }

  // oxlint-disable-next-line require-yield -- Kysely asks for a generator
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error(
      'this driver does not stream: a stream would keep its turn for as long as its reader likes',
    );
  }

  #runWithin<R>(sql: string, parameters: readonly unknown[]): QueryResult<R> {
    const { database } = this.#shared;
    // The statements before this one are lost, so it must not be written alone.
    if (this.#lost) throw this.#lost;
    try {
      return run<R>(database.prepare(sql), parameters);
    } catch (error) {
      if (!database.inTransaction) this.#lost = error as Error;
      throw error;
    }
  }

  /**
   * Takes the write lock first: a transaction that read before would fail if another process wrote in between. There is one
   * such lock in a file, so between the reads and the writes of a transaction no other process writes.
   */
  async beginWriting(): Promise<void> {
    const { database, writes } = this.#shared;
    const { leave } = await writes.enter(() => database.exec('begin immediate'), this.#patience);
    this.#leave = leave;
  }

  /** The first read takes the lock; a `begin` alone takes none. */
  async beginReading(): Promise<void> {
    const { database, turns, wait } = this.#shared;
    await wait.retry(this.#patience, async () => {
      await turns.take();
      try {
        database.exec('begin');
        database.prepare('select count(*) from sqlite_schema').get();
      } catch (error) {
        if (database.inTransaction) database.exec('rollback');
        turns.give();
        throw error;
      }
    });
    this.#leave = () => turns.give();
  }

  async commit(): Promise<void> {
    const { database, wait } = this.#shared;
    if (this.#lost) throw this.#lost;
    await wait.retry(this.#patience, () => database.exec('commit'));
    this.#end();
  }

  rollback(): void {
    const { database } = this.#shared;
    try {
      // SQLite may have ended it.
      if (database.inTransaction) database.exec('rollback');
    } finally {
      this.#end();
    }
  }

  #end(): void {
    const leave = this.#leave;
    this.#leave = null;
    this.#lost = null;
    leave?.();
  }

  async #inTurn<T>(work: () => T): Promise<T> {
    const { turns } = this.#shared;
    await turns.take();
    try {
      return work();
    } finally {
      turns.give();
    }
  }
}

function run<R>(statement: Statement, parameters: readonly unknown[]): QueryResult<R> {
  if (statement.reader) return { rows: statement.all(parameters) as R[] };
  const { changes, lastInsertRowid } = statement.run(parameters);
  return { insertId: BigInt(lastInsertRowid), numAffectedRows: BigInt(changes), rows: [] };
}
