import type { SessionId } from '../../../domain/ids.ts';
import type { ImportResult } from '../../../store/import-batches.ts';
import type { PassedBy } from '../../../lib/walk-files.ts';
import type { ImportPlace } from './list-imports.ts';
import { EXPECTED_FORMATS } from './expected-formats.ts';
import type { RecordLine } from './record-file.ts';

/** Where something stands that could not be read. */
export interface UnreadablePlace {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
}

/** What an import did. The first seven names are what scripts rely on. */
export interface ImportReport {
  /** Distinct sessions that the files hold. */
  readonly sessions: number;
  readonly new: number;
  /** Those that had a record and got amendments. */
  readonly updated: number;
  readonly unchanged: number;
  readonly unreadableLines: number;
  /** Files that are in no format that stint knows. */
  readonly formatUnknown: number;
  /** Sessions by harness. */
  readonly byHarness: Readonly<Record<string, number>>;
  readonly files: number;
  /** Files that did not change since they were imported, and were not read. */
  readonly filesUnchanged: number;
  /** Rows and files of helpers inside other sessions, which are no sessions of their own. */
  readonly subagents: number;
  /** Sessions whose agent is at work: they have no end yet, and so no record. */
  readonly running: number;
  /** Of those that are unchanged: stint ran them, and recorded them then. */
  readonly alreadyRun: number;
  /** Files that tell of other projects only. */
  readonly elsewhere: number;
  /** Sessions that have another record here, or still run; nothing of theirs was changed. */
  readonly conflicts: number;
  /** The first of the unreadable lines. */
  readonly unreadable: readonly UnreadablePlace[];
  readonly unknownFiles: readonly { readonly file: string; readonly expected: string }[];
  /** Files of a known kind that stint does not read. */
  readonly otherFiles: readonly { readonly file: string; readonly what: string }[];
  /** Files and folders that could not be looked at, and links, with the reason. */
  readonly passedBy: readonly PassedBy[];
  /** Where it looked. */
  readonly places: readonly ImportPlace[];
  /** Files whose last record is not whole yet. */
  readonly waiting: readonly string[];
}

/** What is remembered of the part of a file that has been read. */
interface FileTally {
  sessions: number;
  unreadableLines: number;
  subagents: number;
  byHarness: Map<string, number>;
}

const MOST_PLACES = 20;

/** Adds up an import, file by file. */
export class ImportTally {
  /** Distinct over all files; a session that is new here stays so whatever follows. */
  readonly #results = new Map<SessionId, 'new' | 'updated' | 'unchanged'>();
  readonly #conflicts = new Set<SessionId>();
  readonly #byHarness = new Map<string, number>();
  readonly #places: UnreadablePlace[] = [];
  readonly #unknown: { file: string; expected: string }[] = [];
  readonly #others: { file: string; what: string }[] = [];
  readonly #passedBy: PassedBy[] = [];
  readonly #ownRuns = new Set<SessionId>();
  #running = 0;
  #elsewhere = 0;
  readonly #waiting: string[] = [];
  /** Sessions of parts that were not read again. */
  #remembered = 0;
  #files = 0;
  #filesUnchanged = 0;
  #unreadable = 0;
  #subagents = 0;
  #file = '';
  #own = emptyTally();
  #isContinued = false;

  get sessions(): number {
    return this.#results.size + this.#remembered;
  }

