import SqliteDatabase from 'better-sqlite3';
import { effectiveRecord, listChanges, type Correction } from '../../src/domain/amendment.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import { toColumns } from '../../src/store/record-columns.ts';
import { FIRST_STEPS } from '../../src/store/migrations/001-to-013.ts';

/** How many steps the file of that build has had. */
export const EARLIER_VERSION = 13;

// The words in which the build before the facts wrote a record and an amendment.

const INSERT_RECORD = `insert into "records" ("category", "harness", "thread", "model", "run_type", "attended", "source",
  "outcome", "grade", "modes", "feeds_belief", "started_at", "ended_at", "deliverables", "duration_ms", "tokens", "leftovers",
  "survivors", "is_contained", "model_asked", "session_id", "written_at", "body", "has_outbox")
  values (@category, @harness, @thread, @model, @run_type, @attended, @source, @outcome, @grade, @modes, @feeds_belief,
  @started_at, @ended_at, @deliverables, @duration_ms, @tokens, @leftovers, @survivors, @is_contained, @model_asked,
  @session_id, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), @body, 1) on conflict ("session_id") do nothing`;

const INSERT_AMENDMENT = `insert into "amendments" ("session_id", "at", "who", "why", "field", "old_value", "new_value")
  values (?, ?, ?, ?, ?, ?, ?)`;

const UPDATE_RECORD = `update "records" set "category" = @category, "harness" = @harness, "thread" = @thread, "model" = @model,
  "run_type" = @run_type, "attended" = @attended, "source" = @source, "outcome" = @outcome, "grade" = @grade,
  "modes" = @modes, "feeds_belief" = @feeds_belief, "started_at" = @started_at, "ended_at" = @ended_at,
  "deliverables" = @deliverables, "duration_ms" = @duration_ms, "tokens" = @tokens, "leftovers" = @leftovers,
  "survivors" = @survivors, "is_contained" = @is_contained where "session_id" = @session_id`;

const COUNT_RECORDS =
  'SELECT outcome, count(*) AS count FROM records INDEXED BY records_audit GROUP BY outcome';

/** A process of the build before the facts that has the file open. Later tables are unknown to it. */
export class EarlierBuild {
  readonly #database: SqliteDatabase.Database;
  readonly #records = new Map<string, SessionRecord>();

  /** Opens a file of that build; a new one gets its schema. */
  constructor(file: string) {
    this.#database = new SqliteDatabase(file);
    this.#database.pragma('journal_mode = WAL');
    this.#database.pragma('foreign_keys = ON');
    if (this.#database.pragma('user_version', { simple: true }) !== 0) return;
    for (const step of FIRST_STEPS.slice(0, EARLIER_VERSION)) this.#database.exec(step);
    this.#database.pragma(`user_version = ${EARLIER_VERSION}`);
  }

  insert(record: SessionRecord): void {
    this.#records.set(record.id, record);
    const own = { model_asked: record.modelAsked, session_id: record.id, body: JSON.stringify(record) };
    this.#database.prepare(INSERT_RECORD).run({ ...toColumns(record), ...own });
  }

  amend(id: string, correction: Correction): void {
    const record = this.#records.get(id);
    if (!record) throw new Error(`${id} has no record`);
    const stamp = { sessionId: record.id, at: record.endedAt, who: 'a person', why: 'it was another' };
    const changes = listChanges(record, correction, stamp);
    const amended = effectiveRecord(record, changes);
    this.#database.transaction(() => {
      for (const { at, who, why, field, from, to } of changes)
        this.#database
          .prepare(INSERT_AMENDMENT)
          .run(record.id, at, who, why, field, JSON.stringify(from), JSON.stringify(to));
      this.#database.prepare(UPDATE_RECORD).run({ ...toColumns(amended), session_id: record.id });
    })();
    this.#records.set(id, amended);
  }

  /** Hears of a record that another process wrote. */
  know(record: SessionRecord): void {
    this.#records.set(record.id, record);
  }

  /** Inserts many in one transaction. */
  insertAll(records: readonly SessionRecord[]): void {
    this.#database.transaction(() => {
      for (const each of records) this.insert(each);
    })();
  }

  /** The records as they stand, in the order of writing. */
  records(): readonly SessionRecord[] {
    return [...this.#records.values()];
  }

  /** The question of its audit, which names an index. */
  countByOutcome(): unknown[] {
    return this.#database.prepare(COUNT_RECORDS).all();
  }

  close(): void {
    this.#database.close();
  }
}
