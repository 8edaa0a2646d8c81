import type { SessionId } from '../domain/ids.ts';
import type { SessionRecord } from '../domain/record.ts';
import type { Store } from './store.ts';

/** Which of these commits already have an owner, by SHA. */
export async function findOwners(
  store: Store,
  repository: string,
  shas: readonly string[],
): Promise<Map<string, SessionId>> {
  if (shas.length === 0) return new Map();
  const rows = await store
    .selectFrom('commits')
    .select(['sha', 'session_id'])
    .where('repository', '=', repository)
    .where('sha', 'in', shas)
    .execute();
  return new Map(rows.map((row) => [row.sha, row.session_id]));
}

/** The git folders of the repositories in which each session has commits. */
export async function listCommittedIn(store: Store): Promise<ReadonlyMap<SessionId, readonly string[]>> {
  const rows = await store.selectFrom('commits').select(['session_id', 'repository']).distinct().execute();
  const groups = Map.groupBy(rows, (row) => row.session_id);
  return new Map([...groups].map(([id, found]) => [id, found.map(({ repository }) => repository)]));
}

/** Whose change a patch id is: the sessions of all commits that carry it. */
export async function findOwnersOfChange(
  store: Store,
  patchIds: readonly string[],
): Promise<Map<string, SessionId[]>> {
  if (patchIds.length === 0) return new Map();
  const rows = await store
    .selectFrom('commits')
    .select(['patch_id', 'session_id'])
    .distinct()
    .where('patch_id', 'in', patchIds)
    .execute();
  const groups = Map.groupBy(rows, (row) => row.patch_id ?? '');
  return new Map([...groups].map(([id, found]) => [id, found.map((row) => row.session_id)]));
}

/** Notes whose work commits are: first come, first kept. A second claim is kept apart, for the audit. */
export async function insertOwners(
  store: Store,
  repository: string,
  session: SessionId,
  commits: readonly { readonly sha: string; readonly patchId: string | null }[],
): Promise<void> {
  for (const { sha, patchId } of commits) {
    const claim = { repository, sha, session_id: session };
    const done = await store
      .insertInto('commits')
      .values({ ...claim, patch_id: patchId })
      .onConflict((conflict) => conflict.columns(['repository', 'sha']).doNothing())
      .executeTakeFirst();
    if (done.numInsertedOrUpdatedRows !== 0n) continue;
    if ((await findOwners(store, repository, [sha])).get(sha) === session) continue;
    await store
      .insertInto('commit_conflicts')
      .values(claim)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

/** Under which names a session's work goes: as it was made, and as it landed. */
export function ownedCommits({
  commitDetails,
  landing,
}: Pick<SessionRecord, 'commitDetails' | 'landing'>): { sha: string; patchId: string | null }[] {
  const landed = landing.kind === 'landed' ? landing.commits : [];
  return [...commitDetails, ...landed.map((sha) => ({ sha, patchId: null }))];
}
