import { amendReread } from '../record/amend-reread.ts';
import { missingAmendments } from '../record/exchange-line.ts';
import {
  findBookmark,
  saveBookmark,
  saveIncoming,
  type Bookmark,
  type Incoming,
  type SaveResult,
} from '../store/imports.ts';
import { ImportTally, type ImportReport } from './import-tally.ts';
import type { Project } from './project.ts';
import { digestBefore, identify, RecordFile, type RecordFormat, type RecordLine } from './record-file.ts';

/** Goes up when an older stint read less of the same file: then what is remembered of it does not hold. */
const READER = 1;

export interface ImportOptions {
  /** Reads what was read before too. */
  readonly isAgain: boolean;
  /** Stops after the part that is being written; what was imported stays. */
  readonly cancelled: AbortSignal;
  /** Called after each part; `share` is how much of the file has been read. */
  readonly onProgress: (progress: { file: string; share: number; sessions: number }) => void;
}

/**
 * Brings record files of other run loops, and stint's own exports, into the store. Doing it again changes nothing, and
 * a file that did not change is not even read. Several imports may run at once.
 */
export async function importRecords(
  project: Project,
  files: readonly string[],
  options: ImportOptions,
): Promise<ImportReport> {
  const tally = new ImportTally();
  for (const file of files) {
    if (options.cancelled.aborted) break;
    await importFile(project, file, tally, options);
  }
  return tally.report();
}

async function importFile(
  project: Project,
  file: string,
  tally: ImportTally,
  options: ImportOptions,
): Promise<void> {
  // Asked before it is read: what is appended meanwhile makes it another one.
  const { identity, inode, size } = identify(file);
  const bookmark = options.isAgain ? null : await findBookmark(project.store, file);
  const known = bookmark && holds(bookmark, file, inode, size) ? bookmark : null;
  tally.begin(file, known === null ? null : known.tally);
  if (known?.identity === identity) return tally.skip();
  const reader = new RecordFile(file, known ? resume(known) : undefined, project.redactor);
  for (let lines = reader.read(); lines !== null; lines = reader.read()) {
    await importLines(project, file, lines, tally);
    options.onProgress({
      file,
      share: size === 0 ? 1 : Math.min(1, reader.place.offset / size),
      sessions: tally.sessions,
    });
    // The store answers at once and never waits: without a rest no signal would be heard.
    await project.clock.sleep(0);
    if (options.cancelled.aborted) return;
  }
  tally.end({ isUnknown: reader.format === null && reader.place.lines > 0, isTorn: reader.isTorn });
  if (reader.format === null) return;
  const { offset, lines } = reader.place;
  await saveBookmark(project.store, {
    file,
    // Half a record at the end has to be looked at again.
    identity: reader.isTorn ? '' : identity,
    inode,
    offset,
    lines,
    tail: digestBefore(file, offset),
    format: `${READER}:${reader.format}`,
    tally: tally.remembered(),
  });
}

/** Whether the part of a file that was read is still what it was. */
function holds(bookmark: Bookmark, file: string, inode: string, size: number): boolean {
  return (
    bookmark.format.startsWith(`${READER}:`) &&
    bookmark.inode === inode &&
    bookmark.offset <= size &&
    bookmark.tail === digestBefore(file, bookmark.offset)
  );
}

function resume({ offset, lines, format }: Bookmark) {
  return { place: { offset, lines }, format: format.slice(`${READER}:`.length) as RecordFormat };
}

async function importLines(
  project: Project,
  file: string,
  lines: readonly RecordLine[],
  tally: ImportTally,
): Promise<void> {
  const at = project.clock.now().toISOString();
  const incoming = lines.flatMap((line) => toIncoming(line, file, at));
  const results = await saveIncoming(project.store, incoming, project.repository.commonDir ?? '');
  let next = 0;
  for (const line of lines) {
    const result: SaveResult | null = isSaved(line) ? (results[next++] ?? null) : null;
    tally.add(line, result);
  }
}

function isSaved(line: RecordLine): boolean {
  return line.kind === 'own' || line.kind === 'foreign' || line.kind === 'amendment';
}

function toIncoming(line: RecordLine, file: string, at: string): Incoming[] {
  switch (line.kind) {
    case 'own': {
      const { record, amendments } = line;
      const missing: Incoming['missing'] = (known) =>
        JSON.stringify(known.original) === JSON.stringify(record)
          ? missingAmendments(known.amendments, amendments)
          : null;
      return [{ id: record.id, record, amendments, missing }];
    }
    case 'amendment': {
      const { amendment } = line;
      const missing: Incoming['missing'] = (known) => missingAmendments(known.amendments, [amendment]);
      return [{ id: amendment.sessionId, record: null, amendments: [], missing }];
    }
    case 'foreign': {
      const { record } = line;
      const why = `its row changed, see ${file}:${line.line}`;
      const missing: Incoming['missing'] = (known) =>
        amendReread(known.original, known.amendments, record, { at, why });
      return [{ id: record.id, record, amendments: [], missing }];
    }
    case 'subagent':
    case 'unreadable':
      return [];
  }
}
