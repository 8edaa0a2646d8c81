import { isSessionId, type SessionId } from '../../domain/ids.ts';
import { nextLandingStep } from '../../domain/landing.ts';
import { BRANCH_PREFIX } from '../../domain/layout.ts';
import { onProblem } from '../../lib/problem.ts';
import { listBranches, resolveCommit } from '../../git/names.ts';
import { readRange } from '../../git/landing/range.ts';
import { findRecord } from '../../store/records.ts';
import { findSession } from '../../store/sessions.ts';
import type { Project } from '../project/project.ts';

/** Delivered work that is still on its branch alone. */
export interface UnlandedWork {
  readonly id: SessionId;
  readonly category: string;
  readonly branch: string;
  /** The branch that it started from, such as `main`; null where that is not known. */
  readonly onto: string | null;
  /** How many commits `onto` lacks. */
  readonly commits: number;
  /** Why it did not land, null when it was not asked to. */
  readonly reason: string | null;
  /** What to do about it. */
  readonly next: string;
}

/** So many branches are looked at, the newest; comparing them takes git a while each. */
const MOST_BRANCHES = 100;

/** Work of productive sessions that the branch it started from does not have, newest first; by git, change for change. */
export async function listUnlanded(project: Project): Promise<UnlandedWork[]> {
  const names = await listBranches(project.repository.top, BRANCH_PREFIX);
  const found = [];
  for (const name of names.slice(0, MOST_BRANCHES)) found.push(await describeBranch(project, name));
  return found.filter((each) => each !== null);
}

async function describeBranch(project: Project, branch: string): Promise<UnlandedWork | null> {
  const id = branch.split('/').at(-1) ?? '';
  if (!isSessionId(id)) return null;
  const history = await findRecord(project.store, id);
  const workspace = (await findSession(project.store, id))?.workspace;
  if (history?.record.branch !== branch || !workspace?.base) return null;
  const { category, outcome, landing } = history.record;
  if (outcome !== 'productive' || landing.kind === 'landed') return null;
  const commits = await countMissing(project, branch, workspace.base, workspace.baseRef ?? 'HEAD');
  if (commits === 0) return null;
  const isRefused = landing.kind === 'refused';
  return {
    id,
    category,
    branch,
    onto: workspace.baseRef?.replace(/^refs\/(heads|remotes)\//, '') ?? null,
    commits,
    reason: isRefused ? `${landing.reason}: ${landing.detail}` : null,
    next: isRefused ? nextLandingStep(id, branch, landing) : `stint land ${id}`,
  };
}

/** Nothing is missing where git cannot say: its branch has just gone, or its base has. */
async function countMissing(project: Project, branch: string, base: string, onto: string): Promise<number> {
  const { top } = project.repository;
  const head = await resolveCommit(top, `refs/heads/${branch}`);
  const tip = (await resolveCommit(top, onto)) ?? (await resolveCommit(top, 'HEAD'));
  if (head === null || tip === null) return 0;
  return readRange(top, { base, head, tip }).then(
    ({ missing }) => missing.length,
    onProblem(() => 0),
  );
}
