import type { CategorySettings, Settings } from '../../config/settings.ts';
import { Problem } from '../../lib/problem.ts';
import type { ProjectPlace } from '../project/project.ts';
import { requireCategory } from './make-plan.ts';

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
