import { posix, win32 } from 'node:path';
import type { FileEdit } from '../../domain/session-event.ts';
import { absolutePath } from '../../domain/edited-files.ts';
import { deleting, patching, writing } from '../reading/file-edits.ts';

const MOST_FILES = 2000;
const BEGIN = '*** Begin Patch';
const HEAD = /^\*\*\* (Add|Update|Delete) File: (.+)$/;
const MOVE = /^\*\*\* Move to: (.+)$/;

/** The part of a patch that changes one file. */
interface Section {
  readonly change: string;
  readonly path: string;
  movedTo: string | null;
  readonly lines: string[];
}

/**
 * The edits of a patch in Codex's own form, which begins with `*** Begin Patch`; none for any other text.
 *
 * @param folder where its paths start, when it is not the session's folder
 */
export function patchEdits(text: string, folder: string | null = null): readonly FileEdit[] {
  const begin = text.indexOf(BEGIN);
  if (begin === -1) return [];
  const sections: Section[] = [];
  for (const line of text.slice(begin).split('\n').slice(1)) {
    const plain = line.trimEnd();
    if (plain === '*** End Patch') break;
    const [, change, path] = HEAD.exec(plain) ?? [];
    const moved = MOVE.exec(plain)?.[1];
    const section = sections.at(-1);
    if (change !== undefined && path !== undefined) {
      if (sections.length >= MOST_FILES) break;
      sections.push({ change, path: path.trim(), movedTo: null, lines: [] });
    } else if (moved !== undefined && section?.lines.length === 0) section.movedTo = moved.trim();
    else section?.lines.push(line);
  }
  return sections.flatMap((section) => editsOf(section, folder));
}

function editsOf({ change, path, movedTo, lines }: Section, folder: string | null): readonly FileEdit[] {
  const full = pathIn(folder, path);
  if (change === 'Delete') return deleting(full);
  if (change === 'Add') return writing(full, lines.map((line) => line.replace(/^\+/, '')).join('\n'));
  return patching(full, lines, movedTo === null ? {} : { movedTo: pathIn(folder, movedTo) });
}

/** The command goes to another folder first. */
const MOVED = /^\s*cd\s+(?:"([^"\n]+)"|'([^'\n]+)'|([^\s;&|"'$]+))\s*(?:&&|;|\n)/;

/** The edits of a command line that gives a patch to `apply_patch`; none for any other command. */
export function commandEdits(command: string, folder: string | null): readonly FileEdit[] {
  const begin = command.indexOf(BEGIN);
  if (begin === -1 || !/\bapply_?patch\b/.test(command.slice(0, begin))) return [];
  const [, quoted, single, plain] = MOVED.exec(command.slice(0, begin)) ?? [];
  const moved = quoted ?? single ?? plain;
  return patchEdits(command.slice(begin), moved === undefined ? folder : pathIn(folder, moved));
}

/** A folder may itself be named from the session's. */
function pathIn(folder: string | null, path: string): string {
  if (folder === null) return path;
  const isRelative = !posix.isAbsolute(folder) && !win32.isAbsolute(folder);
  const standsAlone = path.startsWith('~') || win32.isAbsolute(path);
  return isRelative && !standsAlone ? posix.join(folder, path) : absolutePath(path, folder);
}
