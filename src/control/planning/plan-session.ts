import type { CategorySettings, Settings } from '../../config/settings.ts';
import type { ArmCandidate, ArmChoice, HarnessState } from '../../domain/choice.ts';
import { type CategoryName, slotName } from '../../domain/ids.ts';
import type { Parking, ParkingKey } from '../../domain/parking.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Fold } from '../../learn/fold-beliefs.ts';
import { believe } from '../../learn/posterior.ts';
import { Problem } from '../../lib/problem.ts';
import { drawSeed } from '../../lib/random.ts';
import { whyAnyParked } from '../../plan/parking-state.ts';
import { pickArm } from '../../plan/pick-arm.ts';
import { listParkings } from '../../store/parkings.ts';
import { parkedProblem } from '../custody/admit-session.ts';
import { accountKey, harnessKey, lookAtParking } from '../custody/parkings.ts';
import type { Project, ProjectPlace } from '../project/project.ts';
import {
  harnessTrouble,
  makePlan,
  missingHarness,
  modelsOf,
  type PlanOptions,
  requireCategory,
  requireHarness,
} from './make-plan.ts';
import { readFold } from './read-beliefs.ts';

export interface SessionRequest extends Omit<PlanOptions, 'arm'> {
  /** The harness and model that a choice has drawn with `seed`; they are drawn now where it is left out. */
  readonly chosen?: Omit<ArmChoice, 'seed'>;
  /** The name that the session runs under. Default: that of its category. */
  readonly runsAs?: CategoryName;
}

/**
 * Plans one session of a category, with the harness and model that it starts with.
 *
 * @throws Problem `parked` (75), `harness_missing`, or one about its prompt
 */
export async function planSession(
  project: Project,
  category: CategorySettings,
  { chosen, runsAs, ...options }: SessionRequest,
): Promise<Plan> {
  const seed = options.seed ?? drawSeed();
  const arm = chosen ? armOf(seed, chosen) : await requireArm(project, category, seed);
  const name = runsAs ?? category.name;
  return makePlan(project.settings(), { ...category, name }, { ...options, arm });
}

function armOf(seed: number, { harness, model, candidates }: Omit<ArmChoice, 'seed'>): ArmChoice {
  return { seed, harness, model, candidates };
}

/** One-off work beside the categories: its words, and the category whose settings it borrows; null for the defaults. */
export interface SlotWork {
  readonly prompt: string;
  readonly category: string | null;
}

/** @throws Problem where the settings allow no work beside the categories */
export function requireSlots({ schedule }: Settings): void {
  if (schedule.slots > 0) return;
  throw new Problem(
    'no_slots',
    'schedule.slots is 0: nothing runs beside the categories.',
    'Raise it, or run a category.',
  );
}

/** The settings of one-off work. */
export function slotSettings(place: ProjectPlace, { category }: SlotWork): CategorySettings {
  return category === null ? place.config().slot() : requireCategory(place.settings(), category);
}

/** A plan for one-off work, in the first slot until it is known which is free. @throws Problem where no harness can start */
export async function planSlot(project: Project, work: SlotWork): Promise<Plan> {
  return planSession(project, slotSettings(project, work), {
    runType: 'oneoff',
    seed: null,
    promptText: work.prompt,
    runsAs: slotName(1),
  });
}

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
