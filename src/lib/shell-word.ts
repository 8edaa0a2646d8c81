import { plainText } from './plain-text.ts';

/** One word of a command that a person may copy into a POSIX shell: it stays one, whatever it holds. */
export function shellWord(word: string): string {
  return /^[\w.:/@%+=-]+$/.test(word) ? word : `'${plainText(word).replaceAll("'", String.raw`'\''`)}'`;
}
