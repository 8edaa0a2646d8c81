import { isSessionId, type SessionId } from '../../domain/ids.ts';
import { hasWorkToLand, nextLandingStep } from '../../domain/landing.ts';
import { BRANCH_PREFIX, WORK_REFS } from '../../domain/layout.ts';
import { onProblem } from '../../lib/problem.ts';
import { listRefNames, resolveCommit } from '../../git/names.ts';
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

/** Work that the branch it started from does not have, newest first; by git, change for change. */
export async function listUnlanded(project: Project): Promise<UnlandedWork[]> {
  const prefixes = [`refs/heads/${BRANCH_PREFIX}`, WORK_REFS];
  const names = await listRefNames(project.repository.top, ['--sort=-committerdate', ...prefixes]);
  // A branch at a commit that was on none is named after the branch of its session.
  const words = names.map(
    (name) =>
      name
        .split('/')
        .at(-1)
        ?.replace(/-detached$/, '') ?? '',
  );
  const found = [];
  for (const id of [...new Set(words.filter(isSessionId))].slice(0, MOST_BRANCHES))
    found.push(await describeWork(project, id));
  return found.filter((each) => each !== null);
}

async function describeWork(project: Project, id: SessionId): Promise<UnlandedWork | null> {
  const record = (await findRecord(project.store, id))?.record;
  const workspace = (await findSession(project.store, id))?.workspace;
  if (!record?.branch || !workspace?.base || !hasWorkToLand(record)) return null;
  const { category, branch, landing } = record;
  if (landing.kind === 'landed') return null;
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
