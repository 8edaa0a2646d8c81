import type { SessionId } from '../../../domain/ids.ts';
import type { WalkedFile } from '../../../lib/walk-files.ts';
import type { Bookmark } from '../../../store/imports.ts';
import { isInScope, type ImportScope } from './import-scope.ts';
import type { ImportOptions } from './import-options.ts';
import type { ImportTally } from './import-tally.ts';

/** Goes up when the same file would be read differently: then what is remembered of it does not hold. */
const READER = 't1';

/** What a file that is no file of records gave beside its sessions. */
export interface FileMemory {
  /** Set where it holds no session that is read: what it is, or what was expected. */
  readonly other?: string;
  readonly unknown?: string;
  readonly unreadable: number;
  readonly places: readonly { readonly line: number }[];
  readonly subagents: number;
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

export function toBookmark({ file, identity, inode, size }: WalkedFile, memory: TranscriptMemory): Bookmark {
  return {
    file,
    identity,
    inode,
    offset: size,
    lines: 0,
    tail: '',
    format: `${READER}:transcript`,
    tally: JSON.stringify(memory),
  };
}

/** What is remembered of a file that did not change; null where it has to be read. */
export function recallTranscript(
  { identity }: WalkedFile,
  bookmark: Bookmark | undefined,
  { scope, repositories }: Pick<ImportOptions, 'scope' | 'repositories'>,
): TranscriptMemory | null {
  if (bookmark?.identity !== identity || bookmark.format !== `${READER}:transcript`) return null;
  const memory = JSON.parse(bookmark.tally) as TranscriptMemory;
  const isOver = memory.sessions.every(
    (each) => !isWantedNow(each, scope) && !canBeAsked(each, repositories),
  );
  return isOver ? memory : null;
}

/** One of another project that is wanted now. */
function isWantedNow({ result, cwd }: RememberedSession, scope: ImportScope): boolean {
  return result === 'elsewhere' && isInScope(scope, cwd);
}

/** Its commits may be in a repository that nobody asked yet. */
function canBeAsked(
  { result, asked }: RememberedSession,
  repositories: ImportOptions['repositories'],
): boolean {
  if (asked === null || result !== 'recorded') return false;
  return repositories.some(({ commonDir }) => commonDir !== null && !asked.includes(commonDir));
}

/** Counts what a file holds beside its sessions. */
export function tellFile(
  file: string,
  memory: TranscriptMemory,
  isUnchanged: boolean,
  tally: ImportTally,
): void {
  const { unreadable, places, subagents, isTorn } = memory;
  tally.addFile({ file, isUnchanged, unreadable, places, subagents, isTorn });
  if (memory.unknown !== undefined) tally.addUnknown(file, memory.unknown);
  if (memory.other !== undefined) tally.addOther(file, memory.other);
  if (memory.sessions.length > 0 && memory.sessions.every(({ result }) => result === 'elsewhere'))
    tally.addElsewhere(1);
}

/** Its sessions, as they were when it was read. */
export function tellRemembered({ sessions }: TranscriptMemory, tally: ImportTally): void {
  for (const { id, harness, result } of sessions)
    if (result !== 'elsewhere') tally.addSession(id, harness, result === 'recorded' ? 'unchanged' : result);
}
