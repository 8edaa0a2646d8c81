import { sql, type RawBuilder } from 'kysely';

// SQLite's own words. Each fragment says what it means; another database would say it in another way.

/** The time of the statement, ISO 8601 UTC, by the database's own clock. */
export const WRITTEN_NOW = sql<string>`strftime('%Y-%m-%dT%H:%M:%fZ', 'now')`;

/** The order in which rows of a table without a sequence were inserted. */
export const INSERT_ORDER = sql`rowid`;

/** The records in an index that has all columns of the audit, as SQL text. Older processes name it too, so it stays. */
export const AUDITED_RECORDS = 'records INDEXED BY records_audit';

/**
 * The records that name something beside their outcome (trace-bits.ts), in the index that holds only these, as SQL text.
 * A query over it says `traces <> 0` as the index does.
 */
export const TRACED_RECORDS = 'record_facts INDEXED BY record_facts_traces JOIN records USING (session_id)';

/** A time as a number of days, as SQL text. */
export function daysOf(column: string): string {
  return `julianday(${column})`;
}

/** A text in a JSON column. @param path names of fields, from the outside in */
export function jsonText(column: string, ...path: readonly string[]): RawBuilder<string | null> {
  return sql<string | null>`json_extract(${sql.ref(column)}, ${sql.lit(['$', ...path].join('.'))})`;
}

/**
 * The same value, but no reason to take an index over the column. Without statistics SQLite expects an equation to leave
 * ten rows. It then sorts half of all sessions, where an index over their time gives the few that are asked for.
 */
export function unindexed<T>(column: string): RawBuilder<T> {
  return sql<T>`+${sql.ref(column)}`;
}

/** Many values as one parameter: the number of parameters of a statement is limited. */
export function anyOf<T extends string>(values: Iterable<T>) {
  return sql<T>`(SELECT value FROM json_each(${JSON.stringify([...values])}))`;
}
