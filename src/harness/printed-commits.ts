import { asArray, asObject, asString } from './json-shape.ts';

/** How git says that it made a commit: `[main 1a2b3c4] subject`, `[detached HEAD (root-commit) 1a2b3c4] subject`. */
const MADE = /^\[[^\]]{1,250} ([0-9a-f]{7,64})\] /gm;
const MOST = 100;

/**
 * Beginnings of the names of commits that a tool's answer says git made, as part of an event. A claim: any program can
 * print such a line.
 */
export function commitsIn(text: string): { readonly commits?: readonly string[] } {
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
