import { changedLines, lineMark, MOST_MARKS, type ChangedLines } from '../../domain/line-mark.ts';
import type { FileEdit } from '../../domain/session-event.ts';
import { asString } from './json-shape.ts';

// Makers of `FileEdit`. Marks are computed where they are asked for, which is when the call went well: supervision reads
// the paths alone. A path that no file can have is not a path. Others are kept as they stand; printing makes them safe.

const LONGEST_PATH = 4096;
/** A shorter text is kept until its marks are asked for. */
const SHORT_TEXT = 1 << 16;

/** The name of a file as a call gives it; null for what can be none. */
function editedPath(value: unknown): string | null {
  const path = asString(value);
  return path === null || path === '' || path.length > LONGEST_PATH || path.includes('\0') ? null : path;
}

/** The change of a file, or of a part of it, from one text to another. */
export function replacing(path: unknown, before: unknown, after: unknown): readonly FileEdit[] {
  const old = asString(before) ?? '';
  const now = asString(after) ?? '';
  return edit(path, old.length + now.length, () => changedLines(old, now));
}

/** A file that is written as a whole over anything that may have stood there. */
export function writing(path: unknown, text: unknown): readonly FileEdit[] {
  const now = asString(text) ?? '';
  return edit(path, now.length, () => changedLines('', now), { isWhole: true });
}

/** A file that is deleted. */
export function deleting(path: unknown): readonly FileEdit[] {
  return edit(path, 0, () => NO_LINES, { isDelete: true });
}

const NO_LINES: ChangedLines = { added: [], removed: [] };

/** The lines of a diff: `+` and `-` stand before those that it adds and takes, and nothing else begins so. */
export function patching(
  path: unknown,
  lines: readonly string[],
  more: Pick<FileEdit, 'movedTo'> = {},
): readonly FileEdit[] {
  return edit(path, 0, () => ({ added: marksBehind('+', lines), removed: marksBehind('-', lines) }), more);
}

/** The lines of a unified diff of one file, without those before its first hunk. */
export function hunkLines(diff: string): readonly string[] {
  const lines = diff.split('\n');
  const start = lines.findIndex((line) => line.startsWith('@@'));
  return start === -1 ? [] : lines.slice(start);
}

function marksBehind(sign: string, lines: readonly string[]): string[] {
  const marks: string[] = [];
  for (const line of lines) {
    if (!line.startsWith(sign) || marks.length > MOST_MARKS) continue;
    const mark = lineMark(line.slice(1));
    if (mark !== null) marks.push(mark);
  }
  return marks;
}

function edit(
  path: unknown,
  length: number,
  read: () => ChangedLines,
  more: Pick<FileEdit, 'isWhole' | 'isDelete' | 'movedTo'> = {},
): readonly FileEdit[] {
  const name = editedPath(path);
  if (name === null) return [];
  let marks: ChangedLines | null = length > SHORT_TEXT ? read() : null;
  const look = (): ChangedLines => (marks ??= read());
  return [
    {
      path: name,
      get added() {
        return look().added;
      },
      get removed() {
        return look().removed;
      },
      ...more,
    },
  ];
}
