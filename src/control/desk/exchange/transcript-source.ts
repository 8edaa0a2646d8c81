import type { SessionId } from '../../../domain/ids.ts';
import type { FileReading, TranscriptSession } from '../../../domain/transcript-session.ts';
import { readSessions, SessionFileReader } from '../../../harness/read-sessions.ts';
import { folderOfSessions } from '../../../harness/transcript-places.ts';
import { identifyFile, type WalkedFile, whyUnreadable } from '../../../lib/file-system.ts';
import {
  type ImportBatch,
  type ImportedSession,
  type ImportResult,
  isRun,
  listSources,
  saveImportBatches,
} from '../../../store/import-batches.ts';
import { openThreads } from '../../custody/find-sessions.ts';
import {
  bookmarkOfTranscript,
  type FileMemory,
  findingsOf,
  type RememberedSession,
  type TranscriptMemory,
} from './file-memory.ts';
import { isInScope, repositoryFinder } from './import-scope.ts';
import type { GoesOn, ImportRun } from './import-source.ts';
import { isAtWork, judgeTranscript } from './judge-transcript.ts';
import { isOfHelpers, memoryOf, type ReadFile, sessionIdsOf, sessionOf } from './sessions-of-files.ts';

/** So many files wait to be written together: each time, somebody waits for the disk. */
const MOST_WAITING = 40;
/** So much is read before signals are heard. */
const PART = 1 << 20;

/** A file that was read, without what it was read for. */
interface DoneFile {
  readonly walked: WalkedFile;
  readonly memory: FileMemory;
  readonly isOfHelpers: boolean;
  readonly ids: readonly SessionId[];
}

/** A session of these files, as it is to be remembered; `imported` is null for one of another project. */
interface Member {
  readonly memory: RememberedSession;
  readonly imported: ImportedSession | null;
}

/** Files that belong together, and their sessions. */
interface Group {
  readonly files: readonly DoneFile[];
  readonly members: readonly Member[];
  /** True when one of them has no end yet: its files are looked at again. */
  readonly isRunning: boolean;
}

/**
 * Brings the sessions that agent CLIs keep on disk into the store. A file that changed is read as a whole, with the other
 * files of its session: what a session was, all of its lines decide. No more than one session's facts are held, but for
 * those that wait to be written.
 */
export class TranscriptSource {
  readonly #run: ImportRun;
  readonly #repositoriesOf: ReturnType<typeof repositoryFinder>;
  readonly #isOpen: (thread: string) => Promise<boolean>;
  #waiting: Group[] = [];
  /** Files of helpers that wait for their session's own, which lies in the same folder. */
  #helpers: ReadFile[] = [];
  #folder = '';

  constructor(run: ImportRun) {
    this.#run = run;
    this.#repositoriesOf = repositoryFinder(run.repositories);
    this.#isOpen = openThreads(run.project);
  }

