import type { Readable } from 'node:stream';
import type { Repository } from '../../../git/repository.ts';
import { folderOfSessions, isNamedForHelper } from '../../../harness/transcript-places.ts';
import { identifyFile, nameOf, type WalkedFile } from '../../../lib/file-system.ts';
import { compareText } from '../../../lib/plain-text.ts';
import { wrongCall } from '../../../lib/problem.ts';
import { hasEditedLines } from '../../../store/edited-lines.ts';
import { countVerdicts, listBookmarks } from '../../../store/imports.ts';
import type { Store } from '../../../store/store.ts';
import type { Project } from '../../project/project.ts';
import { recall } from './file-memory.ts';
import { sessionsOf } from './remembered-sessions.ts';
import { requireRepositories, scopeOfProject } from './import-scope.ts';
import { rulesOfProject } from './import-settings.ts';
import type { ImportRun } from './import-source.ts';
import { KnownSessions } from './known-sessions.ts';
import { type ImportReport, ImportTally } from './import-tally.ts';
import { type ImportList, listKnown, listNamed } from './list-imports.ts';
import { removeLeftSpools } from './spool-folders.ts';

/** An import as a caller asks for it. */
export interface ImportRequest {
  /** Files and folders; an empty list means every known place. Relative paths start at the folder of the call. */
  readonly paths: readonly string[];
  /** What the path `-` stands for; a call without it reads a file of that name. */
  readonly input?: Readable;
  /** Sessions of other projects too. */
  readonly isAll: boolean;
  /** Repositories that may have the commits of what is imported. */
  readonly repositories: readonly string[];
  /** Reads files too that did not change since they were imported. */
  readonly isAgain: boolean;
  /** Says that the sessions of these paths ran without a person, whatever their files show. Needs paths. */
  readonly isUnattended?: boolean;
}

/** A request whose files and repositories exist. */
export interface CheckedImport extends Pick<ImportRun, 'isAgain' | 'isUnattended'> {
  readonly isAll: boolean;
  readonly folder: string;
  readonly named: ImportList | null;
  /** Removes the temporary files of the call. */
  readonly release: () => void;
  readonly repositories: readonly Repository[];
}

/** Another machine's clock may be ahead of ours, not by more. */
const DAY_MS = 24 * 3_600_000;

/** Finds what the request names, before any state is made for it. @throws Problem for a wrong path */
export async function checkImport(
  folder: string,
  request: ImportRequest,
  cancelled: AbortSignal = new AbortController().signal,
): Promise<CheckedImport> {
  const { paths, input, isAll, isAgain, isUnattended = false } = request;
  if (isUnattended && paths.length === 0)
    throw wrongCall(
      '--unattended needs a path: it says something of the sessions in it.',
      'Name the files or folders whose sessions ran without a person.',
    );
  const isPiped = (name: string): boolean => input !== undefined && name === '-';
  const onDisk = paths.filter((name) => !isPiped(name));
  const named = paths.length > 0 ? listNamed(folder, onDisk) : null;
  const repositories = await requireRepositories(folder, request.repositories);
  const rest = { folder, repositories, isAll, isAgain, isUnattended };
  if (input === undefined || named === null || !paths.some(isPiped))
    return { ...rest, named, release: () => undefined };
  const { spoolInput } = await import('./spool-input.ts');
  const { files, remove } = await spoolInput(input, cancelled);
  return { ...rest, named: { ...named, files: [...named.files, ...files] }, release: remove };
}

/**
 * Brings what files tell of sessions into the store: records of other run loops, stint's own exports, and what agent CLIs
 * keep. Doing it again changes nothing, and a file that did not change is not even opened. Several imports may run at
 * once; an import that is killed has written whole sessions, and the next import writes the rest.
 */
