import type { CliKind } from './plan.ts';
import type { SessionEdits } from './session-edits.ts';
import type { TokenCounts, ToldCommit } from './session-event.ts';
import type { Transcript } from './transcript.ts';

/** Who had the last word in a transcript, the session's helpers apart. */
export type LastWord =
  /** The agent spoke and called nothing: it had finished its turn. */
  | 'agent'
  /** A call that nobody answered. */
  | 'call'
  /** The answer of a tool, with which the agent did nothing more. */
  | 'tool'
  /** A prompt that nobody answered. */
  | 'person'
  /** There was no turn. */
  | 'none';

/** One of the commits that git named to a session, and when: the author's time lies between the two, unless it is told. */
export interface DatedCommit extends ToldCommit {
  /** When the command was called, and when its answer came; ISO 8601, null where the file does not say. */
  readonly calledAt: string | null;
  readonly toldAt: string | null;
}

export interface HelperCount {
  /** The tool that started the first of them; null without one. */
  readonly tool: string | null;
  readonly started: number;
  readonly told: number;
}

export const NO_HELPERS: HelperCount = { tool: null, started: 0, told: 0 };

/** One session as a CLI's own files on this machine tell it. Nobody watched it. */
export interface TranscriptSession {
  readonly harness: CliKind;
  /** What the CLI calls the conversation; null where the file does not say. */
  readonly thread: string | null;
  /**
   * `subagent`: a helper, whose usage belongs to `parent` (`withSubagents`). `fork`: it began with a copy of `parent`,
   * of which nothing is counted here.
   */
  readonly kind: 'session' | 'fork' | 'subagent';
  /** The thread of the session that it was forked from or that it helps; null where none is named. */
  readonly parent: string | null;
  /** What the CLI calls the helper. */
  readonly agent: string | null;
  /** ISO 8601 UTC, from its own lines, whatever their order; null where no line says a time. */
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** Lines whose time cannot be true: before agent CLIs, in the future, years from the others, or none. They count for no time. */
  readonly impossibleTimes: number;
  /** The time between its lines, without that before each prompt: there it waited for a person. */
  readonly activeMs: number;
  /** Where it ran, and on which branch, as its first line says. Hostile text like everything else. */
  readonly cwd: string | null;
  readonly branch: string | null;
  /** The CLI's version. */
  readonly version: string | null;
  readonly attended: 'yes' | 'no' | 'unknown';
  /** Why, as a clause for people. */
  readonly attendedBecause: string;
  /** Whether it shows an act of a person, or a second prompt: its first prompt alone decides nothing then. */
  readonly isSteered: boolean;
  /** Equal for sessions whose first prompts are of one template; null where people type the same words often. */
  readonly skeleton: string | null;
  /** How often somebody, or a program, prompted it. */
  readonly prompts: number;
  readonly lastWord: LastWord;
  /** The command by which it handed off its work as the last thing that it did, by its setting; null without one. */
  readonly handOff: string | null;
  /** The helpers that it started, and those whose lines were read: the calls of the others are not known. */
  readonly helpers: HelperCount;
  /** What the judge reads. Its calls have no fingerprints: nobody has to end a circle any more. */
  readonly transcript: Transcript;
  /** The lines that its own calls left in files; null where none of them went well. */
  readonly edits: SessionEdits | null;
  /** Those of the transcript's `printedCommits`, of its helpers too. */
  readonly toldCommits: readonly DatedCommit[];
  /** What the CLI itself counted for it, its helpers included; null where the file does not say, which is not 0. */
  readonly counted: TokenCounts | null;
  readonly costUsd: number | null;
}

/** A place in a file: lines count from 1, bytes from 0. */
export interface FilePlace {
  readonly line: number;
  readonly byte: number;
}

/** What a file holds, by what stands in it and never by its name. */
export type FileFormat =
  | { readonly kind: 'known'; readonly harness: CliKind }
  /** It is whole and means something, but nothing that stint reads: what it is, for people. */
  | { readonly kind: 'other'; readonly what: string }
  /**
   * stint does not know it, or it has changed. Both are for people; `expected` is null where the lines show that another
   * program wrote it.
   */
  | { readonly kind: 'unknown'; readonly expected: string | null; readonly found: string }
  /** There is no line in it. */
  | { readonly kind: 'empty' };

/** All that one file gives. */
export interface FileReading {
  readonly format: FileFormat;
  /** Where the format is known: one, with few exceptions (several conversations in one file). */
  readonly sessions: readonly TranscriptSession[];
  /** Lines or parts of lines that could not be read, and where the first of them stand. */
  readonly unreadable: { readonly count: number; readonly places: readonly FilePlace[] };
  /** Bytes up to the last whole line. */
  readonly completed: number;
  /** Half a line stands at the end: its writer may be at it just now. It is not counted as unreadable. */
  readonly isTorn: boolean;
}
