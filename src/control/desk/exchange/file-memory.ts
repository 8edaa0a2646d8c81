import { nameOf, type WalkedFile } from '../../../lib/file-system.ts';
import type { Bookmark } from '../../../store/imports.ts';
import { isInScope } from './import-scope.ts';
import type { ImportRun } from './import-source.ts';
import type { FileFindings } from './import-tally.ts';
import {
  type RememberedSession,
  sessionsOf,
  TRANSCRIPT,
  type TranscriptMemory,
} from './remembered-sessions.ts';
import type { SubagentLink } from './subagent-roots.ts';

// The memory of files that were read, as bookmarks of the store. This loads nothing that reads files: an import with
// nothing new is done in a moment.

/** Goes up when stint learns to read more of a file, so that bookmarks of an older stint no longer hold. */
const RECORDS = '1:';

/** Counts an unchanged file by what was read before. @returns false where it has to be read again */
export function recall({ file, identity }: WalkedFile, run: ImportRun): boolean {
  const { tally } = run;
  const bookmark = run.bookmarks.get(file);
  if (bookmark?.identity !== identity) return false;
  if (formatOfRecords(bookmark) !== null) {
    if (run.isUnattended && !isSaidOf(bookmark)) return false;
    tally.add({ filesUnchanged: 1 });
    tally.beginFile(file, bookmark.tally);
    return true;
  }
  if (bookmark.format !== TRANSCRIPT) return false;
  if (sessionsOf(bookmark).some((each) => isUndecided(each, run))) return false;
  const memory = JSON.parse(bookmark.tally) as TranscriptMemory;
  // The file of their session may be there now.
  if (memory.alone !== undefined || (memory.rules ?? '') !== run.rules.digest) return false;
  tally.add({ ...findingsOf(file, memory), filesUnchanged: 1 });
  for (const { id, harness, result } of memory.sessions)
    if (result !== 'elsewhere')
      tally.addSession(id, harness, result === 'recorded' ? 'unchanged' : result, { isTranscript: true });
  for (const each of memory.sessions) {
    tally.addUnknownTools(each);
    tally.addTimes(each);
  }
  return true;
}

/** Whether an import has said of a file of records that its sessions ran without a person. */
export function isSaidOf({ tally }: Bookmark): boolean {
  return (JSON.parse(tally) as { isUnattended?: boolean }).isUnattended === true;
}

/**
 * A session of another project that is wanted now, one whose commits may be in a repository that was not asked yet, and one
 * of which more is known now of who sat there.
 */
function isUndecided(session: RememberedSession, run: ImportRun): boolean {
  const { result, cwd, asked, isUnattended } = session;
  if (result === 'elsewhere') return isInScope(run.scope, cwd);
  if (result !== 'recorded') return false;
  if ((run.isUnattended && isUnattended !== true) || run.known.isPending(session)) return true;
  if (asked === null) return false;
  return run.repositories.some(({ commonDir }) => commonDir !== null && !asked.includes(commonDir));
}

/** The findings that a file of transcripts adds to an import, beside its sessions. */
export function findingsOf(file: string, memory: TranscriptMemory): FileFindings {
  const { sessions, unreadable, places, subagents, alone = 0, isTorn, unknown, other } = memory;
  const isElsewhere = sessions.length > 0 && sessions.every(({ result }) => result === 'elsewhere');
  return {
    files: 1,
    unreadableLines: unreadable,
    unreadable: places.map(({ line }) => ({ file, line, reason: 'no JSON, or too long' })),
    subagents,
    subagentsAlone: alone,
    elsewhere: isElsewhere ? 1 : 0,
    ...(isTorn ? { waiting: [file] } : {}),
    ...(unknown === undefined ? {} : { unknownFiles: [{ file, expected: unknown }] }),
    ...(other === undefined ? {} : { otherFiles: [{ file, what: other }] }),
  };
}

/** A file that goes with the import is remembered by the name that is shown: what is known of its sessions counts on. */
export function bookmarkOfTranscript(walked: WalkedFile, memory: TranscriptMemory): Bookmark {
  const { inode, size } = walked;
  const tally = JSON.stringify(memory);
  const identity = walked.shownAs === undefined ? walked.identity : '';
  return {
    file: nameOf(walked),
    identity,
    inode,
    offset: size,
    lines: 0,
    tail: '',
    format: TRANSCRIPT,
    tally,
  };
}

/** Whose helpers stood in a file when it was read. */
export function linksOfFile({ format, tally }: Bookmark): readonly SubagentLink[] {
  if (format !== TRANSCRIPT || !tally.includes('"links"')) return [];
  return (JSON.parse(tally) as TranscriptMemory).links ?? [];
}

/** The format that a file of records was read as; null for other files, and where its bookmark does not hold. */
export function formatOfRecords({ format }: Bookmark): string | null {
  return format.startsWith(RECORDS) ? format.slice(RECORDS.length) : null;
}

export function bookmarkOfRecords(known: Omit<Bookmark, 'format'>, format: string): Bookmark {
  return { ...known, format: `${RECORDS}${format}` };
}
