import type { SessionId } from '../domain/ids.ts';
import type { SaveResult } from '../store/imports.ts';
import { EXPECTED_FORMATS, type RecordLine } from './record-file.ts';

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
  /** Rows of helpers inside other sessions, which are no sessions of their own. */
  readonly subagents: number;
  /** Sessions that have another record here, or still run; nothing of theirs was changed. */
  readonly conflicts: number;
  /** The first of the unreadable lines. */
  readonly unreadable: readonly UnreadablePlace[];
  readonly unknownFiles: readonly { readonly file: string; readonly expected: string }[];
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
  readonly #unknown: string[] = [];
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

  add(line: RecordLine, result: SaveResult | null): void {
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
    if (isUnknown) this.#unknown.push(this.#file);
    if (isTorn) this.#waiting.push(this.#file);
  }

  /** What to remember of the file that was begun last. */
  remembered(): string {
    return JSON.stringify({ ...this.#own, byHarness: [...this.#own.byHarness] });
  }

  report(): ImportReport {
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
      conflicts: this.#conflicts.size,
      unreadable: this.#places,
      unknownFiles: this.#unknown.map((file) => ({ file, expected: EXPECTED_FORMATS })),
      waiting: this.#waiting,
    };
  }

  #addResult(id: SessionId, harness: string | null, result: SaveResult | null): void {
    if (result === 'other') this.#conflicts.add(id);
    if (result === null || result === 'other' || result === 'orphan') return;
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
