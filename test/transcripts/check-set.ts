import path from 'node:path';
import type { SessionRecord } from '../../src/domain/record.ts';
import { compareRecords, compareTokens, overclaims, tally, unknownReason } from './compare-records.ts';
import { findTruth, type GroundTruth } from './ground-truth.ts';
import { importSet, parseBare } from './measure-import.ts';
import { readSet, type SetReading } from './read-set.ts';

/** The result of a set, in lines for people. */
export interface SetReport {
  readonly lines: readonly string[];
  /** Each is a fault of stint: then the check fails. */
  readonly faults: readonly string[];
}

export interface SetCheck {
  /** The program that is tried. */
  readonly stint: string;
  readonly folder: string;
  /** The repository in which the sessions of the set worked; null where none is given. */
  readonly repository: string | null;
}

/** An import may cost this much more than a bare parse. */
const MOST_TIMES = 4;
/** Below, the start of a program is most of the time. */
const TIMED_BYTES = 50_000_000;

/** Reads a set, imports it without a repository and with one, and compares it with what is known of it. */
export function checkSet({ stint, folder, repository }: SetCheck): SetReport {
  const truth = findTruth(folder);
  const reading = readSet(folder, truth);
  const alone = importSet(stint, folder, null);
  const asked = repository === null ? null : importSet(stint, folder, repository);
  const reports = [
    tellReading(reading, alone.records),
    tellAlone(alone.records, reading),
    asked ? tellOutcomes(`with ${repository}`, asked.records) : NOTHING,
    asked && truth ? tellTruth(asked.records, truth, reading) : NOTHING,
    truth ? tellTokens((asked ?? alone).records, truth) : NOTHING,
    tellTimes((asked ?? alone).cpuS, parseBare(folder), reading.bytes),
    tellUnchecked(asked !== null, truth),
  ];
  const lines = reports.flatMap((each) => each.lines.map((line) => `  ${line}`));
  return { lines: [path.basename(folder), ...lines], faults: reports.flatMap(({ faults }) => faults) };
}

const NOTHING: SetReport = { lines: [], faults: [] };

function tellReading(reading: SetReading, records: readonly SessionRecord[]): SetReport {
  const { files, bytes, unreadable, formats, trouble } = reading;
  const kinds = tally(formats).map(([name, count]) => `${name} ${count}`);
  const size = `${files} files, ${(bytes / 1e6).toFixed(1)} MB`;
  return {
    lines: [`${size} (${kinds.join(', ')}), ${records.length} sessions, ${unreadable} unreadable lines`],
    faults: trouble,
  };
}

function tellOutcomes(title: string, records: readonly SessionRecord[]): SetReport {
  const unknown = records.filter(({ outcome }) => outcome === 'unknown');
  const decided = records.length - unknown.length;
  const share = records.length === 0 ? 0 : (100 * decided) / records.length;
  const outcomes = tally(records.flatMap(({ outcome }) => (outcome === 'unknown' ? [] : [outcome])));
  const words = outcomes.map(([outcome, count]) => `${outcome} ${count}`).join(', ');
  return {
    lines: [
      `${title}: decided ${decided} of ${records.length} (${share.toFixed(1)} %)${words === '' ? '' : `: ${words}`}`,
      ...tally(unknown.map(unknownReason)).map(([reason, count]) => `  unknown ${count}: ${reason}`),
    ],
    faults: [],
  };
}

/** Nothing there can say whether files were committed. */
function tellAlone(records: readonly SessionRecord[], { hasFolder }: SetReading): SetReport {
  const { sessions, unseen, asked, wrong } = overclaims(records, hasFolder);
  const others = asked === 0 ? '' : `; ${asked} more have their own folder here, and it was asked`;
  return {
    lines: [
      ...tellOutcomes('without a repository', records).lines,
      `  with edits: ${sessions}, of which ${unseen} say that these were not seen committed, ${wrong.length} wrong${others}`,
    ],
    faults: wrong,
  };
}

function tellTruth(
  records: readonly SessionRecord[],
  { rows }: GroundTruth,
  { isNamedIn }: SetReading,
): SetReport {
  const { right, followed, missing, named, extra, byPersons } = compareRecords(records, rows, isNamedIn);
  const { sessions, confirmed } = byPersons;
  return {
    lines: [
      `commits: right ${right} (${followed} under a later name), missing ${missing}, extra ${extra.length}; ${named} that the table lacks, and that git named to the session`,
      `committed by persons: ${sessions} sessions, ${confirmed} of them with a commit of the table (commits: ${byPersons.right} of the table, ${byPersons.other} others)`,
    ],
    faults: extra,
  };
}

function tellTokens(records: readonly SessionRecord[], { rows }: GroundTruth): SetReport {
  if (rows.every(({ tokens }) => tokens === null)) return NOTHING;
  const { exact, wrong, unknown } = compareTokens(records, rows);
  const others = unknown === 0 ? '' : `, ${unknown} not in the table, or in several files`;
  return { lines: [`tokens: ${exact} exact, ${wrong.length} figures wrong${others}`], faults: wrong };
}

function tellTimes(importS: number, bareS: number, bytes: number): SetReport {
  const times = importS / bareS;
  const isSmall = bytes < TIMED_BYTES;
  const words = `processor time: import ${importS.toFixed(1)} s, bare parse ${bareS.toFixed(1)} s`;
  if (isSmall) return { lines: [`${words} (too small a set for a ratio)`], faults: [] };
  return {
    lines: [`${words}, ${times.toFixed(2)} times (at most ${MOST_TIMES})`],
    faults: times <= MOST_TIMES ? [] : [`the import took ${times.toFixed(2)} times as long as a bare parse`],
  };
}

function tellUnchecked(wasAsked: boolean, truth: GroundTruth | null): SetReport {
  const unchecked = [
    wasAsked ? '' : 'what a repository confirms (STINT_TRANSCRIPTS_REPO names one)',
    truth ? '' : 'commits (no GROUND-TRUTH.tsv in the folder or beside it)',
    truth && !wasAsked ? 'commits (without a repository)' : '',
    truth?.rows.some(({ tokens }) => tokens)
      ? ''
      : 'tokens, but for the sum of their messages (no table has them)',
  ].filter(Boolean);
  return { lines: unchecked.length === 0 ? [] : [`not checked: ${unchecked.join('; ')}`], faults: [] };
}
