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
import { isEntered, isNamedForLines, mayHoldSecrets, SECRET_FILES } from './skipped-files.ts';

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
  /** Files that are not even opened, by what they are. */
  readonly skipped?: ReadonlyMap<string, number>;
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
    return listFolder(top);
  }
  if (!found.isFile()) throw new Problem('not_a_file', `${words} is no file.`, 'Name a file or a folder.');
  if (mayHoldSecrets(path.basename(full))) return { ...NOTHING, skipped: new Map([[SECRET_FILES, 1]]) };
  const trouble = whyUnreadable(full);
  if (trouble !== null) throw new Problem('file_unreadable', `${words}: ${trouble}.`, 'See its permissions.');
  const file = identifyFile(realpathSync(full));
  return { ...NOTHING, ...('file' in file ? { files: [file] } : { passedBy: [file] }), places: [] };
}

/** So many files under odd names are looked at in one folder; no person keeps more of them beside transcripts. */
const MOST_ODD = 20_000;

/** All files of a folder but those that may hold secrets: what stands in one says what it is. */
function listFolder(top: string): ImportList {
  const skipped = new Map<string, number>();
  const isWanted = (name: string): boolean => {
    if (!mayHoldSecrets(name)) return true;
    skipped.set(SECRET_FILES, (skipped.get(SECRET_FILES) ?? 0) + 1);
    return false;
  };
  const { files, passedBy } = walkFiles(top, isWanted, isEntered, isNamedForLines);
  const named = files.filter(({ file }) => isNamedForLines(path.basename(file)));
  const odd = files.filter(({ file }) => !isNamedForLines(path.basename(file)));
  if (odd.length > MOST_ODD)
    skipped.set(`file beyond the first ${MOST_ODD}, not opened`, odd.length - MOST_ODD);
  const all = [...named, ...odd.slice(0, MOST_ODD).map((file) => ({ ...file, hasOddName: true as const }))];
  const place = { path: top, what: 'named', isThere: true, files: all.length };
  return { files: all, passedBy, places: [place], elsewhere: 0, skipped };
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
  // A file that is named itself is read, whatever its name.
  const all = lists
    .flatMap((each) => each.files)
    .toSorted((a, b) => Number(b.hasOddName ?? 0) - Number(a.hasOddName ?? 0));
  const files = new Map(all.map((file) => [file.file, file]));
  return {
    files: [...files.values()],
    passedBy: lists.flatMap((each) => each.passedBy),
    places: lists.flatMap((each) => each.places),
    elsewhere: lists.reduce((sum, each) => sum + each.elsewhere, 0),
    skipped: addCounts(lists.flatMap((each) => [...(each.skipped ?? [])])),
  };
}

function addCounts(counts: readonly (readonly [string, number])[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const [what, files] of counts) sums.set(what, (sums.get(what) ?? 0) + files);
  return sums;
}
