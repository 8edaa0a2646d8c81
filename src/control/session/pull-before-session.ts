import type { Plan } from '../../domain/plan.ts';
import { messageOf } from '../../lib/problem.ts';
import { remoteBranchOf, type SeenBranch } from '../../git/pulling/upstream.ts';
import type { PromisedSession } from '../custody/session-life.ts';
import type { Project } from '../project/project.ts';
import { pull, type Pulled } from './pull.ts';

/**
 * Brings the repository up to date as the plan says, then lets the session have its workspace. What cannot be pulled is
 * a warning in its record.
 *
 * One that works in the checkout itself gets it while no pull can happen there.
 *
 * @throws Problem when it is cancelled meanwhile, or a pull in its checkout does not end
 */
export async function pullBeforeSession<T>(
  project: Project,
  session: PromisedSession,
  cancelled: AbortSignal,
  place: () => Promise<T>,
): Promise<T> {
  const { plan, warnings } = session;
  if (project.repository.commonDir === null) return place();
  const base = await remoteBaseOf(project, plan);
  const remotes = base === null ? [] : [base.remote];
  const inPlace = plan.pull === 'in-place';
  const request = { tag: session.id, remotes, inPlace, logFile: session.files.pullLog, cancelled };
  const tell = (pulled: Pulled): void => void warnings.push(...troublesOf(pulled, base));
  if (plan.isolation === 'shared')
    return pull(project, request, (pulled) => {
      tell(pulled);
      return place();
    });
  if (remotes.length === 0 && !inPlace) return place();
  try {
    await pull(project, request, async (pulled) => tell(pulled));
  } catch (error) {
    if (cancelled.aborted) throw error;
    warnings.push(`pull: ${messageOf(error)}`);
  }
  return place();
}

/** A worktree starts from what a remote has now where its base is a branch of one. */
async function remoteBaseOf(project: Project, plan: Plan): Promise<SeenBranch | null> {
  if (plan.pull === 'never' || plan.isolation === 'shared' || plan.base === null) return null;
  return remoteBranchOf(project.repository.top, plan.base);
}

function troublesOf({ remotes, gone, checkout }: Pulled, base: SeenBranch | null): string[] {
  const because = checkout === null || checkout.kind === 'pulled' ? null : checkout.because;
  return [
    ...(base === null ? [] : baseTroubles(base, remotes[base.remote] ?? null, gone[base.remote] ?? [])),
    ...(because === null ? [] : [`pull: the checkout was not pulled: ${because}`]),
  ];
}

function baseTroubles(
  { remote, ref }: SeenBranch,
  trouble: string | null,
  gone: readonly string[],
): string[] {
  if (trouble !== null) return [`pull: fetch of ${remote} failed, the base is as it was: ${trouble}`];
  if (!gone.includes(ref)) return [];
  const name = ref.slice(`refs/remotes/${remote}/`.length);
  return [`pull: ${remote} has no branch ${name} any more, the base is as it was last seen`];
}
