import type { CategorySettings } from '../../config/settings.ts';
import type { Plan } from '../../domain/plan.ts';
import { resolveCommit } from '../../git/names.ts';
import type { Harness } from '../../harness/contract/harness.ts';
import { createHarness } from '../../harness/create-harness.ts';
import { oneLine } from '../../lib/plain-text.ts';
import { Problem } from '../../lib/problem.ts';
import { findScopeHome } from '../../run/session-scope.ts';
import { noScope } from '../../run/start-agent.ts';
import type { Project, ProjectPlace } from '../project/project.ts';
import {
  harnessTrouble,
  makePlan,
  missingHarness,
  modelsOf,
  requireCategory,
  requireHarness,
} from './make-plan.ts';
import { requireSlots, slotSettings, type SlotWork } from './plan-session.ts';

/** Refuses a plan that cannot begin here, whatever else happens. Reads only. */
export async function checkPlan(
  place: Pick<Project, 'repository' | 'env'>,
  plan: Plan,
): Promise<{ harness: Harness; base: string | null }> {
  if (plan.supervise.contain === 'cgroup' && findScopeHome() === null) throw noScope();
  return { harness: checkHarness(place, plan), base: await resolveBase(place, plan) };
}

function checkHarness(project: Pick<Project, 'repository' | 'env'>, plan: Plan): Harness {
  const trouble = harnessTrouble(
    plan.harnessSettings,
    plan.harness,
    plan.folder ?? project.repository.top,
    project.env,
  );
  if (trouble) throw missingHarness(trouble);
  return createHarness(plan.harnessSettings);
}

/** The commit that the session starts from; null only for a shared checkout without one. */
async function resolveBase(project: Pick<Project, 'repository'>, plan: Plan): Promise<string | null> {
  const { repository } = project;
  if (plan.isolation === 'shared') return repository.head;
  if (plan.base !== null) {
    const commit = await resolveCommit(repository.top, plan.base);
    if (commit) return commit;
    throw new Problem(
      'unknown_base',
      `The base "${oneLine(plan.base, 80)}" of ${plan.category} is no commit in ${repository.top}.`,
      'Correct `base`, or fetch it.',
    );
  }
  if (repository.head) return repository.head;
  throw new Problem(
    'empty_repository',
    `${repository.top} has no commit yet, so no worktree can start from one.`,
    'Make one: git commit --allow-empty -m start',
  );
}

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
