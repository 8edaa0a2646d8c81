import type { SessionId } from '../domain/ids.ts';
import type { Parking, ParkingKey, Probe } from '../domain/parking.ts';
import type { HostStore } from './store.ts';
import type { HostTables } from './tables.ts';

/** The column of a primary key cannot be null. */
const WHOLE = '';

/** Everything that is parked on this machine, the oldest first. */
export async function listParkings(host: HostStore): Promise<Parking[]> {
  const rows = await host
    .selectFrom('parkings')
    .selectAll()
    .orderBy('since')
    .orderBy('name')
    .orderBy('model')
    .execute();
  return rows.map(toParking);
}

/**
 * Changes one parking, or makes or removes it, by a pure decision: nobody else can change it between what the decision
 * saw and what it gives.
 */
export async function changeParking<T>(
  host: HostStore,
  { kind, name, project, model: scope }: ParkingKey,
  decide: (before: Parking | null) => { readonly after: Parking | null; readonly result: T },
): Promise<T> {
  const model = scope ?? WHOLE;
  return host.transaction().execute(async (transaction) => {
    const [row] = await transaction
      .selectFrom('parkings')
      .selectAll()
      .where((is) => is.and({ kind, name, project, model }))
      .execute();
    const before = row ? toParking(row) : null;
    const { after, result } = decide(before);
    if (after === before) return result;
    await transaction
      .deleteFrom('parkings')
      .where((is) => is.and({ kind, name, project, model }))
      .execute();
    if (after) await transaction.insertInto('parkings').values(toRow(after)).execute();
    return result;
  });
}

function toParking(row: HostTables['parkings']): Parking {
  return {
    ...row,
    model: row.model === WHOLE ? null : row.model,
    asked: JSON.parse(row.asked) as (string | null)[],
    met: JSON.parse(row.met) as SessionId[],
    probe: row.probe === null ? null : (JSON.parse(row.probe) as Probe),
  };
}

function toRow({ met, probe, model, asked, ...parking }: Parking): HostTables['parkings'] {
  return {
    ...parking,
    model: model ?? WHOLE,
    asked: JSON.stringify(asked),
    met: JSON.stringify(met),
    probe: probe === null ? null : JSON.stringify(probe),
  };
}
