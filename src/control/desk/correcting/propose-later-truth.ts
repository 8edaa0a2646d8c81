import type { StintAuthor } from '../../../domain/amendment.ts';
import type { SessionId } from '../../../domain/ids.ts';
import { findReverts, type Revert, readPatchIds } from '../../../git/commit-facts.ts';
import { revertedVerdict } from '../../../judge/reverted.ts';
import { resolveCommit } from '../../../git/names.ts';
import { findOwners, findOwnersOfChange } from '../../../store/commits.ts';
import { findRecord } from '../../../store/records.ts';
import type { Proposal } from './amend.ts';
import { settingsIfAny, type Project } from '../../project/project.ts';

/**
 * What the repository's history says of sessions since they were recorded: work that was taken back.
 *
 * @param since only sessions that started at or after it (ISO 8601 UTC)
 */
export async function proposeLaterTruth(project: Project, since?: string): Promise<Proposal[]> {
  const { repository, clock } = project;
  if (repository.commonDir === null) return [];
  const reverts = await findReverts(repository.top, await listBases(project));
  const owners = await findSessions(project, repository.commonDir, reverts);
  const at = clock.now().toISOString();
  const who: StintAuthor = 'stint:delayed';
  const proposals: Proposal[] = [];
  for (const { reverted, by } of reverts) {
    const sessionId = owners.get(reverted);
    if (sessionId === undefined || !(await isSince(project, sessionId, since))) continue;
    const why = `commit ${by.slice(0, 12)} reverts ${reverted.slice(0, 12)}, which this session made`;
    proposals.push({
      stamp: { sessionId, at, who, why },
      decide: (record) => ({ verdict: revertedVerdict(record, why) }),
    });
  }
  return proposals;
}

async function isSince({ store }: Project, id: SessionId, since: string | undefined): Promise<boolean> {
  if (since === undefined) return true;
  const history = await findRecord(store, id);
  return history !== null && history.record.startedAt >= since;
}

/** By reverted commit, the session whose change it is. */
async function findSessions(
  { repository: { top }, store }: Project,
  commonDir: string,
  reverts: readonly Revert[],
): Promise<Map<string, SessionId>> {
  const shas = [...new Set(reverts.map(({ reverted }) => reverted))];
  const owners = await findOwners(store, commonDir, shas);
  const unknown = shas.filter((sha) => !owners.has(sha));
  // Work that was rebased when it landed has another name and is the same change.
  const patchIds = await readPatchIds(top, unknown);
  const ofChange = await findOwnersOfChange(store, [...patchIds.values()]);
  for (const [sha, patchId] of patchIds) {
    const [owner, ...others] = ofChange.get(patchId) ?? [];
    if (owner !== undefined && others.length === 0) owners.set(sha, owner);
  }
  return owners;
}

/** Where sessions start from and land: what is checked out, and every base of the configuration that is there. */
async function listBases(project: Project): Promise<string[]> {
  const { repository } = project;
  const categories = [...(settingsIfAny(project)?.categories.values() ?? [])];
  const names = ['HEAD', ...new Set(categories.flatMap(({ base }) => (base === null ? [] : [base])))];
  const commits = await Promise.all(names.map((name) => resolveCommit(repository.top, name)));
  return [...new Set(commits.filter((commit) => commit !== null))];
}
