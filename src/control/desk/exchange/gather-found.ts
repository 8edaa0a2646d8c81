import { existsSync } from 'node:fs';
import path from 'node:path';
import { noEvidence, type Evidence, type ForeignCommit } from '../../../domain/evidence.ts';
import type { TranscriptSession } from '../../../domain/transcript-session.ts';
import type { SessionId } from '../../../domain/ids.ts';
import { whyWorkIsUnverified } from '../../../judge/explain-transcript.ts';
import { gatherCommits, type GatheredCommits } from '../../../evidence/gather-commits.ts';
import { Problem } from '../../../lib/problem.ts';
import { findRepository, type Repository } from '../../../git/repository.ts';
import { findOwners } from '../../../store/commits.ts';
import type { Store } from '../../../store/store.ts';

export interface FoundEvidence {
  readonly evidence: Evidence;
  /** The git folder of the repository that has its commits; null where none could be asked. */
  readonly repository: string | null;
}

/** Which repositories could confirm the commits of a session; each folder is looked at once. */
export class RepositoryFinder {
  readonly #given: readonly Repository[];
  readonly #known = new Map<string, Repository | null>();

  /** @param given those that every session may have worked in */
  constructor(given: readonly Repository[]) {
    this.#given = given;
  }

  /** Where the session worked first. The folder's name is a stranger's word: it has to be absolute, and to be there. */
  async of({ cwd }: Pick<TranscriptSession, 'cwd'>): Promise<Repository[]> {
    const own = cwd !== null && path.isAbsolute(cwd) ? await this.#find(cwd) : null;
    const all = [...(own ? [own] : []), ...this.#given];
    return [...new Map(all.map((each) => [each.commonDir, each])).values()];
  }

  async #find(folder: string): Promise<Repository | null> {
    const known = this.#known.get(folder);
    if (known !== undefined) return known;
    const found = existsSync(folder) ? await tryRepository(folder) : null;
    this.#known.set(folder, found);
    return found;
  }
}

async function tryRepository(folder: string): Promise<Repository | null> {
  try {
    return await findRepository(folder);
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}

/**
 * What the judge may look at of a session that nobody watched: what its files say, and of the commits that git named to
 * it those that a repository has. Nothing is derived from times.
 */
export async function gatherFound(
  store: Store,
  id: SessionId,
  session: TranscriptSession,
  repositories: readonly Repository[],
): Promise<FoundEvidence> {
  const { transcript } = session;
  const names = [...new Set(transcript.printedCommits)];
  const { found, repository, trouble } = await confirmAnywhere(store, id, names, repositories);
  const evidence: Evidence = {
    ...noEvidence,
    commits: found.commits,
    notCounted: [...found.notCounted, ...listUnconfirmed(names, found, repositories.length > 0)],
    gitTrouble: trouble ?? whyWorkIsUnverified(session, found.commits.length, repositories.length > 0),
    head: found.commits.at(-1)?.sha ?? null,
    check: { result: 'none', detail: 'it was imported: nobody here checked it' },
    transcript,
    hasEvents: true,
  };
  return { evidence, repository };
}

interface Confirmed {
  readonly found: GatheredCommits;
  readonly repository: string | null;
  readonly trouble: string | null;
}

/** The first repository that has any of the commits is the one that the session worked in. */
async function confirmAnywhere(
  store: Store,
  id: SessionId,
  names: readonly string[],
  repositories: readonly Repository[],
): Promise<Confirmed> {
  let trouble: string | null = null;
  if (names.length > 0)
    for (const { top, commonDir } of repositories) {
      try {
        const found = await confirmCommits(store, id, names, top, commonDir ?? '');
        if (found.commits.length + found.notCounted.length > 0)
          return { found, repository: commonDir, trouble: null };
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        trouble = error.message;
      }
    }
  return { found: { commits: [], notCounted: [] }, repository: null, trouble };
}

function confirmCommits(
  store: Store,
  session: SessionId,
  printed: readonly string[],
  folder: string,
  repository: string,
): Promise<GatheredCommits> {
  return gatherCommits({
    folder,
    repository,
    session,
    moves: [],
    reflog: [],
    isHeadOwn: false,
    printed,
    isPrintEnough: true,
    startTips: [],
    findRivals: async () => new Set(),
    findMakers: async (shas) => {
      const owners = [...(await findOwners(store, repository, shas))].filter(
        ([, owner]) => owner !== session,
      );
      return new Map(owners.map(([sha, owner]) => [sha, { session: owner, isRecorded: true, move: null }]));
    },
  });
}

/** What only the agent's output names. */
function listUnconfirmed(
  names: readonly string[],
  { commits, notCounted }: GatheredCommits,
  wasAsked: boolean,
): ForeignCommit[] {
  const known = [...commits, ...notCounted].map(({ sha }) => sha);
  const because = wasAsked
    ? 'claimed (transcript): git named it to the agent, and the repository does not have it, or not any more'
    : 'claimed (transcript): git named it to the agent, and there was no repository to ask';
  return names.filter((name) => !known.some((sha) => sha.startsWith(name))).map((sha) => ({ sha, because }));
}
