import type { CategorySettings, Settings } from '../../config/settings.ts';
import type { ArmCandidate, ArmChoice, HarnessState } from '../../domain/choice.ts';
import type { Parking, ParkingKey } from '../../domain/parking.ts';
import type { Fold } from '../../learn/fold-beliefs.ts';
import { believe } from '../../learn/posterior.ts';
import { whyAnyParked } from '../../plan/parking-state.ts';
import { pickArm } from '../../plan/pick-arm.ts';
import { listParkings } from '../../store/parkings.ts';
import { parkedProblem } from '../custody/admit-session.ts';
import { accountKey, harnessKey, lookAtParking } from '../custody/parkings.ts';
import type { Project } from '../project/project.ts';
import { harnessTrouble, missingHarness, modelsOf, requireHarness } from './make-plan.ts';
import { readFold } from './read-beliefs.ts';

/**
 * With which harness and model a session of a category starts.
 *
 * @throws Problem `parked` (75) when only limits are in the way, `harness_missing` when programs are
 */
export async function requireArm(
  project: Project,
  category: CategorySettings,
  seed: number,
): Promise<ArmChoice> {
  const settings = project.settings();
  const parkings = await listParkings(project.host);
  const states = category.harnesses.map((name) => harnessState(project, settings, name, parkings));
  const choice = pickArm(seed, category.name, listArms(settings, category, states, await readFold(project)));
  if (choice) return choice;
  const waiting = states.find(({ isParked }) => isParked);
  if (!waiting) throw missingHarness(states[0]?.trouble ?? 'there is no harness');
  throw parkedProblem(category.name, { trouble: waiting.trouble ?? '', until: waiting.until });
}

/** Every harness and model that a category may use, and what is believed about it there. */
export function listArms(
  settings: Settings,
  category: CategorySettings,
  states: readonly HarnessState[],
  fold: Fold,
): ArmCandidate[] {
  return states.flatMap(({ name, trouble }) =>
    modelsOf(category, requireHarness(settings, name)).map((model) => {
      const arm = { kind: 'harness', category: category.name, harness: name, model } as const;
      const { alpha, beta } = believe(fold, arm, settings.learn);
      return { harness: name, model, alpha, beta, trouble };
    }),
  );
}

/** What is in the way of one harness. */
export function harnessState(
  project: Project,
  settings: Settings,
  name: string,
  parkings: readonly Parking[],
): HarnessState {
  const harness = requireHarness(settings, name);
  const missing = harnessTrouble(harness.settings, name, project.repository.top, project.env);
  if (missing !== null) return { name, trouble: missing, until: null, isParked: false };
  const look = lookAtParking(project, harness.settings);
  const keys = [accountKey(harness.accountId), harnessKey(project, name)];
  const found = parkings.filter((each) => keys.some((key) => isSame(each, key)));
  const why = whyAnyParked(found, look);
  if (why !== null) return { name, ...why, isParked: true };
  const ready = { name, trouble: null, until: null, isParked: false };
  const [due] = found;
  return due ? { ...ready, probeOf: `${due.kind} ${due.name}` } : ready;
}

function isSame(a: ParkingKey, b: ParkingKey): boolean {
  return a.kind === b.kind && a.name === b.name && a.project === b.project;
}
