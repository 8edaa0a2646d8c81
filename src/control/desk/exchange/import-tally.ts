import { effectiveRecord } from '../../../domain/amendment.ts';
import type { SessionId } from '../../../domain/ids.ts';
import type { SessionRecord } from '../../../domain/record.ts';
import {
  sumUnknownTools,
  type SessionWithUnknownTools,
  type UnknownToolOfCli,
} from './import-unknown-tools.ts';
import type { PassedBy } from '../../../lib/file-system.ts';
import type { ImportResult } from '../../../store/import-batches.ts';
import type { ImportPlace } from './list-imports.ts';
import type { RecordLine } from './record-file.ts';

/** What a file of records holds, for people whose file is none. */
export const EXPECTED_FORMATS =
  "expected stint's own export, or session records with `outcome` or `grades`, one JSON object a line";

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
  /** The same by outcome and by who sat there, as their files say; those that stint ran are in neither. */
  readonly byOutcome: Readonly<Record<string, number>>;
  readonly byAttended: Readonly<Record<string, number>>;
  readonly files: number;
  /** Files that did not change since they were imported, and were not read. */
  readonly filesUnchanged: number;
  /** Rows and files of helpers inside other sessions, which are no sessions of their own. */
  readonly subagents: number;
  /** Those among them whose session has no file here: what they used counts for none. */
  readonly subagentsAlone: number;
  /** Sessions whose agent is at work: they have no end yet, and so no record. */
  readonly running: number;
  /** Of those that are unchanged: stint ran them, and recorded them then. */
  readonly alreadyRun: number;
  /** Files that tell of other projects only. */
  readonly elsewhere: number;
  /** Sessions that have another record here, or still run; nothing of theirs was changed. */
  readonly conflicts: number;
  /** Sessions of which this import found that a person committed their work. */
  readonly byPerson: number;
  /** The first of the unreadable lines. */
  readonly unreadable: readonly { readonly file: string; readonly line: number; readonly reason: string }[];
  readonly unknownFiles: readonly { readonly file: string; readonly expected: string }[];
  /** Files of a known kind that stint does not read. */
  readonly otherFiles: readonly { readonly file: string; readonly what: string }[];
  /** Sessions with times that cannot be true, and in how many lines, or in how many fields of a record; these count for no time. */
  readonly impossibleTimes: readonly { readonly id: SessionId; readonly lines: number }[];
  /** Files of folders that hold no session, by what they are: one of several. */
  readonly skipped: readonly { readonly what: string; readonly files: number }[];
  /** Files and folders that could not be looked at, and links, with the reason. */
  readonly passedBy: readonly PassedBy[];
  /** Calls in the sessions that this version of stint does not know, by CLI and its version; the most frequent first. */
  readonly unknownTools: readonly UnknownToolOfCli[];
  /** Where it looked. */
  readonly places: readonly ImportPlace[];
  /** Files whose last record is not whole yet. */
  readonly waiting: readonly string[];
}

const NO_COUNTS = {
  files: 0,
  filesUnchanged: 0,
  unreadableLines: 0,
  subagents: 0,
  subagentsAlone: 0,
  running: 0,
  elsewhere: 0,
};
const LISTS = ['unreadable', 'unknownFiles', 'otherFiles', 'passedBy', 'places', 'waiting'] as const;

/** The findings of files, beside their sessions. They add up. */
export type FileFindings = Partial<Pick<ImportReport, keyof typeof NO_COUNTS | (typeof LISTS)[number]>>;

const MOST_PLACES = 20;

/** How many sessions have an outcome, with a person, without one, or not known. */
export interface VerdictCount {
  readonly outcome: string;
  readonly attended: string;
  readonly sessions: number;
}

