import type { Kysely } from 'kysely';
import { createRedactor, type Redactor } from '../lib/redact.ts';
import { HOST_MIGRATIONS, PROJECT_MIGRATIONS } from './migrations.ts';
import { openDatabase } from './open-database.ts';
import { RedactWrites } from './redact-writes.ts';
import type { HostTables, Tables } from './tables.ts';

export type Store = Kysely<Tables>;
export type HostStore = Kysely<HostTables>;

/** The database of one project (`stint.db`). What is written loses its secrets on the way. */
export function openStore(file: string, redactor: Redactor = createRedactor()): Store {
  return openDatabase<Tables>(file, PROJECT_MIGRATIONS).withPlugin(new RedactWrites(redactor));
}

/** The database of this machine and user (`host.db`). */
export function openHostStore(file: string, redactor: Redactor = createRedactor()): HostStore {
  return openDatabase<HostTables>(file, HOST_MIGRATIONS).withPlugin(new RedactWrites(redactor));
}

/** Closes a database. Kysely leaves the file open where nothing was asked of it. */
export async function closeStore(store: Store | HostStore): Promise<void> {
  await (store as Kysely<unknown>).connection().execute(() => Promise.resolve());
  await store.destroy();
}
