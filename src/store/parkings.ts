import type { SessionId } from '../domain/ids.ts';
import type { Parking, ParkingCause, ParkingKey, Probe } from '../domain/parking.ts';
import type { HostStore } from './store.ts';
import type { HostTables } from './tables.ts';

/** Everything that is parked on this machine, the oldest first. */
export async function listParkings(host: HostStore): Promise<Parking[]> {
  const rows = await host.selectFrom('parkings').selectAll().orderBy('since').orderBy('name').execute();
  return rows.map(toParking);
}

/**
 * Changes one parking, or makes or removes it, by a pure decision: nobody else can change it between what the decision
 * saw and what it gives.
 */
export async function changeParking<T>(
  host: HostStore,
  key: ParkingKey,
  decide: (before: Parking | null) => { readonly after: Parking | null; readonly result: T },
): Promise<T> {
  return host.transaction().execute(async (transaction) => {
    const row = await transaction
      .selectFrom('parkings')
      .selectAll()
      .where('kind', '=', key.kind)
      .where('name', '=', key.name)
      .where('project', '=', key.project)
      .executeTakeFirst();
    const before = row ? toParking(row) : null;
    const { after, result } = decide(before);
    if (after === before) return result;
    await transaction
      .deleteFrom('parkings')
      .where('kind', '=', key.kind)
      .where('name', '=', key.name)
      .where('project', '=', key.project)
      .execute();
    if (after) await transaction.insertInto('parkings').values(toRow(after)).execute();
    return result;
  });
}

function toParking(row: HostTables['parkings']): Parking {
  return {
    kind: row.kind,
    name: row.name,
    project: row.project,
    cause: row.cause as ParkingCause,
    reason: row.reason,
    since: row.since,
    until: row.until,
    rests: row.rests,
    met: JSON.parse(row.met) as SessionId[],
    repository: row.repository,
    credentials: row.credentials,
    probe: row.probe === null ? null : (JSON.parse(row.probe) as Probe),
  };
}

function toRow(parking: Parking): HostTables['parkings'] {
  return {
    kind: parking.kind,
    name: parking.name,
    project: parking.project,
    cause: parking.cause,
    reason: parking.reason,
    since: parking.since,
    until: parking.until,
    rests: parking.rests,
    met: JSON.stringify(parking.met),
    repository: parking.repository,
    credentials: parking.credentials,
    probe: parking.probe === null ? null : JSON.stringify(parking.probe),
  };
}
