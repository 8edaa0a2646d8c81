import type { SessionId } from '../../../domain/ids.ts';
import type { FileReading, TranscriptSession } from '../../../domain/transcript-session.ts';
import { sessionIdOfThread } from '../../../harness/reading/session-records.ts';

/** A helper of a CLI that gives each helper a conversation of its own, and the conversation that it helps. */
export type SubagentLink = readonly [helper: string, parent: string];

/** Deeper than any CLI lets helpers start helpers. */
const DEEPEST = 50;

/**
 * Whose helpers are whose. A helper can have helpers: they belong to the session at the root, for the one between them
 * is not a session.
 */
export class SubagentRoots {
  readonly #parents = new Map<string, string>();
  #under: ReadonlyMap<SessionId, readonly SessionId[]> | null = null;

  add(links: Iterable<SubagentLink>): void {
    this.#under = null;
    for (const [helper, parent] of links) this.#parents.set(helper, parent);
  }

  /** The same reading, where each helper names the session at its root. */
  settle(reading: FileReading): FileReading {
    if (this.#parents.size === 0) return reading;
    return { ...reading, sessions: this.settleAll(reading.sessions) };
  }

  settleAll<Session extends Pick<TranscriptSession, 'kind' | 'parent'>>(
    sessions: readonly Session[],
  ): Session[] {
    return sessions.map((session) => {
      if (session.kind !== 'subagent' || session.parent === null) return session;
      return { ...session, parent: this.#rootOf(session.parent) };
    });
  }

  /**
   * The names under which files of a session's helpers may be known besides its own: those of helpers, as long as nothing
   * said whose they are.
   */
  idsUnder(id: SessionId): readonly SessionId[] {
    this.#under ??= this.#groupByRoot();
    return this.#under.get(id) ?? [];
  }

  #groupByRoot(): ReadonlyMap<SessionId, readonly SessionId[]> {
    const groups = new Map<SessionId, SessionId[]>();
    for (const helper of this.#parents.keys()) {
      const root = sessionIdOfThread(this.#rootOf(helper));
      const id = sessionIdOfThread(helper);
      const group = groups.get(root);
      if (group) group.push(id);
      else groups.set(root, [id]);
    }
    return groups;
  }

  #rootOf(thread: string): string {
    let root = thread;
    for (let depth = 0; depth < DEEPEST; depth++) {
      const parent = this.#parents.get(root);
      // Links in a circle lead to no session.
      if (parent === undefined || parent === thread) return root;
      root = parent;
    }
    return thread;
  }
}

/** The links that the sessions of a file tell. A helper without a conversation of its own has none. */
export function linksIn(
  sessions: readonly Pick<TranscriptSession, 'kind' | 'thread' | 'parent'>[],
): SubagentLink[] {
  return sessions.flatMap(({ kind, thread, parent }) =>
    kind === 'subagent' && thread !== null && parent !== null && thread !== parent
      ? [[thread, parent] as const]
      : [],
  );
}