  /** @param before what `remembered` gave of the part that is not read again, null when all of it is read */
  begin(file: string, before: string | null): void {
    this.#file = file;
    this.#files++;
    this.#own = before === null ? emptyTally() : parseTally(before);
    this.#isContinued = this.#own.sessions > 0;
    this.#remembered += this.#own.sessions;
    this.#unreadable += this.#own.unreadableLines;
    this.#subagents += this.#own.subagents;
    for (const [harness, count] of this.#own.byHarness) increase(this.#byHarness, harness, count);
  }

  skip(): void {
    this.#filesUnchanged++;
  }

  /** A session that an agent CLI's own files tell of. */
  addSession(id: SessionId, harness: string, result: ImportResult): void {
    if (result === 'other' || result === 'orphan') {
      this.#conflicts.add(id);
      return;
    }
    if (result === 'run') this.#ownRuns.add(id);
    const before = this.#results.get(id);
    if (before === undefined) increase(this.#byHarness, harness, 1);
    const now = result === 'run' ? 'unchanged' : result;
    if (before === undefined || (before === 'unchanged' && now === 'updated')) this.#results.set(id, now);
  }

  /** Of a file whose sessions come by `addSession`. @param places the first of its unreadable lines */
  addFile(found: {
    file: string;
    isUnchanged: boolean;
    unreadable: number;
    places: readonly { readonly line: number }[];
    subagents: number;
    isTorn: boolean;
  }): void {
    this.#files++;
    if (found.isUnchanged) this.#filesUnchanged++;
    this.#unreadable += found.unreadable;
    this.#subagents += found.subagents;
    if (found.isTorn) this.#waiting.push(found.file);
    for (const { line } of found.places)
      if (this.#places.length < MOST_PLACES)
        this.#places.push({ file: found.file, line, reason: 'no JSON, or too long' });
  }

  addUnknown(file: string, expected: string): void {
    this.#unknown.push({ file, expected });
  }

  addOther(file: string, what: string): void {
    this.#others.push({ file, what });
  }

  addRunning(): void {
    this.#running++;
  }

  addElsewhere(files: number): void {
    this.#elsewhere += files;
  }

  passBy(...passed: readonly PassedBy[]): void {
    this.#passedBy.push(...passed);
  }

  add(line: RecordLine, result: ImportResult | null): void {
    switch (line.kind) {
      case 'subagent':
        this.#subagents++;
        this.#own.subagents++;
        return;
      case 'unreadable':
        return this.#addUnreadable(line.line, line.reason);
      case 'amendment':
        return result === 'orphan'
          ? this.#addUnreadable(line.line, `its session ${line.amendment.sessionId} has no record here`)
          : this.#addResult(line.amendment.sessionId, null, result);
      case 'own':
      case 'foreign':
        return this.#addResult(line.record.id, line.record.harness, result);
    }
  }

  end({ isUnknown, isTorn }: { isUnknown: boolean; isTorn: boolean }): void {
    if (isUnknown) this.#unknown.push({ file: this.#file, expected: EXPECTED_FORMATS });
    if (isTorn) this.#waiting.push(this.#file);
  }

  /** What to remember of the file that was begun last. */
  remembered(): string {
    return JSON.stringify({ ...this.#own, byHarness: [...this.#own.byHarness] });
  }

  /** @param places where it looked */
  report(places: readonly ImportPlace[] = []): ImportReport {
    const count = (wanted: string): number =>
      [...this.#results.values()].filter((result) => result === wanted).length;
    return {
      sessions: this.sessions,
      new: count('new'),
      updated: count('updated'),
      unchanged: count('unchanged') + this.#remembered,
      unreadableLines: this.#unreadable,
      formatUnknown: this.#unknown.length,
      byHarness: Object.fromEntries([...this.#byHarness].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      files: this.#files,
      filesUnchanged: this.#filesUnchanged,
      subagents: this.#subagents,
      running: this.#running,
      alreadyRun: this.#ownRuns.size,
      elsewhere: this.#elsewhere,
      conflicts: this.#conflicts.size,
      unreadable: this.#places,
      unknownFiles: this.#unknown,
      otherFiles: this.#others,
      passedBy: this.#passedBy,
      places,
      waiting: this.#waiting,
    };
  }

  #addResult(id: SessionId, harness: string | null, result: ImportResult | null): void {
    if (result === 'other') this.#conflicts.add(id);
    if (result === null || result === 'other' || result === 'orphan' || result === 'run') return;
    const before = this.#results.get(id);
    // The part that was not read again has it already, as one that is unchanged.
    const isRemembered = before === undefined && result !== 'new' && this.#isContinued;
    if (isRemembered && result === 'unchanged') return;
    if (isRemembered) this.#remembered--;
    else if (before === undefined) {
      this.#own.sessions++;
      if (harness !== null) {
        increase(this.#byHarness, harness, 1);
        increase(this.#own.byHarness, harness, 1);
      }
    }
    if (before === undefined || (before === 'unchanged' && result === 'updated'))
      this.#results.set(id, result);
  }

  #addUnreadable(line: number, reason: string): void {
    this.#unreadable++;
    this.#own.unreadableLines++;
    if (this.#places.length < MOST_PLACES) this.#places.push({ file: this.#file, line, reason });
  }
}

function increase(counts: Map<string, number>, name: string, by: number): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}

function emptyTally(): FileTally {
  return { sessions: 0, unreadableLines: 0, subagents: 0, byHarness: new Map() };
}

function parseTally(text: string): FileTally {
  const stored = JSON.parse(text) as Omit<FileTally, 'byHarness'> & { byHarness: [string, number][] };
  return { ...stored, byHarness: new Map(stored.byHarness) };
}
