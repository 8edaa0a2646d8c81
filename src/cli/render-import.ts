import { oneLine } from '../lib/plain-text.ts';
import { countOf } from '../lib/quantities.ts';
import type { ImportReport } from '../stint/data.ts';
import { linesOf } from './print.ts';

const MOST_PLACES = 5;
/** Every format in a few words, and then what was found. */
const LONGEST_EXPECTED = 1000;

/** What was not read of files, in sentences. */
export function describeTrouble(report: ImportReport, isVerbose = false): string[] {
  const most = isVerbose ? Infinity : MOST_PLACES;
  const { unknownFiles, otherFiles, passedBy, unreadable, unreadableLines, waiting } = report;
  const hidden = unreadableLines - Math.min(unreadable.length, most);
  return linesOf(
    first(most, unknownFiles, 'files are in an unknown format', ({ file, expected }) => {
      return `${path(file)}: format unknown; ${oneLine(expected, LONGEST_EXPECTED)}.`;
    }),
    first(most, otherFiles, 'files are in a format that stint does not read', ({ file, what }) => {
      return `${path(file)}: it is ${oneLine(what, 100)}, which stint does not read.`;
    }),
    first(most, passedBy, 'places were passed by', (each) => {
      return `${path(each.path)}: not read: ${oneLine(each.because, 100)}.`;
    }),
    unreadable.slice(0, most).map(({ file, line, reason }) => {
      return `${path(file)}:${line}: not read: ${oneLine(reason, 200)}.`;
    }),
    unreadable.length > 0 && hidden > 0 && `${hidden} more lines were not read.`,
    first(most, waiting, 'files wait', (file) => {
      return `${path(file)}: its last record is not whole yet; import it again later.`;
    }),
    first(most, report.unknownTools, 'kinds of calls are not known', (each) => {
      return `${oneLine(each.harness, 40)}${each.version === null ? '' : ` ${oneLine(each.version, 40)}`}: ${describeTool(each)} in ${countOf(each.sessions, 'session')}: stint does not know what that did.`;
    }),
    report.running > 0 &&
      `${countOf(report.running, 'session')} still at work: import again when they are done.`,
    report.conflicts > 0 &&
      `${countOf(report.conflicts, 'session')} with another record here, or at work; left as they are.`,
  );
}

function describeTool({ tool, calls, isShape }: ImportReport['unknownTools'][number]): string {
  const times = countOf(calls, 'call');
  return isShape
    ? `${oneLine(tool, 60)} with arguments of an unknown shape, ${times}`
    : `unknown tool ${oneLine(tool, 60)}, ${times}`;
}

function path(name: string): string {
  return oneLine(name, 300);
}

/** The first of a list, a sentence each, and how many more there are. */
function first<T>(most: number, all: readonly T[], more: string, sentence: (each: T) => string): string[] {
  const hidden = all.length - most;
  const sentences = all.slice(0, most).map((each) => sentence(each));
  return linesOf(sentences, hidden > 0 && `${hidden} more ${more} (--verbose names them).`);
}

/** Where it looked, a line each. */
export function renderPlaces({ places }: ImportReport): string[] {
  return places.map(({ path: place, what, isThere, files }) =>
    isThere ? `${path(place)}: ${countOf(files, 'file')} (${what})` : `${path(place)}: not there (${what})`,
  );
}

export function renderImport(report: ImportReport): string {
  const { sessions, running, subagents, subagentsAlone, elsewhere, files, places } = report;
  const helped = subagents - subagentsAlone;
  const harnesses = Object.entries(report.byHarness).map(([name, count]) => `${oneLine(name, 40)} ${count}`);
  const notCounted = linesOf(
    countOf(report.unreadableLines, 'unreadable line'),
    `${countOf(report.formatUnknown, 'file')} of unknown format`,
    helped > 0 && `${countOf(helped, 'helper')}, part of their sessions`,
    subagentsAlone > 0 && `${countOf(subagentsAlone, 'helper')} of sessions whose own files are not here`,
    running > 0 && `${countOf(running, 'session')} at work`,
    elsewhere > 0 && `${countOf(elsewhere, 'file')} of other projects (--all takes them)`,
  );
  const isLost = sessions + files + elsewhere === 0 && places.some(({ isThere }) => !isThere);
  return linesOf(
    `${countOf(sessions, 'session')}: ${report.new} new, ${report.updated} updated, ${report.unchanged} unchanged`,
    harnesses.length > 0 && `by harness: ${harnesses.join(', ')}`,
    described('outcomes', report.byOutcome),
    described('a person sat there', report.byAttended),
    report.byPerson > 0 && `a person committed the work of ${countOf(report.byPerson, 'session')}`,
    `not counted: ${notCounted.join(', ')}`,
    describeTimes(report),
    report.skipped.length > 0 &&
      `skipped: ${report.skipped.map(({ what, files: number }) => countOfKind(number, what)).join('; ')}`,
    isLost &&
      `looked in ${places.map((each) => oneLine(each.path, 200)).join(', ')}; name another place with stint import PATH`,
  ).join('\n');
}

/** Empty where all times can be true. */
function describeTimes({ impossibleTimes: all }: ImportReport): string {
  if (all.length === 0) return '';
  const ids = all.slice(0, MOST_PLACES).map(({ id }) => id);
  const more = all.length > ids.length ? `, and ${all.length - ids.length} more` : '';
  return `${countOf(all.length, 'session')} with impossible times: ${ids.join(', ')}${more}`;
}

/** `2 files that may hold secrets, not opened`: the first word is counted, or the first before a preposition. */
function countOfKind(number: number, what: string): string {
  if (number === 1) return `1 ${what}`;
  const [, noun = what, rest = ''] = /^(.*?)( (?:of|that|without|beyond|beside)\b.*|,.*)?$/.exec(what) ?? [];
  return `${number} ${noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : noun.endsWith('x') ? `${noun}es` : `${noun}s`}${rest}`;
}

/** `outcomes: not-run 100, productive 3`; empty where nothing is counted. */
function described(what: string, counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([name, count]) => `${oneLine(name, 40)} ${count}`);
  return parts.length === 0 ? '' : `${what}: ${parts.join(', ')}`;
}
