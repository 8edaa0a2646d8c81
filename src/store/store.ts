import type { Kysely } from 'kysely';
import { HOST_MIGRATIONS, PROJECT_MIGRATIONS } from './migrations.ts';
import { openDatabase } from './open-database.ts';
import type { HostTables, Tables } from './tables.ts';

export type Store = Kysely<Tables>;
export type HostStore = Kysely<HostTables>;

/** The database of one project (`stint.db`). */
export function openStore(file: string): Store {
  return openDatabase<Tables>(file, PROJECT_MIGRATIONS);
}

/** The database of this machine and user (`host.db`). */
export function openHostStore(file: string): HostStore {
  return openDatabase<HostTables>(file, HOST_MIGRATIONS);
}
