import type { Parking, ParkingKey } from '../../domain/parking.ts';
import { changeParking } from '../../store/parkings.ts';
import type { Project } from '../project/project.ts';

/** Changes one parking by a pure decision, and emits an event when it is new or its end changes. */
export async function changeAndTell(
  { host, events }: Project,
  key: ParkingKey,
  decide: (before: Parking | null) => Parking | null,
): Promise<void> {
  const parked = await changeParking<Parking | null>(host, key, (before) => {
    const after = decide(before);
    return { after, result: after?.until === before?.until ? null : after };
  });
  if (parked === null) return;
  const { kind, name, cause, reason, until } = parked;
  events.emit({ name: 'account.parked', parking: { kind, name, cause, reason, until } });
}
