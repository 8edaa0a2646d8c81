import { hash } from 'node:crypto';

/** Longer lines are made by programs (minified code, data): they tell nothing of the session that wrote them. */
const LONGEST_LINE = 4000;
const SHORTEST_LINE = 4;
const FEWEST_WORD_CHARACTERS = 3;
export const MARK_LENGTH = 8;

/**
 * A short hash of a line without the blanks around it, the same for a line of a transcript and of git's diff. Null for a
 * line that is not distinctive, because it stands in many files: blank, brackets, very short, very long. Pure.
 */
export function lineMark(line: string): string | null {
  const text = line.trim();
  if (text.length < SHORTEST_LINE || text.length > LONGEST_LINE || !hasWords(text)) return null;
  return hash('sha1', text, 'base64url').slice(0, MARK_LENGTH);
}

/** Whether enough letters or digits, of any script, stand in a text. */
function hasWords(text: string): boolean {
  let count = 0;
  for (const character of text) {
    if (isWordCharacter(character) && ++count >= FEWEST_WORD_CHARACTERS) return true;
  }
  return false;
}

function isWordCharacter(character: string): boolean {
  const code = character.charCodeAt(0);
  if (code > 127) return /[\p{L}\p{N}]/u.test(character);
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/** More lines than people read of one session: an edit of more is cut. */
export const MOST_MARKS = 20_000;

/** The lines that a change brings and takes, as marks. A line as often in both texts is neither. */
export interface ChangedLines {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** The lines by which two texts differ, wherever they stand. Pure. */
export function changedLines(before: string, after: string): ChangedLines {
  const [old, now] = withoutSameEnds(linesOf(before), linesOf(after));
  const surplus = new Map<string, number>();
  for (const line of old) surplus.set(line, (surplus.get(line) ?? 0) + 1);
  const added: string[] = [];
  for (const line of now) {
    const left = surplus.get(line) ?? 0;
    if (left > 0) surplus.set(line, left - 1);
    else if (added.length <= MOST_MARKS) pushMark(added, line);
  }
  const removed: string[] = [];
  for (const [line, count] of surplus)
    for (let each = 0; each < count && removed.length <= MOST_MARKS; each++) pushMark(removed, line);
  return { added, removed };
}

function pushMark(marks: string[], line: string): void {
  const mark = lineMark(line);
  if (mark !== null) marks.push(mark);
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.split('\n').map((line) => line.trim());
}

/** Nearly all of a file is the same before and after most edits. */
function withoutSameEnds(old: readonly string[], now: readonly string[]): [string[], string[]] {
  const shorter = Math.min(old.length, now.length);
  let start = 0;
  while (start < shorter && old[start] === now[start]) start++;
  let end = 0;
  while (end < shorter - start && old.at(-1 - end) === now.at(-1 - end)) end++;
  return [old.slice(start, old.length - end), now.slice(start, now.length - end)];
}
