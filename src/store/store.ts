import type { Kysely } from 'kysely';
import { createRedactor, type Redactor } from '../lib/redact.ts';
import { HOST_MIGRATIONS, PROJECT_MIGRATIONS } from './migrations/steps.ts';
import { openDatabase, type DatabaseOptions } from './dialect/open-database.ts';
import { RedactWrites } from './redact-writes.ts';
import type { HostTables, Tables } from './tables.ts';

export type Store = Kysely<Tables>;
export type HostStore = Kysely<HostTables>;

/** A store whose waits for another process's lock end after 15 seconds, and one over the same connection without end. */
export type Opened<T> = T & { readonly patient: T };

type Opening = readonly [file: string, redactor?: Redactor, options?: DatabaseOptions];

/** The database of one project (`stint.db`). What is written loses its secrets on the way. */
export async function openStore(...opening: Opening): Promise<Opened<Store>> {
  return openRedacted<Tables>(PROJECT_MIGRATIONS, ...opening);
}

/** The database of this machine and user (`host.db`). */
export async function openHostStore(...opening: Opening): Promise<Opened<HostStore>> {
  return openRedacted<HostTables>(HOST_MIGRATIONS, ...opening);
}

async function openRedacted<T>(
  migrations: readonly string[],
  ...[file, redactor = createRedactor(), options]: Opening
): Promise<Opened<Kysely<T>>> {
  const { ordinary, patient } = await openDatabase<T>(file, migrations, options);
  const plugin = new RedactWrites(redactor);
  return Object.assign(ordinary.withPlugin(plugin), { patient: patient.withPlugin(plugin) });
}