  /** Of one folder, helpers' files come first. */
  async add(walked: WalkedFile, goesOn: GoesOn): Promise<void> {
    const folder = folderOfSessions(walked.file);
    if (folder !== this.#folder) await this.#takeHelpers();
    this.#folder = folder;
    const reading = await read(walked, goesOn);
    if (reading === null) return;
    const file = { walked, reading };
    if (isOfHelpers(file)) {
      this.#helpers.push(file);
      return;
    }
    const ids = new Set(sessionIdsOf(file));
    const isOurs = (helper: ReadFile): boolean => sessionIdsOf(helper).some((id) => ids.has(id));
    const helpers = this.#helpers.filter(isOurs);
    this.#helpers = this.#helpers.filter((each) => !helpers.includes(each));
    await this.#take([file, ...helpers]);
  }

  async finish(): Promise<void> {
    await this.#takeHelpers();
    await this.#write();
  }

  /** Those whose session's own file did not change, or is not here. */
  async #takeHelpers(): Promise<void> {
    const groups = Map.groupBy(this.#helpers, (file) => sessionIdsOf(file).join());
    this.#helpers = [];
    for (const files of groups.values()) await this.#take(files);
  }

  async #take(files: readonly ReadFile[]): Promise<void> {
    const ids = [...new Set(files.flatMap((file) => sessionIdsOf(file)))];
    // The store does not know yet of sessions that wait.
    const isWaiting = ({ memory, imported }: Member): boolean => imported !== null && ids.includes(memory.id);
    if (this.#waiting.some(({ members }) => members.some(isWaiting))) await this.#write();
    const members: Member[] = [];
    let isRunning = false;
    for (const id of ids) {
      const member = await this.#judge(id, files);
      if (member === 'running') isRunning = true;
      else if (member !== null) members.push(member);
    }
    // No more than this waits: what the sessions used, message by message, is let go.
    const done = files.map((file) => ({
      walked: file.walked,
      memory: memoryOf(file),
      isOfHelpers: isOfHelpers(file),
      ids: sessionIdsOf(file),
    }));
    this.#waiting.push({ files: done, members, isRunning });
    if (this.#waiting.length >= MOST_WAITING) await this.#write();
  }

  /** Null where only helpers' files of the session are there. */
  async #judge(id: SessionId, files: readonly ReadFile[]): Promise<Member | 'running' | null> {
    const { others, isWhole } = await this.#readOthers(id, files);
    const session = sessionOf(id, [...files, ...others]);
    if (session === null) return null;
    const { harness, cwd } = session;
    if (!isInScope(this.#run.scope, cwd))
      return { memory: { id, harness, cwd, result: 'elsewhere', asked: null }, imported: null };
    if (await this.#isRunning(session)) return 'running';
    const repositories = await this.#repositoriesOf(session);
    const imported = await judgeTranscript(this.#run.project, id, session, repositories, isWhole);
    const isClaimed = imported.evidence.notCounted.some(({ because }) => because.startsWith('claimed'));
    const asked = isClaimed ? repositories.flatMap(({ commonDir }) => commonDir ?? []) : null;
    return { memory: { id, harness, cwd, result: 'recorded', asked }, imported };
  }

  /** What stint ran and recorded is over, however it broke off. */
  async #isRunning(session: TranscriptSession): Promise<boolean> {
    const { thread } = session;
    if (thread !== null && (await isRun(this.#run.project.store, thread))) return false;
    return (
      isAtWork(session, this.#run.project.clock.now()) || (thread !== null && (await this.#isOpen(thread)))
    );
  }

  /** The other files of a session, as they are now; not whole where one of them is gone. */
  async #readOthers(
    id: SessionId,
    files: readonly ReadFile[],
  ): Promise<{ others: ReadFile[]; isWhole: boolean }> {
    const known = new Set(files.map(({ walked }) => walked.file));
    const others: ReadFile[] = [];
    let isWhole = true;
    for (const file of await listSources(this.#run.project.store, id)) {
      if (known.has(file)) continue;
      const walked = identifyFile(file);
      if ('file' in walked && whyUnreadable(file) === null)
        others.push({ walked, reading: readSessions(file) });
      else isWhole = false;
    }
    return { others, isWhole };
  }

  async #write(): Promise<void> {
    const groups = this.#waiting;
    this.#waiting = [];
    if (groups.length === 0) return;
    const results = await saveImportBatches(
      this.#run.project.store,
      groups.map((group) => this.#toBatch(group)),
    );
    for (const [index, group] of groups.entries()) this.#tell(group, results[index] ?? []);
  }

  #toBatch({ files, members, isRunning }: Group): ImportBatch {
    return {
      sessions: members.flatMap(({ imported }) => imported ?? []),
      sources: files.flatMap(({ walked, ids }) => ids.map((id) => ({ file: walked.file, id }))),
      before: new Map(files.map(({ walked }) => [walked.file, this.#run.bookmarks.get(walked.file)])),
      bookmarks: (results) => {
        if (isRunning) return [];
        const known = remembered(members, results);
        return files.map((file) => bookmarkOfTranscript(file.walked, remember(file, known)));
      },
    };
  }

  #tell({ files, members, isRunning }: Group, results: readonly ImportResult[]): void {
    const known = remembered(members, results);
    for (const file of files) this.#run.tally.add(findingsOf(file.walked.file, remember(file, known)));
    const imported = members.filter((each) => each.imported !== null);
    for (const [index, { memory }] of imported.entries())
      this.#run.tally.addSession(memory.id, memory.harness, results[index] ?? 'unchanged');
    if (isRunning) this.#run.tally.add({ running: 1 });
  }
}

/** Null when it was not read to its end. */
async function read({ file }: WalkedFile, goesOn: GoesOn): Promise<FileReading | null> {
  const reader = new SessionFileReader(file);
  while (reader.read(PART)) if (!(await goesOn(reader.offset))) return null;
  return reader.finish();
}

function remember(
  { memory, ids, isOfHelpers: hasNone }: DoneFile,
  group: readonly RememberedSession[],
): TranscriptMemory {
  return { ...memory, sessions: hasNone ? [] : group.filter(({ id }) => ids.includes(id)) };
}

/** @param results of those that are imported, in their order */
function remembered(members: readonly Member[], results: readonly ImportResult[]): RememberedSession[] {
  let next = 0;
  return members.map(({ memory, imported }) => {
    const result = imported ? results[next++] : null;
    return result === 'run' || result === 'other' ? { ...memory, result } : memory;
  });
}
