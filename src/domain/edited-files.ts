import { posix, win32 } from 'node:path';
import type { FileEdit } from './session-event.ts';

/** The most files that are named; the others are counted. */
const MOST_NAMED = 1000;
/** The most files of one call: none changes more. */
const MOST_OF_CALL = 2000;

/** The files that the calls of a session changed. */
export interface EditedFiles {
  /** As the calls name them, each once. */
  readonly edited: readonly string[];
  /** Those that are not named, because there are too many. */
  readonly editedMore: number;
}

/** The files of a call's edits, each once; of a moved file the new place as well. */
export function editedPaths(edits: readonly FileEdit[]): readonly string[] {
  const paths = edits
    .slice(0, MOST_OF_CALL)
    .flatMap(({ path, movedTo }) => (movedTo === undefined ? [path] : [path, movedTo]));
  return [...new Set(paths)];
}

/** The edited files after more edits. Pure. */
export function withEdited({ edited, editedMore }: EditedFiles, paths: readonly string[]): EditedFiles {
  const known = new Set(edited);
  const others = paths.filter((path) => !known.has(path));
  if (others.length === 0) return { edited, editedMore };
  const room = Math.max(0, MOST_NAMED - edited.length);
  return {
    edited: [...edited, ...others.slice(0, room)],
    // A file that is not named counts again with each edit: its name is not kept.
    editedMore: editedMore + Math.max(0, others.length - room),
  };
}

/** The edited files of several accounts of one session, or of a session and its helpers. Pure. */
export function joinEdited(all: readonly EditedFiles[]): EditedFiles {
  const more = Math.max(0, ...all.map(({ editedMore }) => editedMore));
  return all.reduce<EditedFiles>((joined, { edited }) => withEdited(joined, edited), {
    edited: [],
    editedMore: more,
  });
}

/** A path from the folder of a session, unless it is absolute. It may be of another machine: stint never opens it. */
export function absolutePath(path: string, cwd: string | null): string {
  if (path.startsWith('~')) return path;
  if (posix.isAbsolute(path)) return posix.normalize(path);
  if (win32.isAbsolute(path) || cwd === null) return win32.isAbsolute(path) ? win32.normalize(path) : path;
  return posix.isAbsolute(cwd) ? posix.join(cwd, path) : win32.join(cwd, path);
}

/** Whether a path leaves the folder that it is given from. */
export function isOutside(path: string): boolean {
  return path.startsWith('~') || win32.isAbsolute(path) || /^\.\.(?:[\\/]|$)/.test(path);
}

/** A file's path for people: from the folder of the session where it lies there, else as a whole. */
export function shownPath(path: string, cwd: string | null): string {
  const whole = absolutePath(path, cwd);
  if (cwd === null || whole.startsWith('~')) return whole;
  const way = (posix.isAbsolute(cwd) ? posix : win32).relative(cwd, whole);
  return way === '' || isOutside(way) ? whole : way;
}

/** The same files by the names that people read, each once. */
export function shownFiles({ edited, editedMore }: EditedFiles, cwd: string | null): EditedFiles {
  return { edited: [...new Set(edited.map((path) => shownPath(path, cwd)))], editedMore };
}