/** Adds up an import. */
export class ImportTally {
  /** Distinct over all files; a session that is new here stays so whatever follows. */
  readonly #results = new Map<SessionId, 'new' | 'updated' | 'unchanged'>();
  readonly #conflicts = new Set<SessionId>();
  readonly #ownRuns = new Set<SessionId>();
  readonly #byHarness = new Map<string, number>();
  /** Sessions of transcripts, whose records the store is asked for: what is amended later counts. */
  readonly #transcripts = new Set<SessionId>();
  readonly #byOutcome = new Map<string, number>();
  readonly #byAttended = new Map<string, number>();
  #areFilesCounted = false;
  /** Sessions of parts that were not read again. */
  #remembered = 0;
  #byPerson = 0;
  readonly #unknownTools = new Map<SessionId, SessionWithUnknownTools>();
  readonly #counts = { ...NO_COUNTS };
  readonly #found: { readonly [List in (typeof LISTS)[number]]: ImportReport[List][number][] } = {
    unreadable: [],
    unknownFiles: [],
    otherFiles: [],
    passedBy: [],
    places: [],
    waiting: [],
  };

  readonly #skipped = new Map<string, number>();
  readonly #impossibleTimes = new Map<SessionId, number>();

  get sessions(): number {
    return this.#results.size + this.#remembered;
  }

  /**
   * Begins a file of records.
   *
   * @param before what `remembered` gave of the part that is not read again, null when all of it is read
   */
  beginFile(file: string, before: string | null): RecordFileTally {
    return new RecordFileTally(this, file, before);
  }

  /** From now on files are read for the second time. */
  endFiles(): void {
    this.#areFilesCounted = true;
  }

  add(more: FileFindings): void {
    if (this.#areFilesCounted) return;
    for (const name of Object.keys(NO_COUNTS) as (keyof typeof NO_COUNTS)[])
      this.#counts[name] += more[name] ?? 0;
    for (const name of LISTS) (this.#found[name] as unknown[]).push(...(more[name] ?? []));
    this.#found.unreadable.splice(MOST_PLACES);
  }

  /** @param what of which kind the file is that holds no session */
  skip(what: string, files = 1): void {
    increase(this.#skipped, what, files);
  }

  /** Sessions of a part of a file that is not read again. */
  addRemembered(sessions: number, counts: SessionCounts): void {
    this.#remembered += sessions;
    for (const [name, count] of counts.byHarness) increase(this.#byHarness, name, count);
    for (const [name, count] of counts.byOutcome) increase(this.#byOutcome, name, count);
    for (const [name, count] of counts.byAttended) increase(this.#byAttended, name, count);
  }

  /** What records, or rows, of more sessions say. */
  addVerdicts({ outcome, attended, sessions }: VerdictCount): void {
    increase(this.#byOutcome, outcome, sessions);
    increase(this.#byAttended, attended, sessions);
  }

  get transcripts(): ReadonlySet<SessionId> {
    return this.#transcripts;
  }

  /**
   * @param harness null where an amendment alone tells of the session
   * @param from `isTranscript`: its record is in the store by the end of the import. `isContinued`: whether a part of its file is remembered: a session that is not new may be counted there
   * @returns whether it is one more session
   */
  addSession(
    id: SessionId,
    harness: string | null,
    result: ImportResult,
    { isTranscript = false, isContinued = false } = {},
  ): boolean {
    if (result === 'other' || result === 'orphan') {
      this.#conflicts.add(id);
      return false;
    }
    if (result === 'run') this.#ownRuns.add(id);
    else if (isTranscript) this.#transcripts.add(id);
    const now = result === 'run' ? 'unchanged' : result;
    const before = this.#results.get(id);
    const isRemembered = before === undefined && now !== 'new' && isContinued;
    if (isRemembered && now === 'unchanged') return false;
    if (isRemembered) this.#remembered--;
    if (before === undefined || (before === 'unchanged' && now === 'updated')) this.#results.set(id, now);
    const isFirst = before === undefined && !isRemembered;
    if (isFirst && harness !== null) increase(this.#byHarness, harness, 1);
    return isFirst;
  }

  /** A session whose record changed because its work was searched for. */
  addSearched(id: SessionId, isDelivered: boolean): void {
    if (this.#results.get(id) === 'unchanged') this.#results.set(id, 'updated');
    if (isDelivered) this.#byPerson++;
  }

  /** A session with lines whose time cannot be true. */
  addTimes({ id, impossibleTimes = 0 }: { readonly id: SessionId; readonly impossibleTimes?: number }): void {
    if (impossibleTimes > 0) this.#impossibleTimes.set(id, impossibleTimes);
  }

  /** Calls of a session that this version of stint does not know; several files can tell of one session. */
  addUnknownTools(session: SessionWithUnknownTools): void {
    if (session.unknownTools) this.#unknownTools.set(session.id, session);
  }

  report(): ImportReport {
    const count = (wanted: string): number =>
      [...this.#results.values()].filter((result) => result === wanted).length;
    const { unreadableLines, elsewhere, ...files } = this.#counts;
    return {
      sessions: this.sessions,
      new: count('new'),
      updated: count('updated'),
      unchanged: count('unchanged') + this.#remembered,
      unreadableLines,
      formatUnknown: this.#found.unknownFiles.length,
      byHarness: sorted(this.#byHarness),
      byOutcome: sorted(this.#byOutcome),
      byAttended: sorted(this.#byAttended),
      ...files,
      alreadyRun: this.#ownRuns.size,
      elsewhere,
      conflicts: this.#conflicts.size,
      byPerson: this.#byPerson,
      unknownTools: sumUnknownTools([...this.#unknownTools.values()]),
      impossibleTimes: [...this.#impossibleTimes].map(([id, lines]) => ({ id, lines })),
      skipped: [...this.#skipped].map(([what, number]) => ({ what, files: number })),
      ...this.#found,
    };
  }
}

interface SessionCounts {
  readonly byHarness: ReadonlyMap<string, number>;
  readonly byOutcome: ReadonlyMap<string, number>;
  readonly byAttended: ReadonlyMap<string, number>;
}

function sorted(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Counts one file of records, whose sessions are remembered by their number alone: there may be a million of them. */
export class RecordFileTally {
  readonly #file: string;
  readonly #tally: ImportTally;
  readonly #isContinued: boolean;
  readonly #part = {
    sessions: 0,
    unreadableLines: 0,
    subagents: 0,
    isUnattended: false,
    byHarness: new Map<string, number>(),
    byOutcome: new Map<string, number>(),
    byAttended: new Map<string, number>(),
  };

  constructor(tally: ImportTally, file: string, before: string | null) {
    this.#tally = tally;
    this.#file = file;
    if (before !== null) {
      const stored = JSON.parse(before) as Partial<Record<keyof SessionCounts, [string, number][]>>;
      Object.assign(this.#part, stored, {
        byHarness: new Map(stored.byHarness),
        byOutcome: new Map(stored.byOutcome),
        byAttended: new Map(stored.byAttended),
      });
    }
    const { sessions, unreadableLines, subagents } = this.#part;
    this.#isContinued = sessions > 0;
    tally.add({ files: 1, unreadableLines, subagents });
    tally.addRemembered(sessions, this.#part);
  }

  /** Whether an import has said that its sessions ran without a person: it stays said. */
  get isUnattended(): boolean {
    return this.#part.isUnattended;
  }

  sayUnattended(): void {
    this.#part.isUnattended = true;
  }

  add(line: RecordLine, result: ImportResult | null): void {
    if (line.kind === 'subagent') {
      this.#part.subagents++;
      this.#tally.add({ subagents: 1 });
    } else if (line.kind === 'unreadable') this.#addUnreadable(line.line, line.reason);
    else if (line.kind === 'own')
      this.#addSession(line.record.id, effectiveRecord(line.record, line.amendments), result);
    else if (line.kind !== 'amendment') this.#addSession(line.record.id, line.record, result);
    else if (result !== 'orphan') this.#addSession(line.amendment.sessionId, null, result);
    else this.#addUnreadable(line.line, `its session ${line.amendment.sessionId} has no record here`);
  }

  /** The part of the file that is remembered. */
  remembered(): string {
    const { byHarness, byOutcome, byAttended, ...rest } = this.#part;
    const counts = { byHarness: [...byHarness], byOutcome: [...byOutcome], byAttended: [...byAttended] };
    return JSON.stringify({ ...rest, ...counts });
  }

  #addSession(
    id: SessionId,
    record: Pick<SessionRecord, 'harness' | 'outcome' | 'attended'> | null,
    result: ImportResult | null,
  ): void {
    const harness = record?.harness ?? null;
    if (result === null || !this.#tally.addSession(id, harness, result, { isContinued: this.#isContinued }))
      return;
    this.#part.sessions++;
    if (record === null) return;
    increase(this.#part.byHarness, record.harness, 1);
    increase(this.#part.byOutcome, record.outcome, 1);
    increase(this.#part.byAttended, record.attended, 1);
    this.#tally.addVerdicts({ ...record, sessions: 1 });
  }

  #addUnreadable(line: number, reason: string): void {
    this.#part.unreadableLines++;
    this.#tally.add({ unreadableLines: 1, unreadable: [{ file: this.#file, line, reason }] });
  }
}

function increase(counts: Map<string, number>, name: string, by: number): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}
