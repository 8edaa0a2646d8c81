import type { SessionEvent } from '../domain/session-event.ts';
import { foldEvents, type Transcript } from '../domain/transcript.ts';
import { oneLine, plainText } from '../lib/plain-text.ts';
import type { ExitMeaning, OwnErrors } from './contract/own-errors.ts';
import type { Harness } from './contract/harness.ts';
import { asObject, asString, tryParse } from './reading/json-shape.ts';
import { providerErrorOf, troubleEvent } from './reading/provider-errors.ts';
import { isPrintable } from './reading/printable.ts';
import { resetInProse } from './reading/reset-time.ts';
import { streamedErrors, type StreamedErrors } from './reading/streamed-errors.ts';
import { keptWords } from './reading/tool-calls.ts';

/** What an agent CLI left behind beside its stream. */
export interface LastWords {
  readonly exitCode: number | null;
  /** The end of its standard error. */
  readonly stderr: string;
  /** The end of its standard output. */
  readonly stdout: { readonly text: string; readonly isWhole: boolean };
  readonly endedAt: Date;
}

/**
 * The transcript with an error that the CLI itself told outside its stream, by its exit code or its own last line. An
 * error that it got over is none: a stream that says how it ended is enough, and so are words on standard output with an
 * exit code of 0.
 */
export function withLastWords(
  transcript: Transcript,
  { hasEvents, ownErrors }: Pick<Harness, 'hasEvents' | 'ownErrors'>,
  words: LastWords,
): Transcript {
  if (ownErrors === undefined || isToldByStream(transcript)) return transcript;
  const streamed = hasEvents ? null : readStreamed(words.stdout);
  if (streamed !== null) return withStreamed(transcript, ownErrors, words, streamed);
  const whole = words.stdout.isWhole ? words.stdout.text : '';
  const printed = hasEvents ? null : errorsAlone(ownErrors, whole);
  const told = printed === null ? transcript : { ...transcript, events: 0, onlyError: printed };
  const hasPrinted = !hasEvents && told.events > 0;
  if (hasPrinted && words.exitCode === 0) return told;
  const isSilent = told.events === 0 && words.exitCode !== 0;
  const error =
    lastError(ownErrors, words.stderr, words.exitCode) ??
    (isSilent ? lastError(ownErrors, whole, words.exitCode) : null);
  return withEvents(told, eventsOf(error, meaningOf(ownErrors, words), words, hasPrinted));
}

/** Only what it printed counts as having been said. */
function withEvents(transcript: Transcript, events: readonly SessionEvent[]): Transcript {
  return events.length === 0 ? transcript : { ...foldEvents(transcript, events), events: transcript.events };
}

function meaningOf({ exitCodes }: OwnErrors, { exitCode }: LastWords): ExitMeaning | null {
  return exitCode === null ? null : (exitCodes?.[exitCode] ?? null);
}

/** Of long output the end alone: it had got to work before. */
function readStreamed({ text, isWhole }: LastWords['stdout']): StreamedErrors | null {
  const read = streamedErrors(isWhole ? text : text.slice(text.indexOf('\n') + 1));
  return read === null || isWhole ? read : { ...read, hasWorked: true };
}

/** Objects on standard output are the CLI's own, so their errors need no other sign. */
function withStreamed(
  transcript: Transcript,
  own: OwnErrors,
  words: LastWords,
  { last, hasWorked }: StreamedErrors,
): Transcript {
  const told = hasWorked ? transcript : { ...transcript, events: 0 };
  if (last !== null)
    return withEvents(told, [
      troubleEvent(last.error, last.words, () => resetInProse(last.words, words.endedAt)),
    ]);
  if (hasWorked && words.exitCode === 0) return told;
  const error = lastError(own, words.stderr, words.exitCode);
  return withEvents(told, eventsOf(error, meaningOf(own, words), words, hasWorked));
}

function isToldByStream({ ended, limit, trouble, answers }: Transcript): boolean {
  return ended !== null || limit !== null || trouble !== null || answers > 0;
}

/** Exit codes above it stand for a signal: the CLI was ended, and may say so. */
const BY_SIGNAL = 128;

function eventsOf(
  error: string | null,
  meaning: ExitMeaning | null,
  { exitCode, endedAt }: LastWords,
  hasPrinted: boolean,
): SessionEvent[] {
  if (meaning !== null) return [eventOfCode(meaning, `exit ${exitCode ?? '?'}`, error)];
  if (error === null) return [];
  const kind = providerErrorOf(error);
  // Of words and an error nothing says which came first, where the CLI was ended.
  const isEnded = exitCode === null || exitCode > BY_SIGNAL;
  if (hasPrinted ? kind === 'other' || isEnded : kind === 'other' && isEnded) return [];
  return [troubleEvent(kind, error, () => resetInProse(error, endedAt))];
}

