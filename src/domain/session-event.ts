import type { OtherCommand } from './read-only-command.ts';
import type { ListedTask, TaskStep } from './agent-tasks.ts';
import type { SessionRecord } from './record.ts';

/** Where a tool call runs, which decides what its silence means. `unknown` is treated as `remote`. */
export type CallPlace = 'inProcess' | 'localProcess' | 'remote' | 'subagent' | 'human' | 'unknown';

/** Tokens of one model message, as the provider reported them. What it did not report is null, never 0. */
export type TokenCounts = Omit<Usage, 'peakContext' | 'turns'>;

/** What a whole session used. */
export type Usage = SessionRecord['usage'];

/** Token counts, their user and the facts that their price depends on, as far as the line says. */
export interface MessageUsage extends TokenCounts {
  readonly model?: string;
  /** The parts of `cacheWrite` that the cache keeps for five minutes and for an hour. */
  readonly cacheWrite5m?: number;
  readonly cacheWrite1h?: number;
  /** The provider's own word, such as `standard` or `priority`; a short token. */
  readonly serviceTier?: string;
  /** The counts may be the sum of several requests, whose contexts were smaller. */
  readonly isSum?: true;
  /** A helper of the session used them: they count for it, in a context of its own. */
  readonly isSubagent?: true;
}

/** The longest subject that is kept. */
export const LONGEST_SUBJECT = 500;

/** A commit as git told of it when it had made it. A claim: any program can print such a line. */
export interface ToldCommit {
  /** The beginning of its name. */
  readonly name: string;
  /** The first line of its message. */
  readonly subject: string;
  /** ISO 8601; git says the author's time only where that is older than the commit: of an amend and of a pick. */
  readonly authoredAt?: string;
}

/** What goes on in the background. `other`: a kind that no table knows. */
export type WorkKind = 'agent' | 'workflow' | 'shell' | 'monitor' | 'other';

/**
 * What kind of trouble the provider reported, from structure first and the CLI's own prose second.
 *
 * - overload: the provider was overloaded, or could not be reached
 * - overflow: the conversation is too long for the model
 * - other: an error in words that stint does not know
 */
export type ProviderError = 'limit' | 'auth' | 'overload' | 'overflow' | 'other';

/** An edit of one file that a tool call asks for, as far as its lines show it. Line by line it is `lineMark`. */
export interface FileEdit {
  /** As the call names it, which may be from the folder of the session. Hostile text: it is never opened. */
  readonly path: string;
  /** Marks of the lines that it brings and takes; a line of both texts is neither. One as often as the line stands. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** `added` is the whole file; the lines before are not known. */
  readonly isWhole?: true;
  /** The file is gone after it. */
  readonly isDelete?: true;
  /** Its path after it; the changes are in that file. */
  readonly movedTo?: string;
}

/**
 * One line of a harness's stream in stint's words. Every line becomes at least one event; what cannot be read becomes
 * `unreadable` and is counted.
 */
