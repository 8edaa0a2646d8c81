import type { SessionId } from '../../domain/ids.ts';
import type { Parking, ParkingCause, ParkingTrouble, Probe } from '../../domain/parking.ts';
import type { Plan } from '../../domain/plan.ts';
import type { StopReason } from '../../domain/record.ts';
import { Problem } from '../../lib/problem.ts';
import { identifySelf } from '../../lib/send-signal.ts';
import { releaseProbe } from '../../plan/park.ts';
import { whyParked } from '../../plan/parking-state.ts';
import { changeParking } from '../../store/parkings.ts';
import { claimStop } from '../../store/sessions.ts';
import type { Project } from '../project/project.ts';
import { lookAtParking, parkingKeys } from './parkings.ts';

/** What keeps a session from starting. */
export interface NotAdmitted extends ParkingTrouble {
  readonly cause: ParkingCause;
}

/**
 * Lets a session start, or says what is in the way. Where a rest is over it becomes the one probe: of all that ask at
 * once, in whatever repository, one gets the claim. Asking again changes nothing.
 */
export async function admitSession(project: Project, plan: Plan, id: SessionId): Promise<NotAdmitted | null> {
  const probe: Probe = { ...identifySelf(), sessionId: id, repository: project.repository.top };
  const look = lookAtParking(project, plan.harnessSettings);
  for (const key of await parkingKeys(project, plan)) {
    const refused = await changeParking<NotAdmitted | null>(project.host, key, (before) => {
      if (before === null || before.probe?.sessionId === id) return { after: before, result: null };
      const why = whyParked(before, look);
      return why === null
        ? { after: { ...before, probe }, result: null }
        : { after: before, result: { ...why, cause: before.cause } };
    });
    if (refused === null) continue;
    await giveUpProbes(project, plan, id);
    return refused;
  }
  return null;
}

/** Stops that say the same of a session as the provider said to another one. */
const STOPS: Partial<Record<ParkingCause, StopReason>> = { usage_limit: 'limited', auth: 'unauthorised' };

/**
 * Asks once more, when the workspace is ready: that took its time, and what was parked meanwhile keeps the agent from
 * starting.
 *
 * @throws Problem `parked` (75), with the reason stored as the session's end
 */
export async function requireAdmission(project: Project, plan: Plan, id: SessionId): Promise<void> {
  const refused = await admitSession(project, plan, id);
  if (refused === null) return;
  const problem = parkedProblem(plan.category, refused);
  await claimStop(project.store, id, STOPS[refused.cause] ?? 'not-started', problem.message);
  throw problem;
}

/** Whatever a session still has claimed and learnt nothing of: the next one may try. */
export async function giveUpProbes(project: Project, plan: Plan, id: SessionId): Promise<void> {
  for (const key of await parkingKeys(project, plan))
    await changeParking(project.host, key, (before: Parking | null) => ({
      after: releaseProbe(before, id),
      result: null,
    }));
}

/** The refusal as a person reads it: until when, and what would lift it. */
export function parkedProblem(category: string, { trouble, until }: ParkingTrouble): Problem {
  return new Problem(
    'parked',
    `${category} may not start: ${trouble}${until === null ? '' : `, until ${until}`}.`,
    'Wait, give the category another harness, or see `stint resume`.',
    75,
  );
}
