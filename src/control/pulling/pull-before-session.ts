import type { SessionId } from '../../domain/ids.ts';
import type { SessionFiles } from '../../domain/layout.ts';
import type { Plan } from '../../domain/plan.ts';
import { messageOf } from '../../lib/problem.ts';
import { remoteOf } from '../../run/upstream.ts';
import type { Project } from '../project.ts';
import { pull, type Pulled } from './pull.ts';

/** A session that is about to get its workspace. */
interface Waiting {
  readonly id: SessionId;
  readonly plan: Plan;
  readonly files: SessionFiles;
  readonly warnings: string[];
}

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
  session: Waiting,
  cancelled: AbortSignal,
  place: () => Promise<T>,
): Promise<T> {
  const { plan, warnings } = session;
  if (project.repository.commonDir === null) return place();
  const remotes = await remotesFor(project, plan);
  const inPlace = plan.pull === 'in-place';
  const request = { tag: session.id, remotes, inPlace, logFile: session.files.pullLog, cancelled };
  const tell = (pulled: Pulled): void => void warnings.push(...troublesOf(pulled, remotes));
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
async function remotesFor(project: Project, plan: Plan): Promise<string[]> {
  if (plan.pull === 'never' || plan.isolation === 'shared' || plan.base === null) return [];
  const remote = await remoteOf(project.repository.top, plan.base);
  return remote === null ? [] : [remote];
}

function troublesOf({ remotes, checkout }: Pulled, wanted: readonly string[]): string[] {
  const failed = wanted.flatMap((remote) =>
    remotes[remote] ? [`pull: fetch of ${remote} failed, the base is as it was: ${remotes[remote]}`] : [],
  );
  if (checkout === null || checkout.kind === 'pulled') return failed;
  return [...failed, `pull: the checkout was not pulled: ${checkout.because}`];
}
