import type { SessionId } from '../../../domain/ids.ts';
import type { ImportRules } from '../../../domain/import-rules.ts';
import type { FileReading, TranscriptSession } from '../../../domain/transcript-session.ts';
import { RepositoryHistories } from '../../../evidence/repository-histories.ts';
import { readSessions, SessionFileReader } from '../../../harness/read-sessions.ts';
import { identifyFile, nameOf, type WalkedFile, whyUnreadable } from '../../../lib/file-system.ts';
import {
  type BatchResult,
  type ImportBatch,
  type ImportedSession,
  isRun,
  listSources,
  saveImportBatches,
} from '../../../store/import-batches.ts';
import { findBookmark } from '../../../store/imports.ts';
import { openThreads } from '../../custody/find-sessions.ts';
import type { FileHead, FileHeads } from './file-heads.ts';
import { findingsOf } from './file-memory.ts';
import type { RememberedSession } from './remembered-sessions.ts';
import type { SubagentRoots } from './subagent-roots.ts';
import { isInScope, repositoryFinder } from './import-scope.ts';
import type { GoesOn, ImportRun } from './import-source.ts';
import { isAtWork, judgeTranscript, type Judging } from './judge-transcript.ts';
import { LongestCopies } from './longest-copies.ts';
import { factsIn, OpenSessions } from './open-sessions.ts';
import { PendingFile, type SettledSession } from './pending-file.ts';
import { type ReadFile, sessionOf } from './sessions-of-files.ts';

/** So many sessions are written together: each transaction waits for the disk. */
const MOST_WAITING = 40;
/** So many messages and marks of edited lines wait with them. */
const MOST_FACTS = 100_000;
/** So much is read before signals are heard. */
const PART = 1 << 20;

/** A session whose files are read, as far as this import knows. */
interface Ready {
  readonly id: SessionId;
  readonly files: PendingFile[];
  /** Null where they have to be read again, because one more turned up. */
  read: Joined | null;
}

/** One session of all its files. */
interface Joined {
  /** Null where only helpers' files are there. */
  readonly session: TranscriptSession | null;
  /** False where one of its files is gone. */
  readonly isWhole: boolean;
}

/** A session as it is to be remembered and written. */
interface Judged extends Pick<Ready, 'id' | 'files'> {
  readonly memory: SettledSession;
  readonly imported: ImportedSession | null;
}

/**
 * Brings the sessions that agent CLIs keep on disk into the store. A session is judged once in an import, when all files
 * that name it in their head have been read, and with its files that did not change: what a session was, all of its lines
 * decide. A file that names it further down joins it where it comes in time; otherwise the session is judged once more at
 * the end. What is held is bounded, however many files there are.
 */
export class TranscriptSource {
  readonly #run: ImportRun;
  readonly #repositoriesOf: ReturnType<typeof repositoryFinder>;
  readonly #isOpen: (thread: string) => Promise<boolean>;
  readonly #judging: Judging;
  readonly #open: OpenSessions;
  readonly #roots: SubagentRoots;
  readonly #copies = new LongestCopies();
  #ready = new Map<SessionId, Ready>();
  #facts = 0;
  /** Files without any session. */
  #others: PendingFile[] = [];
  readonly #written = new Set<SessionId>();
  /** Files that told of a session after it had been written, or that another import has read at the same time. */
  #late = new Map<SessionId, PendingFile[]>();
  readonly #pending = new Map<string, PendingFile>();

  constructor(run: ImportRun, { files, roots }: FileHeads) {
    this.#run = run;
    this.#repositoriesOf = repositoryFinder(run.project.store, run.repositories);
    this.#isOpen = openThreads(run.project);
    this.#roots = roots;
    this.#open = new OpenSessions(files, (file) => roots.settle(readSessions(file, null, run.rules)));
    this.#judging = { project: run.project, histories: new RepositoryHistories(), why: run.why };
  }

