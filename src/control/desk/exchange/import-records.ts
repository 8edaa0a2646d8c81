import type { SessionRecord } from '../../../domain/record.ts';
import { isPossible } from '../../../domain/session-time.ts';
import { nameOf, type WalkedFile } from '../../../lib/file-system.ts';
import { amendReread } from '../../../record/amend-reread.ts';
import { missingAmendments } from '../../../record/exchange-line.ts';
import { type Bookmark, type Incoming, saveBookmark, saveIncoming } from '../../../store/imports.ts';
import type { Project } from '../../project/project.ts';
import { bookmarkOfRecords, formatOfRecords, isSaidOf } from './file-memory.ts';
import type { GoesOn, ImportRun } from './import-source.ts';
import type { RecordFileTally } from './import-tally.ts';
import { digestBefore, RecordFile, type RecordFormat, type RecordLine } from './record-file.ts';

/** Brings the records of a file into the store that are new: those of other run loops, or of stint's own export. */
export async function importRecords(run: ImportRun, walked: WalkedFile, goesOn: GoesOn): Promise<void> {
  const { project, isAgain, bookmarks } = run;
  const { file, identity, inode } = walked;
  const earlier = bookmarks.get(file);
  const isSaid = earlier !== undefined && formatOfRecords(earlier) !== null && isSaidOf(earlier);
  const isUnattended = run.isUnattended || isSaid;
  // All of it is read again where that is said for the first time.
  const bookmark = isAgain || isUnattended !== isSaid ? undefined : earlier;
  const known = bookmark && holds(bookmark, walked) ? bookmark : null;
  const tally = run.tally.beginFile(nameOf(walked), known?.tally ?? null);
  if (isUnattended) tally.sayUnattended();
  const reader = new RecordFile(
    file,
    project.redactor,
    known ? { place: known, format: formatOfRecords(known) as RecordFormat } : undefined,
  );
  for (const lines of reader.parts()) {
    await write(project, nameOf(walked), isUnattended ? lines.map(withoutPerson) : lines, {
      tally,
      why: run.isUnattended ? run.why : null,
    });
    for (const line of lines)
      if ((line.kind === 'own' || line.kind === 'foreign') && hasImpossibleTime(line.record, run.rules.until))
        run.tally.addTimes({ id: line.record.id, impossibleTimes: 1 });
    if (!(await goesOn(reader.place.offset))) return;
  }
  if (reader.isTorn) run.tally.add({ waiting: [nameOf(walked)] });
  if (reader.format === null || walked.shownAs !== undefined) return;
  // Half a record at the end has to be looked at again.
  const read = { file, identity: reader.isTorn ? '' : identity, inode, ...reader.place };
  const rest = { tail: digestBefore(file, read.offset), tally: tally.remembered() };
  await saveBookmark(project.store, bookmarkOfRecords({ ...read, ...rest }, reader.format));
}

async function write(
  { store, clock, repository }: Project,
  file: string,
  lines: readonly RecordLine[],
  { tally, why }: { readonly tally: RecordFileTally; readonly why: string | null },
): Promise<void> {
  const at = clock.now().toISOString();
  const incoming = lines.map((line) => toIncoming(line, file, { at, why }));
  const results = await saveIncoming(
    store,
    incoming.filter((each) => each !== null),
    repository.commonDir ?? '',
  );
  let next = 0;
  for (const [index, line] of lines.entries())
    tally.add(line, incoming[index] ? (results[next++] ?? null) : null);
}

/** Whether the part of a file that was read is still what it was. */
function holds(bookmark: Bookmark, { file, inode, size }: WalkedFile): boolean {
  return (
    formatOfRecords(bookmark) !== null &&
    bookmark.inode === inode &&
    bookmark.offset <= size &&
    bookmark.tail === digestBefore(file, bookmark.offset)
  );
}

/** A row of another run loop whose session ran without a person, says the caller. stint's own records say it themselves. */
function withoutPerson(line: RecordLine): RecordLine {
  return line.kind === 'foreign' ? { ...line, record: { ...line.record, attended: 'no' } } : line;
}

/**
 * Null for a line that is not stored.
 *
 * @param given `why` a record changes where it is not because of its row
 */
function toIncoming(
  line: RecordLine,
  file: string,
  { at, why: said }: { readonly at: string; readonly why: string | null },
): Incoming | null {
  switch (line.kind) {
    case 'own': {
      const { record, amendments } = line;
      const missing: Incoming['missing'] = (known) =>
        JSON.stringify(known.original) === JSON.stringify(record)
          ? missingAmendments(known.amendments, amendments)
          : null;
      return { id: record.id, record, amendments, missing };
    }
    case 'amendment': {
      const { amendment } = line;
      const missing: Incoming['missing'] = (known) => missingAmendments(known.amendments, [amendment]);
      return { id: amendment.sessionId, record: null, amendments: [], missing };
    }
    case 'foreign': {
      const { record } = line;
      const why = said ?? `its row changed, see ${file}:${line.line}`;
      const missing: Incoming['missing'] = (known) =>
        known.hasEvidence ? null : amendReread(known.original, known.amendments, record, { at, why });
      return { id: record.id, record, amendments: [], missing };
    }
    case 'subagent':
    case 'unreadable':
      return null;
  }
}

/** A record that says no time says that already. */
function hasImpossibleTime(
  { startedAt, endedAt, warnings }: SessionRecord,
  until: string | undefined,
): boolean {
  if (warnings.some((each) => each.endsWith('no time'))) return false;
  return endedAt < startedAt || !isPossible(startedAt, until) || !isPossible(endedAt, until);
}
