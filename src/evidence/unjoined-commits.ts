import type { ForeignCommit } from '../domain/evidence.ts';
import { selectUnjoined, selectUnreachable } from '../git/commit-facts.ts';
import { resolveCommit } from '../git/names.ts';
import { commonDirOf, listWorktrees } from '../git/repository.ts';
import type { RefMove } from '../git/refs-log.ts';
import { BRANCH, headsOf, type WorkPlace } from './work-place.ts';

/**
 * The commits that are no work on this project although the session made them, each with the reason: tools keep their
 * own data on branches beside the project's (checkpoints, issues), and commit to them from a hook of the agent. A commit
 * is work where HEAD reaches it, now or while the session ran, or where its history joins the one that the session started
 * from. A tool does not move the HEAD of the folder in which the agent works.
 */
export async function listUnjoined(
  folder: string,
  shas: readonly string[],
  place: WorkPlace,
  moves: readonly RefMove[],
): Promise<ForeignCommit[]> {
  const beside = [...(await selectUnreachable(folder, shas, [...headsOf(place), ...place.positions]))];
  if (beside.length === 0) return [];
  const unrelated = await selectUnrelated(folder, beside, place.base);
  const { alone, branches } = await selectInGitFolder(folder, beside);
  return beside.flatMap((sha): ForeignCommit[] => {
    const ref = moves.find((move) => move.new === sha && move.ref.startsWith(BRANCH))?.ref;
    const name = ref === undefined ? 'a branch' : ref.slice(BRANCH.length);
    if (unrelated.has(sha)) {
      const because = `it is on ${name}, which shares no history with what the session started from`;
      return [{ sha, because: `${because}: data of a tool, and no work` }];
    }
    if (!alone.has(sha)) return [];
    const because = `it is on ${branches} alone, which a tool has checked out inside of git's own folder`;
    return [{ sha, because: `${because}: its data, and no work` }];
  });
}

async function selectUnrelated(
  folder: string,
  shas: readonly string[],
  base: string | null,
): Promise<ReadonlySet<string>> {
  if (base === null) return new Set(shas);
  // Where git has lost the base itself, it cannot say what joins it.
  if ((await resolveCommit(folder, base)) === null) return new Set();
  return selectUnjoined(folder, shas, base);
}

/** Those that only branches have which are checked out inside of git's own folder: no person and no agent works there. */
async function selectInGitFolder(
  folder: string,
  shas: readonly string[],
): Promise<{ alone: ReadonlySet<string>; branches: string }> {
  const inside = `${await commonDirOf(folder)}/`;
  const refs = (await listWorktrees(folder)).flatMap((each) =>
    each.branch !== null && each.folder.startsWith(inside) ? [each.branch] : [],
  );
  const branches = refs.map((ref) => ref.slice(BRANCH.length)).join(', ');
  if (refs.length === 0) return { alone: new Set(), branches };
  const excluded = [...refs, 'refs/stint/*', 'refs/remotes/*'].map((ref) => `--exclude=${ref}`);
  return { alone: await selectUnreachable(folder, shas, [], ['--not', ...excluded, '--glob=*']), branches };
}
