import type { CategorySettings } from '../../config/settings.ts';
import type { Plan } from '../../domain/plan.ts';
import { checkPlan } from './check-plan.ts';
import { harnessTrouble, makePlan, modelsOf, requireCategory, requireHarness } from './make-plan.ts';
import type { ProjectPlace } from '../project/project.ts';
import { requireSlots, slotSettings, type SlotWork } from './slot-work.ts';

/**
 * Refuses a session of a category that cannot begin whatever the state says: an unknown category, a missing prompt,
 * program or base. The state is not opened for it, so a wrong call leaves nothing behind.
 */
export async function refuseCategory(place: ProjectPlace, category: string): Promise<void> {
  await checkPlan(place, draftPlan(place, requireCategory(place.settings(), category), null));
}

/** The same for one-off work. */
export async function refuseSlot(place: ProjectPlace, work: SlotWork): Promise<void> {
  requireSlots(place.settings());
  await checkPlan(place, draftPlan(place, slotSettings(place, work), work.prompt));
}

/** The plan that would be, with the first harness whose program is there; usage limits are known to the state alone. */
function draftPlan(place: ProjectPlace, category: CategorySettings, prompt: string | null): Plan {
  const settings = place.settings();
  const names = category.harnesses.map((each) => requireHarness(settings, each));
  const harness =
    names.find(
      (each) => harnessTrouble(each.settings, each.name, place.repository.top, place.env) === null,
    ) ?? requireHarness(settings, category.harnesses[0]);
  const [model = null] = modelsOf(category, harness);
  const arm = { seed: 0, harness: harness.name, model, candidates: [] };
  const words = prompt === null ? {} : { promptText: prompt };
  return makePlan(settings, category, { runType: 'manual', seed: null, arm, ...words });
}