export type SessionEvent =
  | { readonly kind: 'started'; readonly thread: string | null; readonly model: string | null }
  | {
      readonly kind: 'prompted';
      /** Whether this turn may only read and plan; absent where the CLI does not say its mode. */
      readonly isPlanMode?: boolean;
      /** The command of the CLI that it is, as a person types it: `/review main`. */
      readonly command?: string;
    }
  | { readonly kind: 'said'; readonly text: string; readonly isSubagent?: true }
  | {
      readonly kind: 'called';
      readonly callId: string;
      readonly tool: string;
      readonly place: CallPlace;
      /** A few words for people, such as the command line. */
      readonly summary: string;
      /** Entries of the agent's own todo list that are still open, where this call wrote it. */
      readonly openTodos: number | null;
      /** What it does to the agent's own list of tasks, which changes task by task. */
      readonly task?: TaskStep;
      /** It asks to be woken later, after the end of its turn. */
      readonly isWakeUp?: true;
      /** It takes back what was asked so before. */
      readonly endsWakeUps?: true;
      /** The tool whose last wake-up it takes back, when it is answered well. */
      readonly takesBack?: string;
      /** What it may leave behind in the background. */
      readonly work?: WorkKind;
      /** It asks for that: its answer is not the end of its work. */
      readonly isDetached?: true;
      /** It asks about work in the background by name, or stops it. */
      readonly about?: { readonly workId: string; readonly isStop: boolean };
      readonly isSubagent?: true;
      /** Its command line asks git for commits. `summary` may end before it comes to that. */
      readonly isCommitting?: true;
      /** The files that it changes where it goes well. Their lines are read on demand. */
      readonly edits?: readonly FileEdit[];
      /** It changes nothing: its tool only reads, or all commands of its command line do. */
      readonly isReadOnly?: true;
      /** The commands of its command line that may have changed something. */
      readonly others?: readonly OtherCommand[];
      /** Its arguments lack what a call of its tool needs: this version does not know their shape. */
      readonly isStrange?: true;
      /** Equal for two calls of one tool with the same arguments; absent where a stream does not show them. */
      readonly fingerprint?: string;
    }
  | {
      readonly kind: 'answered';
      readonly callId: string;
      readonly isError: boolean;
      /** Equal for two answers that are the same; absent where a stream does not show them. */
      readonly fingerprint?: string;
      /** The tasks that it names, in the form of an answer about tasks; null where it says that there is no such task. */
      readonly tasks?: readonly ListedTask[] | null;
      /** The changes of files by its call, where the answer says more than the call. */
      readonly edits?: readonly FileEdit[];
      /** Commits that git said, in the answer, it had made. */
      readonly commits?: readonly ToldCommit[];
      /** What runs on in the background; null where the answer says that nothing does, absent where it says neither. */
      readonly launched?: { readonly workId: string | null; readonly work: WorkKind | null } | null;
      /** The answer says that the work which its call asked about is over. */
      readonly tellsOver?: true;
      readonly isSubagent?: true;
    }
  /** Work beside the session's own turn was started, or more is told of it. */
  | {
      readonly kind: 'work-started';
      readonly workId: string | null;
      readonly callId: string | null;
      readonly work: WorkKind | null;
      readonly summary: string | null;
      /** False where its call waits for it; null where the line does not say. */
      readonly isDetached: boolean | null;
    }
  | {
      readonly kind: 'work-ended';
      readonly workId: string | null;
      readonly callId: string | null;
      /** It was stopped before it was done. */
      readonly isStopped?: true;
    }
  /** All work that is in the background at that moment: what is missing is over. */
  | {
      readonly kind: 'work-listed';
      readonly works: readonly {
        readonly workId: string;
        readonly work: WorkKind | null;
        readonly summary: string | null;
      }[];
    }
  /** The harness refused a tool, because nobody was there to allow it. Only from its structure, never from prose. */
  | {
      readonly kind: 'denied';
      readonly tool: string;
      /** The tool would have ended a mode in which the session may only read and plan. */
      readonly isPlanEnd?: true;
    }
  /** The CLI waits for a person, who is to allow a call or to answer. Only from its structure, never from prose. */
  | {
      readonly kind: 'asked';
      readonly askId: string;
      /** The call that waits for it; null where it names none. */
      readonly callId: string | null;
      readonly summary: string;
    }
  /** Requests to a person are over: the named one, those of a call, or all of them where neither is named. */
  | { readonly kind: 'replied'; readonly askId: string | null; readonly callId: string | null }
  | { readonly kind: 'used'; readonly messageId: string; readonly tokens: MessageUsage }
  /** The provider refuses further work until `resetsAt` (ISO 8601), null when it does not say. */
  | {
      readonly kind: 'limited';
      readonly resetsAt: string | null;
      readonly detail: string;
      /** The model whose limit it is (`opus`, `gemini-2.5-pro`); null for the whole account, absent where nothing says. */
      readonly model?: string | null;
    }
  | {
      readonly kind: 'erred';
      readonly error: ProviderError;
      readonly message: string;
      readonly isRetrying: boolean;
      /** When the provider takes requests again, ISO 8601; absent where it does not say. */
      readonly resetsAt?: string;
    }
  | { readonly kind: 'compacted' }
  | { readonly kind: 'delegated'; readonly callId: string }
  | { readonly kind: 'interrupted' }
  | {
      readonly kind: 'ended';
      readonly isError: boolean;
      /** The harness's own word, such as `success` or `error_max_turns`. */
      readonly subtype: string;
      readonly text: string;
      readonly costUsd: number | null;
      readonly turns: number | null;
      readonly tokens: TokenCounts | null;
      /** The tokens are those of its last turn alone. */
      readonly isOneTurn?: true;
    }
  /** Readable, known and without meaning for anybody here (partial text, hook chatter). */
  | { readonly kind: 'noted' }
  | { readonly kind: 'unreadable'; readonly reason: 'json' | 'format' | 'size' };
