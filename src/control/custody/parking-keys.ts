import { credentialsOf } from '../../harness/account-id.ts';
import { isSameProcessAlive } from '../../lib/send-signal.ts';
import type { HarnessSettings, Plan } from '../../domain/plan.ts';
import type { ParkingKey } from '../../domain/parking.ts';
import type { ParkingLook } from '../../plan/parking-state.ts';
import type { Project } from '../project/project.ts';

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
