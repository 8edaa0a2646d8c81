import { folderOfSessions, isNamedForHelper } from '../../../harness/transcript-places.ts';
import { whyUnreadable, type WalkedFile } from '../../../lib/walk-files.ts';
import { listBookmarks, type Bookmark } from '../../../store/imports.ts';
import type { ImportOptions } from './import-options.ts';
import { ImportTally, type ImportReport } from './import-tally.ts';
import type { ImportList } from './list-imports.ts';
import type { Project } from '../../project/project.ts';
import { recallRecords } from './recall-records.ts';
import { recallTranscript, tellFile, tellRemembered } from './transcript-memory.ts';

/**
 * Brings what files tell of sessions into the store: records of other run loops, stint's own exports, and what agent CLIs
 * keep. Doing it again changes nothing, and a file that did not change is not even opened. Several imports may run at
 * once; whoever is killed has written whole sessions, and the next one writes the rest.
 */
export async function importFiles(
  project: Project,
  list: ImportList,
  options: ImportOptions,
): Promise<ImportReport> {
  const tally = new ImportTally();
  tally.passBy(...list.passedBy);
  tally.addElsewhere(list.elsewhere);
  const bookmarks = await listBookmarks(project.store);
  const changed = list.files.filter(
    (file) => options.isAgain || !recall(file, bookmarks.get(file.file), options, tally),
  );
  if (changed.length > 0) await readAll(project, changed.toSorted(byFolder), bookmarks, options, tally);
  return tally.report(list.places);
}

/** Tells what is remembered of a file that did not change. @returns false where it has to be read */
function recall(
  walked: WalkedFile,
  bookmark: Bookmark | undefined,
  options: ImportOptions,
  tally: ImportTally,
): boolean {
  if (bookmark?.identity !== walked.identity) return false;
  if (recallRecords(walked.file, bookmark, tally)) return true;
  const memory = recallTranscript(walked, bookmark, options);
  if (memory === null) return false;
  tellFile(walked.file, memory, true, tally);
  tellRemembered(memory, tally);
  return true;
}

async function readAll(
  project: Project,
  files: readonly WalkedFile[],
  bookmarks: ReadonlyMap<string, Bookmark>,
  options: ImportOptions,
  tally: ImportTally,
): Promise<void> {
  const { holdsRecords } = await import('./record-file.ts');
  const { importRecords } = await import('./import-records.ts');
  const { TranscriptImport } = await import('./import-transcripts.ts');
  const transcripts = new TranscriptImport(project, tally, options, bookmarks);
  const total = files.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  for (const walked of files) {
    if (options.cancelled.aborted) break;
    const { file, size } = walked;
    const onPart = (part: number): void => {
      const read = done + part * size;
      const share = total === 0 ? 1 : read / total;
      project.events.emit({ name: 'import.advanced', file, share, sessions: tally.sessions });
    };
    const bookmark = bookmarks.get(file);
    const trouble = whyUnreadable(file);
    if (trouble !== null) tally.passBy({ path: file, because: trouble });
    else if (holdsRecords(file))
      await importRecords(
        project,
        {
          walked,
          bookmark: options.isAgain ? null : (bookmark ?? null),
          onPart,
          cancelled: options.cancelled,
        },
        tally,
      );
    else await transcripts.add(walked, onPart);
    done += size;
  }
  await transcripts.finish();
}

/** The files of one folder together, and of those the helpers' first: they wait for their session's own. */
function byFolder(a: WalkedFile, b: WalkedFile): number {
  return compare(orderOf(a), orderOf(b));
}

function orderOf({ file }: WalkedFile): string {
  return `${folderOfSessions(file)}\0${isNamedForHelper(file) ? 0 : 1}\0${file}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
