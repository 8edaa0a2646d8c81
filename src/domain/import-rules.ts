import { derivedWord } from '../lib/random.ts';
import type { OtherCommand } from './read-only-command.ts';

/** What a user says of calls in the sessions that are imported. */
export interface ImportRules {
  /** Whether the user declares that a call of this kind changes nothing. */
  isReading(command: OtherCommand): boolean;
  /** The pattern of a command by which a session hands off its work, where this is one; else null. */
  endingOf(command: OtherCommand): string | null;
  /** Another one for other rules: files that were read by those are read again. Empty without any. */
  readonly digest: string;
}

/** A user who says nothing. */
export const NO_RULES: ImportRules = { isReading: () => false, endingOf: () => null, digest: '' };

/** The rules of the settings `import.readOnly` and `import.endingCommands`. */
export function importRules(settings: {
  readonly readOnly: readonly string[];
  readonly endingCommands: readonly string[];
}): ImportRules {
  const reading = settings.readOnly.map(toPattern);
  const ending = settings.endingCommands.map(toPattern);
  return {
    isReading: (command) =>
      command.isBeyondDoubt !== true && reading.some((pattern) => fits(pattern, command)),
    digest:
      reading.length + ending.length === 0
        ? ''
        : derivedWord(JSON.stringify([settings.readOnly, settings.endingCommands]), 12),
    endingOf: (command) => ending.find((pattern) => fits(pattern, command))?.text ?? null,
  };
}

interface Pattern {
  readonly text: string;
  readonly words: readonly (readonly string[])[];
}

/** Each word as its parts between the stars. */
function toPattern(text: string): Pattern {
  const words = text.trim().split(/\s+/);
  return { text: words.join(' '), words: words.map((word) => word.split('*')) };
}

/** Whether the first words of the command are those of the pattern. */
function fits({ words }: Pattern, { line }: OtherCommand): boolean {
  const given = line.split(/\s+/);
  return words.every((parts, index) => fitsWord(parts, given[index]));
}

/** Linear, however many stars there are. */
function fitsWord(parts: readonly string[], word: string | undefined): boolean {
  if (word === undefined) return false;
  const [first = '', ...others] = parts;
  const last = others.pop();
  if (last === undefined) return word === first;
  if (!word.startsWith(first) || !word.endsWith(last) || word.length < first.length + last.length)
    return false;
  let at = first.length;
  for (const part of others) {
    const found = word.indexOf(part, at);
    if (found === -1 || found + part.length > word.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}

/** A pattern names a command or a tool: `*` alone would name them all. Null where it is one, else a sentence. */
export function refuseCallPattern(text: string): string | null {
  const words = text.trim().split(/\s+/);
  if (text.trim() === '') return 'it must name a command, such as `gptodo list`, or a tool';
  if (/[|&;<>()$`'"\\]/.test(text))
    return 'it must be the first words of one command, without what only a shell understands';
  if (/^\*+$/.test(words[0] ?? '')) return 'it must begin with a name: `*` alone names every command';
  return null;
}
