import type { SessionId } from '../../../domain/ids.ts';
import type { WalkedFile } from '../../../lib/file-system.ts';
import type { Bookmark } from '../../../store/imports.ts';
import type { SubagentLink } from './subagent-roots.ts';
import { isInScope } from './import-scope.ts';
import type { ImportRun } from './import-source.ts';
import type { FileFindings } from './import-tally.ts';

// The memory of files that were read, as bookmarks of the store. This loads nothing that reads files: an import with
// nothing new is done in a moment.

/** Goes up when stint learns to read more of a file, so that bookmarks of an older stint no longer hold. */
const RECORDS = '1:';
const TRANSCRIPT = 't2:transcript';

/** Findings of a file of transcripts. */
export interface FileMemory {
  /** Set where it holds no session that is read: what it is, or what was expected. */
  readonly other?: string;
  readonly unknown?: string;
  readonly unreadable: number;
  readonly places: readonly { readonly line: number }[];
  readonly subagents: number;
  /** Those among them whose session has no file of its own. */
  readonly alone?: number;
  /** Its helpers that have a conversation of their own, and those that they help. */
  readonly links?: readonly SubagentLink[];
  /** Its last line is not whole yet. */
  readonly isTorn: boolean;
}

export interface TranscriptMemory extends FileMemory {
  /** Those that its own lines tell of; of a helper's file none. */
  readonly sessions: readonly RememberedSession[];
}

export interface RememberedSession {
  readonly id: SessionId;
  readonly harness: string;
  readonly cwd: string | null;
  readonly result: 'recorded' | 'run' | 'other' | 'elsewhere';
  /** The repositories that were asked in vain for commits that it claims; null where it claims none. */
  readonly asked: readonly string[] | null;
}

/** Counts an unchanged file by what was read before. @returns false where it has to be read again */
export function recall({ file, identity }: WalkedFile, run: ImportRun): boolean {
  const { tally } = run;
  const bookmark = run.bookmarks.get(file);
  if (bookmark?.identity !== identity) return false;
  if (formatOfRecords(bookmark) !== null) {
    tally.add({ filesUnchanged: 1 });
    tally.beginFile(file, bookmark.tally);
    return true;
  }
  if (bookmark.format !== TRANSCRIPT) return false;
  const memory = JSON.parse(bookmark.tally) as TranscriptMemory;
  // The file of their session may be there now.
  if (memory.alone !== undefined) return false;
  if (memory.sessions.some((each) => isUndecided(each, run))) return false;
  tally.add({ ...findingsOf(file, memory), filesUnchanged: 1 });
  for (const { id, harness, result } of memory.sessions)
    if (result !== 'elsewhere') tally.addSession(id, harness, result === 'recorded' ? 'unchanged' : result);
  return true;
}

/** A session of another project that is wanted now, or one whose commits may be in a repository that was not asked yet. */
function isUndecided({ result, cwd, asked }: RememberedSession, { scope, repositories }: ImportRun): boolean {
  if (result === 'elsewhere') return isInScope(scope, cwd);
  if (asked === null || result !== 'recorded') return false;
  return repositories.some(({ commonDir }) => commonDir !== null && !asked.includes(commonDir));
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

export function bookmarkOfTranscript(
  { file, identity, inode, size }: WalkedFile,
  memory: TranscriptMemory,
): Bookmark {
  const tally = JSON.stringify(memory);
  return { file, identity, inode, offset: size, lines: 0, tail: '', format: TRANSCRIPT, tally };
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
