import { asArray, asObject, asString } from './json-shape.ts';

/** How git says that it made a commit: `[main 1a2b3c4] subject`, `[detached HEAD (root-commit) 1a2b3c4] subject`. */
const MADE = /^\[[^\]]{1,250} ([0-9a-f]{7,64})\] /gm;
const MOST = 100;

/**
 * Beginnings of the names of commits that a tool's answer says git made, as part of an event. A claim: any program can
 * print such a line.
 */
export function commitsIn(text: string): { readonly commits?: readonly string[] } {
  // Nearly all answers have no such line, and many are long.
  if (!text.startsWith('[') && !text.includes('\n[')) return {};
  const commits = [...text.matchAll(MADE)].slice(0, MOST).map((match) => match[1] ?? '');
  return commits.length === 0 ? {} : { commits };
}

/** The text of a tool's answer, which is a string or blocks of text. */
export function textOfAnswer(content: unknown): string {
  const text = asString(content);
  if (text !== null) return text;
  return asArray(content)
    .map((block) => asString(asObject(block)?.['text']) ?? '')
    .join('\n');
}

/** The part of a `called` event that says whether its command line asks git for commits. One pass, however long it is. */
export function committingIn(command: string | null): { readonly isCommitting?: true } {
  const git = command?.search(/\bgit\b/) ?? -1;
  if (command === null || git === -1) return {};
  return /\b(?:commit|cherry-pick|revert)\b/.test(command.slice(git)) ? { isCommitting: true } : {};
}
