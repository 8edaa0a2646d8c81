import type { CategorySettings, ConfiguredHarness, Settings } from '../config/settings.ts';
import type { HarnessState } from '../domain/choice.ts';
import { Problem } from '../lib/problem.ts';
import { listParked, type ParkedAccount } from '../store/accounts.ts';
import { harnessTrouble, missingHarness, requireHarness } from './make-plan.ts';
import type { Project } from './project.ts';

/**
 * The first harness of a category that can start.
 *
 * @throws Problem `parked` (75) when only usage limits are in the way, `harness_missing` when programs are
 */
export async function pickHarness(project: Project, category: CategorySettings): Promise<ConfiguredHarness> {
  const settings = project.settings();
  const parked = await listParked(project.host, project.clock.now().toISOString());
  const states = category.harnesses.map((name) => harnessState(project, settings, name, parked));
  const usable = states.find(({ trouble }) => trouble === null);
  if (usable) return requireHarness(settings, usable.name);
  const waiting = states.find(({ until }) => until !== null);
  if (!waiting) throw missingHarness(states[0]?.trouble ?? 'there is no harness');
  throw new Problem(
    'parked',
    `${category.name} may not start: ${waiting.trouble}, until ${waiting.until}.`,
    'Wait, or give the category another harness.',
    75,
  );
}

/** What is in the way of one harness. */
export function harnessState(
  project: Project,
  settings: Settings,
  name: string,
  parked: readonly ParkedAccount[],
): HarnessState {
  const harness = requireHarness(settings, name);
  const account = parked.find((each) => each.name === harness.account);
  if (account)
    return {
      name,
      trouble: `account ${account.name} is parked: ${account.reason}`,
      until: account.until,
      isParked: true,
    };
  return {
    name,
    trouble: harnessTrouble(harness.settings, name, project.repository.top, project.env),
    until: null,
    isParked: false,
  };
}
