import type { CategorySettings, Settings } from '../../config/settings.ts';
import type { ArmCandidate, ArmChoice, HarnessState } from '../../domain/choice.ts';
import { type CategoryName, slotName } from '../../domain/ids.ts';
import { parkedName, type Parking } from '../../domain/parking.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Fold } from '../../learn/fold-beliefs.ts';
import { believe } from '../../learn/posterior.ts';
import { Problem } from '../../lib/problem.ts';
import { drawSeed } from '../../lib/random.ts';
import { type ParkingLook, whyAnyParked } from '../../plan/parking-state.ts';
import { pickArm } from '../../plan/pick-arm.ts';
import { listParkings } from '../../store/parkings.ts';
import { parkedProblem } from '../custody/admit-session.ts';
import { isInTheWay, lookAtParking } from '../custody/parkings.ts';
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
  const looks = category.harnesses.map((name) => lookAtHarness(project, category, name, parkings));
  const choice = pickArm(seed, category.name, listArms(settings, category, looks, await readFold(project)));
  if (choice) return choice;
  const states = looks.map(({ state }) => state);
  const waiting = states.find(({ isParked }) => isParked);
  if (!waiting) throw missingHarness(states[0]?.trouble ?? 'there is no harness');
  throw parkedProblem(category.name, { trouble: waiting.trouble ?? '', until: waiting.until });
}

/** A harness of a category, with each model that it may start there. */
export interface HarnessLook {
  readonly state: HarnessState;
  readonly models: readonly ModelLook[];
}

interface ModelLook {
  readonly model: string | null;
  readonly trouble: string | null;
  readonly until: string | null;
  readonly probeOf?: string;
}

/** Every harness and model that a category may use, and what is believed about it there. */
export function listArms(
  settings: Settings,
  category: CategorySettings,
  looks: readonly HarnessLook[],
  fold: Fold,
): ArmCandidate[] {
  return looks.flatMap(({ state: { name }, models }) =>
    models.map(({ model, trouble, probeOf }) => {
      const arm = { kind: 'harness', category: category.name, harness: name, model } as const;
      const { alpha, beta } = believe(fold, arm, settings.learn);
      return { harness: name, model, alpha, beta, trouble, ...(probeOf === undefined ? {} : { probeOf }) };
    }),
  );
}

/** What is in the way of one harness of a category. One model that can start is enough. */
export function lookAtHarness(
  project: Project,
  category: CategorySettings,
  name: string,
  parkings: readonly Parking[],
): HarnessLook {
  const harness = requireHarness(project.settings(), name);
  const models = modelsOf(category, harness);
  const missing = harnessTrouble(harness.settings, name, project.repository.top, project.env);
  if (missing !== null)
    return {
      state: { name, trouble: missing, until: null, isParked: false },
      models: models.map((model) => ({ model, trouble: missing, until: null })),
    };
  const look = lookAtParking(project, harness.settings);
  const looks = models.map((model) => {
    const asked = { accountId: harness.accountId, harness: name, model };
    const found = parkings.filter((each) => isInTheWay(each, asked, project));
    return lookAtModel(model, found, look);
  });
  return { state: { name, ...harnessState(looks) }, models: looks };
}

function lookAtModel(model: string | null, found: readonly Parking[], look: ParkingLook): ModelLook {
  const why = whyAnyParked(found, look);
  if (why !== null) return { model, ...why };
  const [due] = found;
  const ready = { model, trouble: null, until: null };
  return due ? { ...ready, probeOf: parkedName(due) } : ready;
}

/** What is the same for all its models: a trouble that leaves none, a probe that every one of them would be. */
function harnessState(models: readonly ModelLook[]): Omit<HarnessState, 'name'> {
  const usable = models.filter(({ trouble }) => trouble === null);
  if (usable.length > 0) {
    const probes = usable.flatMap(({ probeOf }) => probeOf ?? []);
    const ready = { trouble: null, until: null, isParked: false };
    return probes.length === usable.length && probes[0] !== undefined
      ? { ...ready, probeOf: probes[0] }
      : ready;
  }
  const troubles = new Set(models.map(({ trouble }) => trouble));
  const untils = models.flatMap(({ until }) => until ?? []).toSorted();
  return { trouble: [...troubles].join('; '), until: untils[0] ?? null, isParked: true };
}
