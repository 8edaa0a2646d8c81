import type { Plan } from '../../domain/plan.ts';
import { readStatus } from '../../git/repository.ts';
import { countOf } from '../../lib/quantities.ts';
import { tellAdvice } from '../project/event-stream.ts';
import type { Project } from '../project/project.ts';

/** Says what a person may not expect of the checkout that a session starts from. */
export async function adviseOnCheckout(project: Project, plan: Plan): Promise<void> {
  const { repository } = project;
  if (repository.commonDir === null) return;
  if (repository.branch === null && repository.head && plan.base === null)
    tellAdvice(
      project,
      `HEAD is detached at ${repository.head.slice(0, 12)}; the session starts from that commit.`,
    );
  // Advice must not keep a session from starting.
  const changed = await readStatus(repository.top).then(
    ({ length }) => length,
    () => 0,
  );
  if (changed === 0) return;
  const files = countOf(changed, 'uncommitted file');
  const be = changed === 1 ? 'is' : 'are';
  tellAdvice(
    project,
    plan.isolation === 'worktree'
      ? `${files} in this checkout ${be} not part of the session, which starts from the last commit.`
      : `${files} in this shared checkout ${be} nobody's; only commits of the session count as its work.`,
  );
}
