import { derivedWord } from '../lib/random.ts';
import { fitsWords, toWordPattern } from '../lib/word-pattern.ts';
import type { OtherCommand } from './read-only-command.ts';

/** The user's own rules for calls in imported sessions. */
export interface ImportRules {
  /** Whether the user declares that a call of this kind changes nothing. */
  isReading(command: OtherCommand): boolean;
  /** The pattern of a command by which a session hands off its work, where this is one; else null. */
  endingOf(command: OtherCommand): string | null;
  /** No line was written after this time, ISO 8601 UTC; absent where that is not known. */
  readonly until?: string;
  /** Differs where the rules differ: then an import reads files again. Empty without rules. */
  readonly digest: string;
}

/** The rules of a user who set none. */
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