  async add({ walked, ids: named }: FileHead, goesOn: GoesOn): Promise<void> {
    const file = await this.#read(walked, named, goesOn);
    if (file === null) return;
    const before = this.#run.bookmarks.get(walked.file)?.identity;
    const pending = new PendingFile(file, before, this.#run.rules.digest);
    if (pending.ids.length === 0) this.#others.push(pending);
    else this.#pending.set(walked.file, pending);
    for (const id of pending.ids) this.#addPart(id, file, pending);
    for (const id of this.#open.noteRead(named)) await this.#close(id);
    if (this.#ready.size + this.#others.length >= MOST_WAITING || this.#facts >= MOST_FACTS)
      await this.#write();
  }

  /** Null when it was not read to its end. */
  async #read(
    walked: WalkedFile,
    [first, ...others]: readonly SessionId[],
    goesOn: GoesOn,
  ): Promise<ReadFile | null> {
    const longer = others.length === 0 ? this.#copies.longerThan(walked, first) : null;
    if (longer !== null) return (await goesOn(walked.size)) ? { walked, reading: longer } : null;
    const reading = await readFile(walked, this.#run.rules, goesOn);
    if (reading === null) return null;
    const file = { walked, reading: this.#roots.settle(reading) };
    this.#copies.add(file);
    return file;
  }

  /** What is read is written; after an interruption, that of which all files are. */
  async finish(): Promise<void> {
    for (const id of this.#open.ids) await this.#closeAtEnd(id);
    await this.#write();
    const late = this.#late;
    this.#late = new Map();
    for (const [id, files] of late) {
      if (this.#run.cancelled.aborted) return;
      this.#ready.set(id, { id, files, read: null });
      if (this.#ready.size >= MOST_WAITING) await this.#write();
    }
    await this.#write();
  }

  #addPart(id: SessionId, file: ReadFile, pending: PendingFile): void {
    const ready = this.#ready.get(id);
    if (ready) {
      ready.files.push(pending);
      ready.read = null;
    } else if (this.#written.has(id)) this.#addLate(id, [pending]);
    else this.#open.add(id, file);
  }

  #addLate(id: SessionId, files: readonly PendingFile[]): void {
    this.#late.set(id, [...(this.#late.get(id) ?? []), ...files]);
  }

  async #closeAtEnd(id: SessionId): Promise<void> {
    if (this.#run.cancelled.aborted) return;
    await this.#close(id);
    if (this.#ready.size >= MOST_WAITING || this.#facts >= MOST_FACTS) await this.#write();
  }

  async #close(id: SessionId): Promise<void> {
    const parts = this.#open.take(id);
    const files = parts.flatMap(({ walked }) => this.#pending.get(walked.file) ?? []);
    const joined = await this.#join(id, parts);
    this.#ready.set(id, { id, files, read: joined });
    if (joined.session) this.#facts += factsIn(joined.session);
  }

  /** Joins the parts of a session that were read with its other files, as they are now. */
  async #join(id: SessionId, parts: readonly ReadFile[], more: readonly string[] = []): Promise<Joined> {
    const known = new Set(parts.flatMap(({ walked }) => [walked.file, nameOf(walked)]));
    const others: ReadFile[] = [];
    let isWhole = true;
    for (const file of new Set([...(await this.#sourcesOf(id)), ...more])) {
      if (known.has(file)) continue;
      const walked = identifyFile(file);
      if ('file' in walked && whyUnreadable(file) === null)
        others.push({ walked, reading: this.#roots.settle(readSessions(file, null, this.#run.rules)) });
      else isWhole = false;
    }
    return { session: sessionOf(id, [...parts, ...others]), isWhole };
  }

  async #sourcesOf(id: SessionId): Promise<string[]> {
    const ids = [id, ...this.#roots.idsUnder(id)];
    const files = await Promise.all(ids.map((each) => listSources(this.#run.project.store, each)));
    return files.flat();
  }

  /** At the same time: git answers about the commits of forty sessions as fast as about those of one. */
  async #judgeAll(ready: readonly Ready[]): Promise<Judged[]> {
    for (const each of ready) each.read ??= await this.#readAgain(each);
    let turn = Promise.resolve();
    const judging = ready.map((each) => {
      const judged = this.#judge(each, turn);
      turn = judged.then(nothing, nothing);
      return judged;
    });
    return Promise.all(judging);
  }

  #readAgain({ id, files }: Ready): Promise<Joined> {
    return this.#join(
      id,
      [],
      files.map(({ walked }) => walked.file),
    );
  }

  async #judge({ id, files, read }: Ready, turn: Promise<void>): Promise<Judged> {
    const { session = null, isWhole = true } = read ?? {};
    if (session === null) return { id, files, memory: null, imported: null };
    const { harness, cwd } = session;
    const memory = { id, harness, cwd };
    if (!isInScope(this.#run.scope, cwd))
      return { id, files, memory: { ...memory, result: 'elsewhere', asked: null }, imported: null };
    if (await this.#isRunning(session)) return { id, files, memory: 'unsettled', imported: null };
    const repositories = await this.#repositoriesOf(id, session);
    const { session: attended, remembered } = this.#run.known.attend(id, session, this.#run.isUnattended);
    const imported = await judgeTranscript({ ...this.#judging, turn }, id, attended, repositories, isWhole);
    const isClaimed = imported.evidence.notCounted.some(({ because }) => because.startsWith('claimed'));
    const asked = isClaimed ? repositories.flatMap(({ commonDir }) => commonDir ?? []) : null;
    const { impossibleTimes } = session;
    const more = {
      ...remembered,
      ...unknownIn(session),
      ...(impossibleTimes > 0 ? { impossibleTimes } : {}),
    };
    return { id, files, memory: { ...memory, result: 'recorded', asked, ...more }, imported };
  }

  /** What stint ran and recorded is over, however it broke off. */
  async #isRunning(session: TranscriptSession): Promise<boolean> {
    const { thread } = session;
    if (thread !== null && (await isRun(this.#run.project.store, thread))) return false;
    return (
      isAtWork(session, this.#run.project.clock.now()) || (thread !== null && (await this.#isOpen(thread)))
    );
  }

  async #write(): Promise<void> {
    const ready = [...this.#ready.values()];
    const others = this.#others;
    this.#ready = new Map();
    this.#facts = 0;
    this.#others = [];
    if (ready.length + others.length === 0) return;
    const judged = await this.#judgeAll(ready);
    const results = await saveImportBatches(this.#run.project.store, [
      ...judged.map(batchOf),
      ...others.map((file) => batchOf({ id: null, files: [file], memory: null, imported: null })),
    ]);
    for (const [index, each] of judged.entries()) await this.#note(each, results[index]?.[0]);
    for (const file of others) this.#tell(file);
  }

  async #note({ id, files, memory, imported }: Judged, result: BatchResult = 'unchanged'): Promise<void> {
    const isFirst = !this.#written.has(id);
    this.#written.add(id);
    const isOvertaken = result === 'overtaken';
    if (isOvertaken && isFirst) {
      await this.#rememberStates(files);
      this.#addLate(id, files);
      return;
    }
    const { tally } = this.#run;
    if (memory === 'unsettled' && isFirst) tally.add({ running: 1 });
    if (imported && memory !== 'unsettled' && memory) {
      tally.addSession(id, memory.harness, isOvertaken ? 'unchanged' : result, { isTranscript: true });
      tally.addUnknownTools(memory);
      tally.addTimes(memory);
    }
    for (const file of files) {
      file.settle(id, isOvertaken ? 'unsettled' : withResult(memory, result));
      if (file.isSettled) this.#tell(file);
    }
  }

  async #rememberStates(files: readonly PendingFile[]): Promise<void> {
    for (const file of files)
      file.before = (await findBookmark(this.#run.project.store, file.walked.file))?.identity;
  }

  /** Once, when the last of its sessions is written. */
  #tell(file: PendingFile): void {
    const { file: name } = file.walked;
    if (file.ids.length > 0 && !this.#pending.delete(name)) return;
    this.#run.tally.add(findingsOf(nameOf(file.walked), file.remembered()));
  }
}

/** @param judged without an id: files that tell of no session */
function batchOf({
  id,
  files,
  memory,
  imported,
}: Omit<Judged, 'id'> & { id: SessionId | null }): ImportBatch {
  return {
    sessions: imported ? [imported] : [],
    sources: id === null ? [] : files.map(({ walked }) => ({ file: nameOf(walked), id })),
    files: new Map(files.map(({ walked, before }) => [walked.file, { before, read: walked.identity }])),
    finished: ([result = 'unchanged']) => {
      if (id !== null) for (const file of files) file.settle(id, withResult(memory, result));
      return files.flatMap((file) => file.finished() ?? []);
    },
  };
}

const nothing = (): void => undefined;

/** The tools of a session that this version does not know, as far as there are any. */
function unknownIn({
  transcript,
  version,
}: TranscriptSession): Pick<RememberedSession, 'unknownTools' | 'version'> {
  const { unknownTools } = transcript;
  return unknownTools.length === 0 ? {} : { unknownTools, version: version?.slice(0, 40) ?? null };
}

/** Null when the file was not read to its end. */
async function readFile(
  { file }: WalkedFile,
  rules: ImportRules,
  goesOn: GoesOn,
): Promise<FileReading | null> {
  const reader = new SessionFileReader(file, null, rules);
  while (reader.read(PART)) if (!(await goesOn(reader.offset))) return null;
  return reader.finish();
}

function withResult(memory: SettledSession, result: BatchResult): SettledSession {
  const isOfOthers = result === 'run' || result === 'other';
  return isOfOthers && memory !== null && memory !== 'unsettled' ? { ...memory, result } : memory;
}
