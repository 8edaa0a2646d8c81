import type { Amendment } from '../../../domain/amendment.ts';
import type { SessionId } from '../../../domain/ids.ts';
import { factsOf, type RecordFacts } from '../../../domain/record-facts.ts';
import { missingAmendments } from '../../../record/exchange-line.ts';
import { isReportedOn, leftByAttention } from '../../../report/left-out.ts';
import { reliability, type ReliabilityReport } from '../../../report/reliability.ts';
import { EXPECTED_FORMATS, ImportTally, type ImportReport } from './import-tally.ts';
import { compareText } from '../../../lib/plain-text.ts';
import type { Redactor } from '../../../lib/redact.ts';
import { listNamed } from './list-imports.ts';
import { redactorAt } from '../../project/project-redactor.ts';
import { RecordFile, type RecordLine } from './record-file.ts';

interface Known {
  readonly facts: RecordFacts;
  readonly amendments: readonly Amendment[];
}

/** The report over files, with counts of what they held. */
export interface FilesReport extends ReliabilityReport {
  readonly read: ImportReport;
}

export interface FilesRequest {
  readonly paths: readonly string[];
  /** Number of newest sessions to include. */
  readonly last: number;
  /** Number of these to compare with those before. */
  readonly recent: number;
  readonly isAttended: boolean;
}

/** The folder of a call; its configuration may name more secrets. */
export interface FilesPlace {
  readonly folder: string;
  readonly configFile?: string | undefined;
  readonly set: readonly string[];
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Called before anything is read, with the redactor that all output must pass. */
  readonly onRedactor: (redactor: Redactor) => void;
}

/**
 * The reliability report over the record files that a call names, without importing them: the same numbers as after an
 * import into an empty state, from the same function.
 *
 * @throws Problem for a path that is not there
 */
export async function reportNamed(place: FilesPlace, request: FilesRequest): Promise<FilesReport> {
  const { paths, last, recent, isAttended } = request;
  const { files, passedBy, places } = listNamed(place.folder, paths);
  const redactor = await redactorAt(place, place.set, place.env);
  place.onRedactor(redactor);
  const sessions = new Map<SessionId, Known>();
  const tally = new ImportTally();
  tally.add({ passedBy, places });
  for (const { file } of files) readFile(file, redactor, sessions, tally);
  const all = [...sessions.values()].map(({ facts: original, amendments }) => applyAll(original, amendments));
  const facts = all
    .filter((each) => isReportedOn(each, isAttended))
    .toSorted((a, b) => compareText(b.startedAt, a.startedAt) || compareText(a.id, b.id))
    .slice(0, last);
  const counts = all.map((group) => ({ group, sessions: 1, recent: 1 }));
  const leftOut = leftByAttention(counts, facts.length, isAttended);
  return { ...reliability(facts, recent, leftOut), read: tally.report() };
}

function readFile(
  file: string,
  redactor: Redactor,
  sessions: Map<SessionId, Known>,
  tally: ImportTally,
): void {
  const part = tally.beginFile(file, null);
  const reader = new RecordFile(file, redactor);
  for (const lines of reader.parts()) for (const line of lines) part.add(line, addLine(sessions, line));
  if (reader.format === null && reader.place.lines > 0)
    tally.add({ unknownFiles: [{ file, expected: EXPECTED_FORMATS }] });
  if (reader.isTorn) tally.add({ waiting: [file] });
}

/** The newest row of a session stands, as it would by amendments; stint's own records only gain theirs. */
function addLine(sessions: Map<SessionId, Known>, line: RecordLine) {
  if (line.kind === 'subagent' || line.kind === 'unreadable') return null;
  if (line.kind === 'amendment') {
    const known = sessions.get(line.amendment.sessionId);
    if (!known) return 'orphan';
    sessions.set(line.amendment.sessionId, { ...known, amendments: join(known, [line.amendment]) });
    return 'unchanged';
  }
  const known = sessions.get(line.record.id);
  const isOwn = line.kind === 'own';
  sessions.set(line.record.id, {
    facts: isOwn && known ? known.facts : factsOf(line.record),
    amendments: isOwn ? join(known, line.amendments) : [],
  });
  return known ? 'unchanged' : 'new';
}

function join(known: Known | undefined, incoming: readonly Amendment[]): readonly Amendment[] {
  const before = known?.amendments ?? [];
  return [...before, ...missingAmendments(before, incoming)];
}

function applyAll(facts: RecordFacts, amendments: readonly Amendment[]): RecordFacts {
  return amendments.reduce<RecordFacts>((current, { field, to }) => ({ ...current, [field]: to }), facts);
}
