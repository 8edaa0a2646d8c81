import type { Plan } from '../../domain/plan.ts';
import { createHarness } from '../../harness/create-harness.ts';
import type { Harness } from '../../harness/contract/harness.ts';
import { oneLine } from '../../lib/plain-text.ts';
import { Problem } from '../../lib/problem.ts';
import { resolveCommit } from '../../git/names.ts';
import { findScopeHome } from '../../run/session-scope.ts';
import { noScope } from '../../run/start-agent.ts';
import { harnessTrouble, missingHarness } from './make-plan.ts';
import type { Project } from '../project/project.ts';

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
