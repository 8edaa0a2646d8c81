import type { SessionId } from '../domain/ids.ts';
import { authorTimeOf, readReachable, type CommitFacts } from '../git/commit-facts.ts';

/** The commits that refs reach, by the author's time in seconds. */
export type History = ReadonlyMap<number, readonly CommitFacts[]>;

const MONTH_S = 30 * 24 * 3600;

/**
 * The histories of repositories, read once for all sessions of an import: from some time before the first one that asks, and
 * further back when another one asks for more.
 */
export class RepositoryHistories {
  readonly #read = new Map<string, { readonly since: number; readonly history: Promise<History> }>();
  /** Which session was given a commit under its new name, for as long as the store does not know of it. */
  readonly #taken = new Map<string, SessionId>();

  /** @param since in seconds since 1970. @throws Problem when git cannot read the repository */
  async of(folder: string, since: number): Promise<History> {
    const known = this.#read.get(folder);
    if (known && known.since <= since) return known.history;
    // Twice as far each time, so that a hundred sessions in any order are few readings.
    const margin = known ? 2 * Math.max(MONTH_S, known.since - since) : MONTH_S;
    const from = Math.max(0, since - margin);
    const history = readReachable(folder, from).then(byAuthorTime);
    this.#read.set(folder, { since: from, history });
    return history;
  }

  /** Other sessions by those of these commits that they were given. */
  ownersBeside(session: SessionId, shas: readonly string[]): (readonly [string, SessionId])[] {
    return shas.flatMap((sha) => {
      const owner = this.#taken.get(sha);
      return owner === undefined || owner === session ? [] : [[sha, owner] as const];
    });
  }

  take(session: SessionId, shas: readonly string[]): void {
    for (const sha of shas) if (!this.#taken.has(sha)) this.#taken.set(sha, session);
  }
}

function byAuthorTime(commits: readonly CommitFacts[]): History {
  return Map.groupBy(commits, authorTimeOf);
}
