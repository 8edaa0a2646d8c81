import type { SessionId } from '../../domain/ids.ts';
import { concerns, type Parking, type ParkingKey, type ParkingState } from '../../domain/parking.ts';
import type { HarnessSettings, Plan } from '../../domain/plan.ts';
import { credentialsOf } from '../../harness/account-id.ts';
import { isSameProcessAlive } from '../../lib/send-signal.ts';
import { type ParkingLook, parkingState } from '../../plan/parking-state.ts';
import { listParkings } from '../../store/parkings.ts';
import { findSession } from '../../store/sessions.ts';
import { settingsIfAny, type Project } from '../project/project.ts';

/** A parking as it stands now. */
export interface ParkedNow extends Omit<Parking, 'project' | 'credentials' | 'asked'> {
  readonly state: ParkingState;
  /** Waiting does not mend it. */
  readonly needsPerson: boolean;
}

/** Every parked account of this machine and model of one, and this project's parked harnesses; the oldest first. */
export async function listParkedNow(project: Project): Promise<ParkedNow[]> {
  const parkings = await listParkings(project.host);
  return parkings
    .filter((each) => each.kind === 'account' || each.project === project.layout.folder)
    .map((each) => describe(project, each));
}

/** The parkings that one session has to wait for: of its account, its model and its harness. */
export async function listParkedOf(project: Project, id: SessionId): Promise<ParkedNow[]> {
  const plan = (await findSession(project.store, id))?.plan;
  if (!plan) return [];
  const parkings = await listParkings(project.host);
  return parkings.filter((each) => isInTheWay(each, plan, project)).map((each) => describe(project, each));
}

function describe(project: Project, parking: Parking): ParkedNow {
  const state = parkingState(parking, lookAtParking(project, harnessOf(project, parking)));
  const { project: _, credentials: __, asked: ___, probe, ...rest } = parking;
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
  return { kind: 'account', name: accountId, project: '', model: null };
}

/** A harness is what its project says, so it fails for that project alone. */
export function harnessKey({ layout }: Pick<Project, 'layout'>, harness: string): ParkingKey {
  return { kind: 'harness', name: harness, project: layout.folder, model: null };
}

/**
 * The parkings that can keep a session of this plan from starting: of its account, of the models of the account that it
 * may ask, and of its harness. A user's own script has neither account nor harness.
 */
export async function parkingKeys(
  project: Pick<Project, 'layout' | 'host'>,
  plan: Plan,
): Promise<readonly ParkingKey[]> {
  if (plan.harnessSettings.type === 'wrap') return [];
  const models = (await listParkedModels(project, plan.accountId)).filter((each) =>
    concerns(each, plan.model),
  );
  return [accountKey(plan.accountId), ...models, harnessKey(project, plan.harness)];
}

/** The parked models of an account. */
export async function listParkedModels(
  { host }: Pick<Project, 'host'>,
  accountId: string,
): Promise<Parking[]> {
  const parkings = await listParkings(host);
  return parkings.filter(
    ({ kind, name, model }) => kind === 'account' && name === accountId && model !== null,
  );
}

/** Whether a session of that account, model and harness of this project has to wait for a parking. */
export function isInTheWay(
  parking: Parking,
  { accountId, harness, model }: Pick<Plan, 'accountId' | 'harness' | 'model'>,
  { layout }: Pick<Project, 'layout'>,
): boolean {
  if (parking.kind === 'harness') return parking.name === harness && parking.project === layout.folder;
  return parking.name === accountId && concerns(parking, model);
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
