import type { SessionId } from '../../../domain/ids.ts';
import type { UnknownTool } from '../../../domain/unknown-tools.ts';
import type { SubagentLink } from './subagent-roots.ts';
import type { Bookmark } from '../../../store/imports.ts';

/** The format of a file of transcripts in its bookmark. It goes up when stint learns to read more of such a file. */
export const TRANSCRIPT = 't3:transcript';

/** Findings of a file of transcripts. */
export interface FileMemory {
  /** Set where it holds no session that stint reads: its kind, or the expected formats. */
  readonly other?: string;
  readonly unknown?: string;
  readonly unreadable: number;
  readonly places: readonly { readonly line: number }[];
  readonly subagents: number;
  /** Those among them whose session has no file of its own. */
  readonly alone?: number;
  /** Its helpers that have a conversation of their own, and those that they help. */
  readonly links?: readonly SubagentLink[];
  /** Its last line is not whole yet. */
  readonly isTorn: boolean;
}

export interface TranscriptMemory extends FileMemory {
  /** Those that its own lines tell of; of a helper's file none. */
  readonly sessions: readonly RememberedSession[];
  /** The digest of the user's rules by which it was read; absent without any. */
  readonly rules?: string;
}

export interface RememberedSession {
  readonly id: SessionId;
  readonly harness: string;
  readonly cwd: string | null;
  readonly result: 'recorded' | 'run' | 'other' | 'elsewhere';
  /** The repositories that were asked in vain for commits that it claims; null where it claims none. */
  readonly asked: readonly string[] | null;
  /** Equal for sessions whose first prompts are of one template; absent where many people type the same words. */
  readonly skeleton?: string;
  /** An import said that it ran without a person. */
  readonly isUnattended?: true;
  /** It was not judged to be of a template, and would be if five sessions began with the same words. */
  readonly isOpen?: true;
  /** Its lines that say a time that cannot be true; absent without any. */
  readonly impossibleTimes?: number;
  /** Its tools that no table has, and the version of its CLI; absent without any. */
  readonly unknownTools?: readonly UnknownTool[];
  readonly version?: string | null;
}

/** A bookmark is asked for its sessions more than once. */
const SESSIONS = new WeakMap<Bookmark, readonly RememberedSession[]>();

/** The sessions that are remembered of a file of transcripts; none of another file. */
export function sessionsOf(bookmark: Bookmark): readonly RememberedSession[] {
  if (bookmark.format !== TRANSCRIPT) return [];
  const known = SESSIONS.get(bookmark);
  if (known) return known;
  const { sessions } = JSON.parse(bookmark.tally) as TranscriptMemory;
  SESSIONS.set(bookmark, sessions);
  return sessions;
}
