import { amendReread } from '../../../record/amend-reread.ts';
import { missingAmendments } from '../../../record/exchange-line.ts';
import {
  saveBookmark,
  saveIncoming,
  type Bookmark,
  type Incoming,
  type SaveResult,
} from '../../../store/imports.ts';
import type { WalkedFile } from '../../../lib/walk-files.ts';
import type { ImportTally } from './import-tally.ts';
import { RECORDS_READER } from './recall-records.ts';
import type { Project } from '../../project/project.ts';
import { digestBefore, RecordFile, type RecordFormat, type RecordLine } from './record-file.ts';

/** What the reading of one file needs. */
export interface FileImport {
  readonly walked: WalkedFile;
  /** What is remembered of it; null when it is to be read from its start. */
  readonly bookmark: Bookmark | null;
  readonly cancelled: AbortSignal;
  /** Called after each part with how much of the file has been read. */
  readonly onPart: (share: number) => void;
}

/** Brings a file of records, of other run loops or of stint's own export, into the store, as far as it is not there. */
export async function importRecords(
  project: Project,
  { walked, bookmark, cancelled, onPart }: FileImport,
  tally: ImportTally,
): Promise<void> {
  const { file, identity, inode, size } = walked;
  const known = bookmark && holds(bookmark, file, inode, size) ? bookmark : null;
  tally.begin(file, known === null ? null : known.tally);
  const reader = new RecordFile(file, known ? resume(known) : undefined, project.redactor);
  for (let lines = reader.read(); lines !== null; lines = reader.read()) {
    await importLines(project, file, lines, tally);
    onPart(size === 0 ? 1 : Math.min(1, reader.place.offset / size));
    // The store answers at once and never waits: without a rest no signal would be heard.
    await project.clock.sleep(0);
    if (cancelled.aborted) return;
  }
  tally.end({ isUnknown: false, isTorn: reader.isTorn });
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
    format: `${RECORDS_READER}:${reader.format}`,
    tally: tally.remembered(),
  });
}

/** Whether the part of a file that was read is still what it was. */
function holds(bookmark: Bookmark, file: string, inode: string, size: number): boolean {
  return (
    bookmark.format.startsWith(`${RECORDS_READER}:`) &&
    bookmark.inode === inode &&
    bookmark.offset <= size &&
    bookmark.tail === digestBefore(file, bookmark.offset)
  );
}

function resume({ offset, lines, format }: Bookmark) {
  return { place: { offset, lines }, format: format.slice(`${RECORDS_READER}:`.length) as RecordFormat };
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
        known.hasEvidence ? null : amendReread(known.original, known.amendments, record, { at, why });
      return [{ id: record.id, record, amendments: [], missing }];
    }
    case 'subagent':
    case 'unreadable':
      return [];
  }
}
