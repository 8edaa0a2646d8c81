import type { CategorySettings, ConfiguredHarness, Settings } from '../config/settings.ts';
import type { HarnessState } from '../domain/choice.ts';
import type { Parking, ParkingKey } from '../domain/parking.ts';
import { whyParked } from '../plan/parking-state.ts';
import { listParkings } from '../store/parkings.ts';
import { parkedProblem } from './admit-session.ts';
import { harnessTrouble, missingHarness, requireHarness } from './make-plan.ts';
import { accountKey, harnessKey, lookAtParking } from './parking-keys.ts';
import type { Project } from './project.ts';

/**
 * The first harness of a category that can start.
 *
 * @throws Problem `parked` (75) when only limits are in the way, `harness_missing` when programs are
 */
export async function pickHarness(project: Project, category: CategorySettings): Promise<ConfiguredHarness> {
  const settings = project.settings();
  const parkings = await listParkings(project.host);
  const states = category.harnesses.map((name) => harnessState(project, settings, name, parkings));
  const usable = states.find(({ trouble }) => trouble === null);
  if (usable) return requireHarness(settings, usable.name);
  const waiting = states.find(({ isParked }) => isParked);
  if (!waiting) throw missingHarness(states[0]?.trouble ?? 'there is no harness');
  throw parkedProblem(category.name, { trouble: waiting.trouble ?? '', until: waiting.until });
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
  const why = found.map((each) => whyParked(each, look)).find((each) => each !== null);
  if (why) return { name, ...why, isParked: true };
  const ready = { name, trouble: null, until: null, isParked: false };
  const [due] = found;
  return due ? { ...ready, probeOf: `${due.kind} ${due.name}` } : ready;
}

function isSame(a: ParkingKey, b: ParkingKey): boolean {
  return a.kind === b.kind && a.name === b.name && a.project === b.project;
}
