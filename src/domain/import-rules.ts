import { derivedWord } from '../lib/random.ts';
import { fitsWords, toWordPattern } from '../lib/word-pattern.ts';
import type { OtherCommand } from './read-only-command.ts';

/** What a user says of calls in the sessions that are imported. */
export interface ImportRules {
  /** Whether the user declares that a call of this kind changes nothing. */
  isReading(command: OtherCommand): boolean;
  /** The pattern of a command by which a session hands off its work, where this is one; else null. */
  endingOf(command: OtherCommand): string | null;
  /** No line was written after this time, ISO 8601 UTC; absent where that is not known. */
  readonly until?: string;
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
  const reading = settings.readOnly.map(toWordPattern);
  const ending = settings.endingCommands.map(toWordPattern);
  return {
    isReading: (command) =>
      command.isBeyondDoubt !== true && reading.some((pattern) => fitsWords(pattern, command.line)),
    digest:
      reading.length + ending.length === 0
        ? ''
        : derivedWord(JSON.stringify([settings.readOnly, settings.endingCommands]), 12),
    endingOf: (command) => ending.find((pattern) => fitsWords(pattern, command.line))?.text ?? null,
  };
}
