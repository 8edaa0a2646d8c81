import type { CliKind } from '../../domain/plan.ts';
import type { SessionEvent, TokenCounts } from '../../domain/session-event.ts';
import type { JsonObject } from './json-shape.ts';

/** A sign of a line for or against a person at the keyboard; `Attention` weighs it. */
export type AttendedSign =
  | 'terminal'
  | 'program'
  | 'teammate'
  | 'client'
  | 'interrupted'
  | 'commanded'
  | 'rejected'
  | 'answered'
  | 'print-mode';

/** The meaning of one object of a file. */
export interface Entry {
  /** The conversation it belongs to; null: that of the line before it, or of the file. */
  readonly thread: string | null;
  /** The helper within that conversation whose line it is. */
  readonly agent?: string | null;
  /** ISO 8601 UTC. */
  readonly at?: string | null;
  readonly events: readonly SessionEvent[];
  readonly cwd?: string | null;
  readonly branch?: string | null;
  readonly version?: string | null;
  /** The conversation that a helper's belongs to, or that it was forked from. */
  readonly parent?: string | null;
  readonly isSubagent?: boolean;
  /** It goes on from a line before it: of another conversation where its own begins here. */
  readonly goesOn?: boolean;
  /** All of the conversation up to this line was copied from that one, and is no part of this session. */
  readonly copiedFrom?: string | null;
  readonly sign?: AttendedSign | null;
  /** It is the output of a local command: the command before it was for the CLI, and not a prompt. */
  readonly isLocalOutput?: true;
  /** A prompt that waits in line: a new one, one that the CLI took for a turn, or one, or all, that were taken back. */
  readonly queue?: 'in' | 'out' | 'back' | 'all back';
  /** The words of the prompt that it tells of, of any author; null where it does not show them. */
  readonly prompt?: string | null;
  /** US dollars for the conversation so far, all in all. */
  readonly costUsd?: number | null;
  /** The same in tokens, helpers included. */
  readonly counted?: TokenCounts | null;
  /** `costUsd` leaves out what a fork has copied. */
  readonly isOwnCost?: boolean;
}

/** Reads the objects of one file, in their order; it may remember what it needs of them. */
export type EntryReader = (object: JsonObject) => Entry;

/** One way in which an agent CLI writes its sessions down. */
export interface TranscriptFormat {
  readonly harness: CliKind;
  /** The look of its lines, for people whose file is in another format. */
  readonly expected: string;
  /** Whether an object can only be a line of it. */
  recognises(object: JsonObject): boolean;
  /** Whether a file without lines may be one document of it, from how it begins. */
  beginsDocument?(head: string): boolean;
  /** The objects that one stands for, where it holds several that others would write on lines; null where it is one. */
  parts?(object: JsonObject): readonly JsonObject[] | null;
  /**
   * The conversation whose file begins with such an object, with the one whose history may follow in it; null for lines of
   * the middle. For CLIs that name the conversation nowhere else: of the others each line says whose it is.
   */
  begins?(object: JsonObject): { readonly id: string; readonly after: string | null } | null;
  /**
   * Where each line names its conversation: that name, the line's own and that of the line before it. Null for lines that
   * name none. A file goes over to another conversation only with a line that goes on from one of its own.
   */
  chain?(object: JsonObject): {
    readonly thread: string;
    readonly line: string | null;
    readonly from: string | null;
  } | null;
  /** What else a file is, in which such an object stands and nothing of the model was understood; null for any other. */
  forkOf?(object: JsonObject): string | null;
  /** @param file where its objects stand */
  open(file: string): EntryReader;
}

/** The events of a line that stint knows and does not need. */
export const NOTED: readonly SessionEvent[] = [{ kind: 'noted' }];
/** The events of a line in a shape that is not the CLI's. */
export const STRANGE: readonly SessionEvent[] = [{ kind: 'unreadable', reason: 'format' }];
