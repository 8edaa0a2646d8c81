import { createHash } from 'node:crypto';
import type { TaskStep } from '../../domain/agent-tasks.ts';
import { hiddenCommand, otherCommands } from '../../domain/read-only-command.ts';
import type { SessionEvent, ToldCommit } from '../../domain/session-event.ts';
import { firstWords } from '../../lib/plain-text.ts';
import { asArray, asObject, asString } from './json-shape.ts';

type Called = Extract<SessionEvent, { kind: 'called' }>;

/**
 * A call of a tool. Its command line, the words `about` it or the tool's name are the summary; a command line also says
 * whether git is asked for commits.
 */
export function calledEvent(
  call: Pick<Called, 'callId' | 'tool' | 'place'>,
  told: {
    readonly command: string | null;
    /** A part of the command line is not known. */
    readonly isCommandCut?: boolean;
    readonly about?: string | null;
    readonly openTodos?: number | null;
    readonly task?: TaskStep | null;
  },
): Called {
  const { command, about, openTodos, task } = told;
  return {
    kind: 'called',
    ...call,
    summary: keptWords(command ?? about ?? call.tool),
    ...committingIn(command),
    ...(call.place === 'localProcess' ? commandsIn(command, told.isCommandCut === true) : {}),
    openTodos: openTodos ?? null,
    ...(task ? { task } : {}),
  };
}

/**
 * A call in a shape that stint does not know. Nothing says whether it was answered: it counts as a call of an unknown tool
 * that is over.
 */
export function strangeCall(callId: string, tool: string): SessionEvent[] {
  return [
    calledEvent({ callId, tool: keptWords(tool), place: 'unknown' }, { command: null }),
    { kind: 'answered', callId, isError: false },
  ];
}

const KEPT_LENGTH = 300;

/** The beginning of a CLI's or a provider's own words, or of a call's subject, as records keep it. */
export function keptWords(text: string): string {
  return firstWords(text, KEPT_LENGTH);
}

/** The same for the same data, whatever its size: to see that a call or an answer is the one before once more. */
export function fingerprint(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return createHash('sha1').update(text).digest('base64url').slice(0, 12);
}

/** Git's words for a commit that it made: `[main 1a2b3c4] subject`, `[detached HEAD (root-commit) 1a2b3c4] subject`. */
const MADE = /^\[[^\]]{1,250} ([0-9a-f]{7,64})\] ([^\r\n]{0,500})/gm;
/** What may follow it: another author than the committer, and the author's time. */
const AUTHORED =
  /\r?\n(?: Author: [^\r\n]{0,300}\r?\n)? Date: (\w{3} \w{3} \d{1,2} [\d:]{8} \d{4} [+-]\d{4})/y;
const MOST = 100;

/** The commits that a tool's answer says git made, as part of an event. */
export function commitsIn(text: string): { readonly commits?: readonly ToldCommit[] } {
  // Nearly all answers have no such line, and many are long.
  if (!text.startsWith('[') && !text.includes('\n[')) return {};
  const commits = [...text.matchAll(MADE)].slice(0, MOST).map((match): ToldCommit => {
    const [line, name = '', subject = ''] = match;
    const authoredAt = authorTimeAfter(text, match.index + line.length);
    return { name, subject, ...(authoredAt === null ? {} : { authoredAt }) };
  });
  return commits.length === 0 ? {} : { commits };
}

function authorTimeAfter(text: string, place: number): string | null {
  AUTHORED.lastIndex = place;
  const at = Date.parse(AUTHORED.exec(text)?.[1] ?? '');
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

/** Blocks that name their type; anything else is an unknown format. */
export function isBlocks(content: unknown): boolean {
  return Array.isArray(content) && content.every((block) => asString(asObject(block)?.['type']) !== null);
}

/**
 * How many steps of an agent's own list are not over, by the word that each says; null where no list is shown.
 *
 * @param over the words of steps that need nothing more
 */
export function countOpenSteps(steps: unknown, over: readonly string[] = ['completed']): number | null {
  if (!Array.isArray(steps)) return null;
  return steps.filter((step) => !over.includes(asString(asObject(step)?.['status']) ?? '')).length;
}

/** The text of a tool's answer, which is a string or blocks of text. */
export function textOfAnswer(content: unknown): string {
  const text = asString(content);
  if (text !== null) return text;
  return asArray(content)
    .map((block) => asString(asObject(block)?.['text']) ?? '')
    .join('\n');
}

/** The part of a `called` event that says what its command line may have changed. */
function commandsIn(command: string | null, isCut: boolean): Pick<Called, 'isReadOnly' | 'others'> {
  if (command === null) return {};
  const others = isCut ? [hiddenCommand(command)] : otherCommands(command);
  return others.length === 0 ? { isReadOnly: true } : { others };
}

/**
 * The part of a `called` event that says whether its command line asks git for commits. One pass, however long it is.
 */
export function committingIn(command: string | null): { readonly isCommitting?: true } {
  const git = command?.search(/\bgit\b/) ?? -1;
  if (command === null || git === -1) return {};
  return /\b(?:commit|cherry-pick|revert)\b/.test(command.slice(git)) ? { isCommitting: true } : {};
}
