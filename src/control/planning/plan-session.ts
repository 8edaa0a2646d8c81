import type { CategorySettings, Settings } from '../../config/settings.ts';
import type { ArmChoice } from '../../domain/choice.ts';
import { slotName, type CategoryName } from '../../domain/ids.ts';
import type { Plan } from '../../domain/plan.ts';
import { Problem } from '../../lib/problem.ts';
import { drawSeed } from '../../lib/random.ts';
import type { Project, ProjectPlace } from '../project/project.ts';
import { makePlan, type PlanOptions, requireCategory } from './make-plan.ts';
import { requireArm } from './pick-arm.ts';

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
