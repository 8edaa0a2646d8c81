import type { SessionId } from '../../../domain/ids.ts';
import type { TranscriptSession } from '../../../domain/transcript-session.ts';
import { SessionFileReader } from '../../../harness/read-sessions.ts';
import { nameOf, type WalkedFile, whyUnreadable } from '../../../lib/file-system.ts';
import type { ImportRun } from './import-source.ts';
import { linksOfFile } from './file-memory.ts';
import { SubagentRoots, linksIn } from './subagent-roots.ts';
import { holdsRecords } from './record-file.ts';
import { whySkipped } from './skipped-files.ts';
import { idsIn, type NamedSession } from './sessions-of-files.ts';

/** A file that can be read, and what its beginning tells. */
export interface FileHead {
  readonly walked: WalkedFile;
  /** Its lines are records; otherwise those of an agent CLI. */
  readonly isOfRecords: boolean;
  /** The sessions that its first lines name: a hint, since later lines may name others. */
  readonly ids: readonly SessionId[];
}

/** What the beginnings of files tell. */
export interface FileHeads {
  readonly files: readonly FileHead[];
  /** Of the helpers in these files, and in those that were read before. */
  readonly roots: SubagentRoots;
}

/** A head whose helpers may be those of another helper. */
interface Beginning {
  readonly walked: WalkedFile;
  /** Null of records. No more than their names is kept: heads of all files are held at once. */
  readonly sessions: readonly NamedSession[] | null;
}

/** In most files a line that names a session stands within so many bytes. */
const HEAD = 1 << 14;
/** A first line can be a long one: then as much of the file is looked at. */
const LONGEST_HEAD = 1 << 20;
/** So many heads are read before signals are heard. */
const MOST_AT_ONCE = 50;

/**
 * Reads the beginnings of files and puts those of one session together, so that a session is judged when all of its files
 * have been read. Copies of a session can lie in any number of folders.
 *
 * @returns those that can be read, where each session stands at the place of its first file
 */
export async function readHeads(
  { project, tally, cancelled, bookmarks }: ImportRun,
  files: readonly WalkedFile[],
): Promise<FileHeads> {
  const roots = new SubagentRoots();
  const beginnings: Beginning[] = [];
  for (const [index, walked] of files.entries()) {
    // Disk answers at once and never waits: without a rest no signal would be heard.
    if (index % MOST_AT_ONCE === 0) await project.clock.sleep(0);
    if (cancelled.aborted) return { files: [], roots };
    const because = whyUnreadable(walked.file);
    const skipped = because === null ? whySkipped(walked) : null;
    if (skipped !== null) tally.skip(skipped);
    else if (because === null) beginnings.push(readBeginning(walked));
    else tally.add({ passedBy: [{ path: walked.file, because }] });
  }
  for (const bookmark of bookmarks.values()) roots.add(linksOfFile(bookmark));
  for (const { sessions } of beginnings) roots.add(linksIn(sessions ?? []));
  const heads = beginnings.map((each) => headOf(each, roots));
  const groups = [...Map.groupBy(heads, ({ walked, ids }) => ids[0] ?? walked.file).values()];
  return { files: groups.flatMap((group) => group.toSorted(byLength)), roots };
}

/** The longest first: what is its beginning need not be read. */
function byLength(a: FileHead, b: FileHead): number {
  return b.walked.size - a.walked.size;
}

function readBeginning(walked: WalkedFile): Beginning {
  if (holdsRecords(walked.file)) return { walked, sessions: null };
  const sessions = sessionsInHead(walked).map(({ kind, harness, thread, parent }) => ({
    kind,
    harness,
    thread,
    parent,
  }));
  return { walked, sessions };
}

function headOf({ walked, sessions }: Beginning, roots: SubagentRoots): FileHead {
  if (sessions === null) return { walked, isOfRecords: true, ids: [] };
  return { walked, isOfRecords: false, ids: idsIn(nameOf(walked), roots.settleAll(sessions)) };
}

function sessionsInHead({ file }: WalkedFile): readonly TranscriptSession[] {
  const reader = new SessionFileReader(file);
  for (let more = true; more && reader.offset < LONGEST_HEAD;) {
    more = reader.read(HEAD);
    const named = reader.sessions.filter(({ thread, parent }) => thread !== null || parent !== null);
    if (named.length > 0) return named;
  }
  return reader.sessions;
}
