import type { CliKind } from '../../domain/plan.ts';
import type { SessionEvent, TokenCounts } from '../../domain/session-event.ts';
import type { TranscriptSession } from '../../domain/transcript-session.ts';
import type { JsonObject } from './json-shape.ts';

/**
 * Signs for and against a person at the keyboard, by weight. The CLI's word about its start decides; where there is
 * none, acts that only a person does; then the beginning of the file. A single prompt without any of these proves
 * neither.
 */
const SIGNS = {
  terminal: ['yes', 'a person started it in a terminal or an editor'],
  program: ['no', 'it was started by a program'],
  /** Such a client can be an orchestrator, and then later prompts and interruptions are its own. */
  client: ['unknown', 'a program that stint does not know started it'],
  interrupted: ['yes', 'a person interrupted it'],
  /** Beside the agent. */
  commanded: ['yes', 'a person ran a command in it'],
  rejected: ['yes', 'a person refused a tool'],
  answered: ['yes', 'a person answered a question'],
  again: ['yes', 'it was prompted again in between'],
  'print-mode': ['no', 'its file begins as in print mode'],
} as const;

export type AttendedSign = Exclude<keyof typeof SIGNS, 'again'>;

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
  /** Its lines have no mark of their own, so other formats are tried first. */
  readonly isUnmarked?: true;
  /** Whether an object can only be a line of it. */
  recognises(object: JsonObject): boolean;
  /** Whether a file without lines may be one document of it, from how it begins. */
  beginsDocument?(head: string): boolean;
  /** The objects that one stands for, where it holds several that others would write on lines; null where it is one. */
  parts?(object: JsonObject): readonly JsonObject[] | null;
  /** @param file where its objects stand */
  open(file: string): EntryReader;
}

/** The events of a line that stint knows and does not need. */
export const NOTED: readonly SessionEvent[] = [{ kind: 'noted' }];
/** The events of a line in a shape that is not the CLI's. */
export const STRANGE: readonly SessionEvent[] = [{ kind: 'unreadable', reason: 'format' }];

/** Whether a person steered the session, from its own lines. */
export function decideAttended(
  signs: ReadonlySet<string>,
  prompts: number,
): Pick<TranscriptSession, 'attended' | 'attendedBecause'> {
  const isSeen = (sign: string): boolean => signs.has(sign) || (sign === 'again' && prompts > 1);
  const seen = Object.entries(SIGNS).find(([sign]) => isSeen(sign))?.[1];
  const [attended, attendedBecause] = seen ?? ['unknown', 'nothing in it says who prompted it'];
  return { attended, attendedBecause };
}
