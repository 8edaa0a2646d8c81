import type { SessionId } from '../domain/ids.ts';
import type { WalkedFile } from '../lib/walk-files.ts';
import type { Bookmark } from '../store/imports.ts';
import { isInScope, type ImportScope } from './import-scope.ts';
import type { ImportOptions } from './import-options.ts';
import type { ImportTally } from './import-tally.ts';
import { EXPECTED_FORMATS } from './record-file.ts';
import { isOfHelpers, sessionIdsOf, type ReadFile } from './sessions-of-files.ts';

/** Goes up when the same file would be read differently: then what is remembered of it does not hold. */
const READER = 't1';

/** What a file gave that is no file of records. */
export interface TranscriptMemory {
  /** Set where it holds no session that is read: what it is, or what was expected. */
  readonly other?: string;
  readonly unknown?: string;
  readonly sessions: readonly RememberedSession[];
  readonly unreadable: number;
  readonly places: readonly { readonly line: number }[];
  readonly subagents: number;
  /** Its last line is not whole yet. */
  readonly isTorn: boolean;
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

/** What to remember of a file, with what became of the sessions of its group. */
export function memoryOf(file: ReadFile, group: readonly RememberedSession[]): TranscriptMemory {
  const { format, unreadable, sessions } = file.reading;
  // Of a file that nobody understands, each line would be one.
  const isKnown = format.kind === 'known';
  const ids = sessionIdsOf(file);
  return {
    ...(format.kind === 'other' ? { other: format.what } : {}),
    ...(format.kind === 'unknown'
      ? { unknown: `${EXPECTED_FORMATS}; or ${format.expected}; found ${format.found}` }
      : {}),
    sessions: isOfHelpers(file) ? [] : group.filter(({ id }) => ids.includes(id)),
    unreadable: isKnown ? unreadable.count : 0,
    places: isKnown ? unreadable.places.map(({ line }) => ({ line })) : [],
    subagents: isOfHelpers(file) ? sessions.length : 0,
    isTorn: file.reading.isTorn,
  };
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
    if (result !== 'elsewhere') tally.addTold(id, harness, result === 'recorded' ? 'unchanged' : result);
}
