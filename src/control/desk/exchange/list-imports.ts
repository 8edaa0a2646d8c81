import { realpathSync } from 'node:fs';
import path from 'node:path';
import {
  isNamedForSessions,
  mayHoldSessions,
  mayHoldSessionsOf,
  transcriptPlaces,
} from '../../../harness/transcript-places.ts';
import {
  identifyFile,
  type PassedBy,
  type WalkedFile,
  walkFiles,
  whyUnreadable,
} from '../../../lib/file-system.ts';
import { oneLine } from '../../../lib/plain-text.ts';
import { Problem, wrongCall } from '../../../lib/problem.ts';
import { homeFolder } from '../../project/place-state.ts';
import { look, requireFolder } from '../../project/require-folder.ts';
import type { ImportScope } from './import-scope.ts';

/** Where sessions were looked for. */
export interface ImportPlace {
  readonly path: string;
  /** Whose sessions lie there, or that the call named it. */
  readonly what: string;
  readonly isThere: boolean;
  readonly files: number;
}

/** The files of an import, each once, and what was passed by on the way to them. */
export interface ImportList {
  readonly files: readonly WalkedFile[];
  readonly passedBy: readonly PassedBy[];
  readonly places: readonly ImportPlace[];
  /** Files in folders of other projects' sessions, which were not even looked at. */
  readonly elsewhere: number;
}

/** What run loops of this kind write into their project. */
const RECORDS_OF_PROJECT = 'state/sessions/session-records.jsonl';

/**
 * The files that a call names: themselves, or what is named as sessions are below a folder.
 *
 * @param folder where relative paths start
 * @throws Problem `no_folder`, `no_file`, `not_a_file`, `file_unreadable`
 */
export function listNamed(folder: string, paths: readonly string[]): ImportList {
  requireFolder(folder);
  return joinLists(paths.map((name) => listPath(folder, name)));
}

function listPath(folder: string, name: string): ImportList {
  if (name.trim() === '') throw wrongCall('The name of a file is empty.', 'Name one, or leave it out.');
  const full = path.resolve(folder, name);
  const found = look(full);
  const words = oneLine(full, 300);
  if (found === null) throw new Problem('no_file', `There is no ${words}.`, 'Name a file or a folder.');
  if (found.isDirectory()) {
    const top = realpathSync(full);
    const walked = walkFiles(top, isNamedForSessions);
    const place = { path: top, what: 'named', isThere: true, files: walked.files.length };
    return { ...walked, places: [place], elsewhere: 0 };
  }
  if (!found.isFile()) throw new Problem('not_a_file', `${words} is no file.`, 'Name a file or a folder.');
  const trouble = whyUnreadable(full);
  if (trouble !== null) throw new Problem('file_unreadable', `${words}: ${trouble}.`, 'See its permissions.');
  const file = identifyFile(realpathSync(full));
  return { ...NOTHING, ...('file' in file ? { files: [file] } : { passedBy: [file] }), places: [] };
}

const NOTHING: ImportList = { files: [], passedBy: [], places: [], elsewhere: 0 };

/** The files in every place that is known, but for folders that hold nothing of the scope. */
export function listKnown(
  env: Readonly<NodeJS.ProcessEnv>,
  top: string | null,
  scope: ImportScope,
): ImportList {
  const lists = transcriptPlaces(env, homeFolder(env)).map((place): ImportList => {
    const there = look(place.folder);
    if (!there?.isDirectory())
      return { ...NOTHING, places: [{ path: place.folder, what: place.harness, isThere: false, files: 0 }] };
    let elsewhere = 0;
    const real = { ...place, folder: realpathSync(place.folder) };
    const walked = walkFiles(real.folder, isNamedForSessions, (folder) => {
      if (!mayHoldSessions(real, folder)) return false;
      if (scope === null || mayHoldSessionsOf(real, folder, scope)) return true;
      elsewhere += walkFiles(folder, isNamedForSessions, (each) => mayHoldSessions(real, each)).files.length;
      return false;
    });
    const found = { path: place.folder, what: place.harness, isThere: true, files: walked.files.length };
    return { ...walked, places: [found], elsewhere };
  });
  return joinLists([...lists, ...(top === null ? [] : [listRecords(path.join(top, RECORDS_OF_PROJECT))])]);
}

function listRecords(file: string): ImportList {
  const found = look(file);
  const place = { path: file, what: 'session records', isThere: found?.isFile() ?? false, files: 0 };
  if (!place.isThere) return { ...NOTHING, places: [place] };
  const walked = identifyFile(realpathSync(file));
  if (!('file' in walked)) return { ...NOTHING, passedBy: [walked], places: [place] };
  return { ...NOTHING, files: [walked], places: [{ ...place, files: 1 }] };
}

/** Each file once, whatever names and links lead to it. */
function joinLists(lists: readonly ImportList[]): ImportList {
  const files = new Map(lists.flatMap((each) => each.files).map((file) => [file.file, file]));
  return {
    files: [...files.values()],
    passedBy: lists.flatMap((each) => each.passedBy),
    places: lists.flatMap((each) => each.places),
    elsewhere: lists.reduce((sum, each) => sum + each.elsewhere, 0),
  };
}
