import { SESSION_ID_LENGTH, type SessionId } from '../../../domain/ids.ts';
import { joinCopies } from '../../../domain/join-copies.ts';
import type { FileFormat, FileReading, TranscriptSession } from '../../../domain/transcript-session.ts';
import { sessionIdOfThread } from '../../../harness/reading/session-records.ts';
import { withSubagents } from '../../../harness/reading/with-subagents.ts';
import { nameOf, type WalkedFile } from '../../../lib/file-system.ts';
import { derivedWord } from '../../../lib/random.ts';
import type { FileMemory } from './remembered-sessions.ts';
import { linksIn } from './subagent-roots.ts';
import { EXPECTED_FORMATS } from './import-tally.ts';

/** What tells which session it is. */
export type NamedSession = Pick<TranscriptSession, 'kind' | 'harness' | 'thread' | 'parent'>;

export interface ReadFile {
  readonly walked: WalkedFile;
  readonly reading: FileReading;
}

/** The sessions that a file tells of; of a helper's, the one that it helped. */
export function sessionIdsOf({ walked, reading }: ReadFile): SessionId[] {
  return idsIn(nameOf(walked), reading.sessions);
}

/** The same of sessions that stand in a file. */
export function idsIn(file: string, sessions: readonly NamedSession[]): SessionId[] {
  return [...new Set(sessions.flatMap((session) => idOf(session, file) ?? []))];
}

/** Null for a helper that names nobody whom it helped. */
function idOf({ kind, thread, parent, harness }: NamedSession, file: string): SessionId | null {
  const name = kind === 'subagent' ? parent : thread;
  if (name !== null) return sessionIdOfThread(name);
  if (kind === 'subagent') return null;
  return derivedWord(`found-session ${harness} ${file}`, SESSION_ID_LENGTH) as SessionId;
}

/** One session of all files that tell of it, with what its helpers used; null where only helpers' files are there. */
export function sessionOf(id: SessionId, files: readonly ReadFile[]): TranscriptSession | null {
  // Files that are beginnings of another one have the sessions of that one.
  const all = [...new Set(files.flatMap((file) => sessionsWith(id, file)))];
  const [first, ...others] = all.filter(({ kind }) => kind !== 'subagent');
  if (!first) return null;
  return withSubagents(
    joinCopies([first, ...others]),
    all.filter(({ kind }) => kind === 'subagent'),
  );
}

/** The same file with no session but one: each of several is judged at its own time, and let go then. */
export function partOf(id: SessionId, file: ReadFile): ReadFile {
  return { ...file, reading: { ...file.reading, sessions: sessionsWith(id, file) } };
}

function sessionsWith(id: SessionId, { walked, reading }: ReadFile): TranscriptSession[] {
  return reading.sessions.filter((session) => idOf(session, nameOf(walked)) === id);
}

/** Whether nothing but helpers' lines is in it. */
export function isOfHelpers({ reading }: ReadFile): boolean {
  return reading.sessions.length > 0 && reading.sessions.every(({ kind }) => kind === 'subagent');
}

/** What a file gives beside its sessions, for when it is read no more. */
export function memoryOf(file: ReadFile): FileMemory {
  const { format, unreadable, sessions, isTorn } = file.reading;
  // Of a file that nobody understands, each line would be one.
  const isKnown = format.kind === 'known';
  const links = linksIn(sessions);
  return {
    ...(format.kind === 'other' ? { other: format.what } : {}),
    ...(format.kind === 'unknown' ? { unknown: describeUnknown(format) } : {}),
    unreadable: isKnown ? unreadable.count : 0,
    places: isKnown ? unreadable.places.map(({ line }) => ({ line })) : [],
    subagents: isOfHelpers(file) ? sessions.length : 0,
    ...(links.length > 0 ? { links } : {}),
    isTorn,
  };
}

function describeUnknown({ expected, found }: Extract<FileFormat, { kind: 'unknown' }>): string {
  if (expected === null) return `it is ${found}, which stint does not read`;
  return `${EXPECTED_FORMATS}; or ${expected}; found ${found}`;
}