export async function importInto(
  project: Project,
  { folder, named, repositories, isAll, isAgain, isUnattended }: CheckedImport,
  cancelled: AbortSignal,
): Promise<ImportReport> {
  removeLeftSpools(project.clock.now());
  const { repository, env, store } = project;
  const scope = named || isAll ? null : await scopeOfProject(project, folder);
  const top = repository.commonDir === null ? null : repository.top;
  const { files, skipped = new Map<string, number>(), ...found } = named ?? listKnown(env, top, scope);
  const tally = new ImportTally();
  tally.add(found);
  for (const [what, number] of skipped) tally.skip(what, number);
  const run: ImportRun = {
    project,
    tally,
    ...(await recollect(store)),
    isAgain,
    isUnattended,
    why: isUnattended ? 'the import says that no person was there' : 'its files say more than before',
    scope,
    repositories: top === null ? repositories : [...repositories, repository],
    rules: {
      ...rulesOfProject(project),
      until: new Date(project.clock.now().getTime() + DAY_MS).toISOString(),
    },
    cancelled,
  };
  const changed = files.filter((walked) => isAgain || !recall(walked, run));
  if (changed.length > 0) {
    await readAll(run, changed.toSorted(byFolder));
    await judgeTemplates(run, changed);
  }
  if (!cancelled.aborted && (await hasEditedLines(store))) {
    const { findDelivered } = await import('./find-delivered.ts');
    for (const { id, isDelivered } of await findDelivered(run)) tally.addSearched(id, isDelivered);
  }
  for (const each of await countVerdicts(store, tally.transcripts)) tally.addVerdicts(each);
  return tally.report();
}

/** What all imports so far remember. */
async function recollect(store: Store): Promise<Pick<ImportRun, 'bookmarks' | 'known'>> {
  const bookmarks = await listBookmarks(store);
  return { bookmarks, known: new KnownSessions(bookmarks) };
}

/**
 * Judges those sessions again that were judged before their template was known as one: the first four of each, whichever
 * import has read them.
 */
async function judgeTemplates(run: ImportRun, files: readonly WalkedFile[]): Promise<void> {
  const { project, cancelled, tally } = run;
  if (cancelled.aborted || !run.known.hasNews) return;
  // Another import may have read some of them at the same time.
  const { bookmarks, known } = await recollect(project.store);
  const byName = new Map(files.map((walked) => [nameOf(walked), walked]));
  const pending = [...bookmarks.values()]
    .filter((bookmark) => sessionsOf(bookmark).some((session) => known.isPending(session)))
    .flatMap(({ file }) => {
      const walked = byName.get(file) ?? identifyFile(file);
      return 'file' in walked ? [walked] : [];
    });
  if (pending.length === 0) return;
  tally.endFiles();
  const why = 'more sessions begin with the same words';
  await readAll(
    { ...run, bookmarks, known, why, scope: null, isUnattended: false },
    pending.toSorted(byFolder),
  );
}

async function readAll(run: ImportRun, files: readonly WalkedFile[]): Promise<void> {
  const { project, tally, cancelled } = run;
  const { readHeads } = await import('./file-heads.ts');
  const { importRecords } = await import('./import-records.ts');
  const { TranscriptSource } = await import('./transcript-source.ts');
  const heads = await readHeads(run, files);
  const transcripts = new TranscriptSource(run, heads);
  const total = heads.files.reduce((sum, { walked }) => sum + walked.size, 0);
  let done = 0;
  for (const head of heads.files) {
    if (cancelled.aborted) break;
    const { size } = head.walked;
    const file = nameOf(head.walked);
    const goesOn = async (offset: number): Promise<boolean> => {
      const share = total === 0 ? 1 : (done + Math.min(size, offset)) / total;
      project.events.emit({ name: 'import.advanced', file, share, sessions: tally.sessions });
      // Disk and store answer at once and never wait: without a rest no signal would be heard.
      await project.clock.sleep(0);
      return !cancelled.aborted;
    };
    if (head.isOfRecords) await importRecords(run, head.walked, goesOn);
    else await transcripts.add(head, goesOn);
    done += size;
  }
  await transcripts.finish();
}

/** The files of one folder together, and of those the helpers' first: they wait for their session's own. */
function byFolder(a: WalkedFile, b: WalkedFile): number {
  return compareText(orderOf(a), orderOf(b));
}

function orderOf({ file }: WalkedFile): string {
  return `${folderOfSessions(file)}\0${isNamedForHelper(file) ? 0 : 1}\0${file}`;
}
