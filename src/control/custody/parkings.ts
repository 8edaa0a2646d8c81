import type { SessionId } from '../../domain/ids.ts';
import type { Parking, ParkingKey, ParkingState } from '../../domain/parking.ts';
import type { HarnessSettings, Plan } from '../../domain/plan.ts';
import { credentialsOf } from '../../harness/account-id.ts';
import { isSameProcessAlive } from '../../lib/send-signal.ts';
import { type ParkingLook, parkingState } from '../../plan/parking-state.ts';
import { listParkings } from '../../store/parkings.ts';
import { findSession } from '../../store/sessions.ts';
import { settingsIfAny, type Project } from '../project/project.ts';

/** A parking as it stands now. */
export interface ParkedNow extends Omit<Parking, 'project' | 'credentials'> {
  readonly state: ParkingState;
  /** Waiting does not mend it. */
  readonly needsPerson: boolean;
}

/** Every parked account of this machine, and this project's parked harnesses; the oldest first. */
export async function listParkedNow(project: Project): Promise<ParkedNow[]> {
  const parkings = await listParkings(project.host);
  return parkings
    .filter((each) => each.kind === 'account' || each.project === project.layout.folder)
    .map((each) => describe(project, each));
}

/** The parkings of one session: of its account and its harness. */
export async function listParkedOf(project: Project, id: SessionId): Promise<ParkedNow[]> {
  const plan = (await findSession(project.store, id))?.plan;
  if (!plan) return [];
  const { accountId, harness } = plan;
  return (await listParkedNow(project)).filter(
    ({ kind, name }) => name === (kind === 'account' ? accountId : harness),
  );
}

function describe(project: Project, parking: Parking): ParkedNow {
  const state = parkingState(parking, lookAtParking(project, harnessOf(project, parking)));
  const { project: _, credentials: __, probe, ...rest } = parking;
  return {
    ...rest,
    // A claim whose process is gone holds nothing.
    probe: state === 'probing' ? probe : null,
    state,
    needsPerson: parking.cause === 'auth' && state === 'parked',
  };
}

/** A harness of this project that uses the account; its credentials are those that would be shown next. */
function harnessOf(project: Project, { kind, name }: Parking): HarnessSettings | null {
  if (kind !== 'account') return null;
  const harnesses = [...(settingsIfAny(project)?.harnesses.values() ?? [])];
  return harnesses.find(({ accountId }) => accountId === name)?.settings ?? null;
}

export function accountKey(accountId: string): ParkingKey {
  return { kind: 'account', name: accountId, project: '' };
}

/** A harness is what its project says, so it fails for that project alone. */
export function harnessKey({ layout }: Pick<Project, 'layout'>, harness: string): ParkingKey {
  return { kind: 'harness', name: harness, project: layout.folder };
}

/** What a session of this plan can be kept from starting by. Somebody's own script has no account and no harness. */
export function parkingKeys(project: Pick<Project, 'layout'>, plan: Plan): readonly ParkingKey[] {
  if (plan.harnessSettings.type === 'wrap') return [];
  return [accountKey(plan.accountId), harnessKey(project, plan.harness)];
}

export function lookAtParking(
  { clock, env }: Pick<Project, 'clock' | 'env'>,
  harness: HarnessSettings | null,
): ParkingLook {
  return {
    now: clock.now(),
    isAlive: isSameProcessAlive,
    credentials: harness === null ? null : credentialsOf(harness, env),
  };
}