function eventOfCode({ is, words }: ExitMeaning, code: string, error: string | null): SessionEvent {
  const text = error === null ? `${words} (${code})` : keptWords(error);
  if (is === 'interrupted') return { kind: 'interrupted' };
  if (is !== 'turns') return troubleEvent(is, text, () => null);
  const subtype = `error_max_turns, ${code}`;
  return { kind: 'ended', isError: true, subtype, text, costUsd: null, turns: null, tokens: null };
}

/** So many lines from the end may hold the CLI's error: some explain it in further lines. */
const LOOKED_AT = 40;
const LONGEST_LINE = 1000;
/** Of the runtime and its package manager, after the CLI's own last line. */
const NOISE = /^\((?:node|Use `)|^npm (?:notice|warn)|^Node\.js v|^Bun v/i;
/** A shell's line for a process that a signal ended; as an error of a CLI, such a word is small. */
const OF_SIGNAL = /^(?:Terminated|Killed|Hangup)$/;

/** The last error that the CLI told, on one line; null without one. */
function lastError(own: OwnErrors, text: string, exitCode: number | null): string | null {
  const lines = text
    .split('\n')
    .slice(-LOOKED_AT)
    .map((line) => line.slice(0, LONGEST_LINE));
  const plain = lines.map((line) => plainText(line).trimEnd());
  const from = plain.findIndex((line) => own.echoes?.opens.test(line));
  const isSure = (index: number): boolean =>
    from === -1 || index < from || own.echoes?.mark.test(lines[index] ?? '') === true;
  let end = plain.length;
  for (let index = end - 1; index >= 0; index--) {
    if (!own.line.test(plain[index] ?? '') || !isSure(index)) continue;
    const block = plain.slice(index, end);
    if (!isOwnCrash(block, plain.slice(0, index))) return wordsOf(block);
    end = index;
  }
  const document = documentError(plain.join('\n'));
  if (document !== null) return document;
  const isWords = (line: string): boolean =>
    isPrintable(line) && !/^\s/.test(line) && !NOISE.test(line) && !OF_SIGNAL.test(line);
  const last = plain.findLast(isWords);
  const isBare = own.isBare === true && exitCode !== 0 && last !== undefined;
  return isBare && !plain.some((line) => IN_STACK.test(line)) ? last : null;
}

/** The error of a document in JSON that ends the text, as `--output-format json` has it; null without one. */
function documentError(text: string): string | null {
  const start = text.startsWith('{') ? 0 : text.lastIndexOf('\n{') + 1;
  const error = asObject(tryParse(text.slice(start))?.['error']);
  const words = asString(error?.['message']) ?? asString(error?.['type']);
  return words === null ? null : oneLine(words);
}

/** Lines of a stack hold names of functions and files, which say nothing. */
const IN_STACK = /^\s+at \S/;
/** The names that a language gives its errors; those of a CLI's own are its words. */
const OF_LANGUAGE =
  /^(?:Error|(?:Type|Reference|Range|Syntax|Eval|Key|Attribute|Import|ModuleNotFound|Value|Runtime|Index|Name|OS|FileNotFound|Assertion)Error)\b/;

function wordsOf(block: readonly string[]): string {
  return oneLine(block.filter((line) => !IN_STACK.test(line)).join(' '));
}

/** The CLI broke in its own code: the stack stands beside an error of its language, and no words of a provider. */
function isOwnCrash(block: readonly string[], before: readonly string[]): boolean {
  const hasStack =
    block.some((line) => IN_STACK.test(line)) || before.some((line) => line.startsWith('Traceback ('));
  return hasStack && OF_LANGUAGE.test(block[0] ?? '') && providerErrorOf(wordsOf(block)) === 'other';
}

/** The first error, where standard output holds nothing but errors of the CLI; null otherwise. */
function errorsAlone(own: OwnErrors, stdout: string): string | null {
  const lines = stdout.split('\n').map((line) => plainText(line).trimEnd());
  const printed = lines.filter(isPrintable);
  const isAlone = printed.every(
    (line) => own.line.test(line.slice(0, LONGEST_LINE)) || /^[\s)\]}]/.test(line),
  );
  const [first] = printed;
  return first !== undefined && isAlone && own.line.test(first) ? keptWords(oneLine(first)) : null;
}
