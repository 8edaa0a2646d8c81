import type { SessionId } from '../../../domain/ids.ts';
import type { UnknownTool } from '../../../domain/unknown-tools.ts';

/** A session of an import, with the tools that this version of stint does not know. */
export interface SessionWithUnknownTools {
  readonly id: SessionId;
  readonly harness: string;
  readonly version?: string | null;
  readonly unknownTools?: readonly UnknownTool[];
}

/** A tool of one version of an agent CLI, in all sessions of an import. */
export interface UnknownToolOfCli extends UnknownTool {
  readonly harness: string;
  /** Null where its files do not say. */
  readonly version: string | null;
  readonly sessions: number;
}

const MOST = 100;

/** Adds up the calls by CLI, version and tool; the most frequent first. */
export function sumUnknownTools(sessions: readonly SessionWithUnknownTools[]): readonly UnknownToolOfCli[] {
  const all = new Map<string, UnknownToolOfCli>();
  for (const { harness, version = null, unknownTools = [] } of sessions)
    for (const { calls, ...tool } of unknownTools) {
      const key = JSON.stringify([harness, version, tool]);
      const before = all.get(key);
      all.set(key, {
        harness,
        version,
        ...tool,
        calls: (before?.calls ?? 0) + calls,
        sessions: (before?.sessions ?? 0) + 1,
      });
    }
  return [...all.values()].toSorted((a, b) => b.calls - a.calls || (a.tool < b.tool ? -1 : 1)).slice(0, MOST);
}
