import { oneLine } from '../lib/plain-text.ts';
import { countOf } from '../lib/quantities.ts';
import type { ImportReport } from '../stint/data.ts';

const MOST_PLACES = 5;
/** Every format in a few words, and then what was found. */
const LONGEST_EXPECTED = 1000;

/** What was not read of files, in sentences. */
export function describeTrouble(report: ImportReport, isVerbose = false): string[] {
  const most = isVerbose ? Infinity : MOST_PLACES;
  return [
    ...first(
      most,
      report.unknownFiles,
      'more files are in no format that is known',
      ({ file, expected }) => `${path(file)}: format unknown; ${oneLine(expected, LONGEST_EXPECTED)}.`,
    ),
    ...first(
      most,
      report.otherFiles,
      'more files are none that stint reads',
      ({ file, what }) => `${path(file)}: it is ${oneLine(what, 100)}, which stint does not read.`,
    ),
    ...first(
      most,
      report.passedBy,
      'more places were passed by',
      ({ path: place, because }) => `${path(place)}: not read: ${oneLine(because, 100)}.`,
    ),
    ...first(
      most,
      report.unreadable,
      '',
      ({ file, line, reason }) => `${path(file)}:${line}: not read: ${oneLine(reason, 200)}.`,
    ),
    ...hiddenLines(report, most),
    ...first(
      most,
      report.waiting,
      'more files wait',
      (file) => `${path(file)}: its last record is not whole yet; import it again later.`,
    ),
    ...(report.running > 0
      ? [`${countOf(report.running, 'session')} still at work: import again when they are done.`]
      : []),
    ...(report.conflicts > 0
      ? [`${countOf(report.conflicts, 'session')} with another record here, or at work; left as they are.`]
      : []),
  ];
}

function path(name: string): string {
  return oneLine(name, 300);
}

/** The first of a list, a sentence each, and how many more there are. */
function first<T>(most: number, all: readonly T[], more: string, sentence: (each: T) => string): string[] {
  const hidden = all.length - most;
  return [
    ...all.slice(0, most).map((each) => sentence(each)),
    ...(hidden > 0 && more !== '' ? [`${hidden} ${more} (--verbose names them).`] : []),
  ];
}

function hiddenLines({ unreadableLines, unreadable }: ImportReport, most: number): string[] {
  const hidden = unreadableLines - Math.min(unreadable.length, most);
  return unreadable.length > 0 && hidden > 0 ? [`${hidden} more lines were not read.`] : [];
}

/** Where it looked, a line each. */
export function renderPlaces({ places }: ImportReport): string[] {
  return places.map(({ path: place, what, isThere, files }) =>
    isThere ? `${path(place)}: ${countOf(files, 'file')} (${what})` : `${path(place)}: not there (${what})`,
  );
}

export function renderImport(report: ImportReport): string {
  const harnesses = Object.entries(report.byHarness).map(([name, count]) => `${oneLine(name, 40)} ${count}`);
  const notCounted = [
    countOf(report.unreadableLines, 'unreadable line'),
    `${countOf(report.formatUnknown, 'file')} of unknown format`,
    ...(report.subagents > 0 ? [`${countOf(report.subagents, 'helper')}, part of their sessions`] : []),
    ...(report.running > 0 ? [`${countOf(report.running, 'session')} at work`] : []),
    ...(report.elsewhere > 0
      ? [`${countOf(report.elsewhere, 'file')} of other projects (--all takes them)`]
      : []),
  ];
  return [
    `${countOf(report.sessions, 'session')}: ${report.new} new, ${report.updated} updated, ${report.unchanged} unchanged`,
    ...(harnesses.length > 0 ? [`by harness: ${harnesses.join(', ')}`] : []),
    `not counted: ${notCounted.join(', ')}`,
    ...nextStep(report),
  ].join('\n');
}

/** What to do now, where it is not plain. */
function nextStep({ files, elsewhere, sessions, places }: ImportReport): string[] {
  if (sessions > 0) return [];
  if (files === 0 && elsewhere === 0 && places.some(({ isThere }) => !isThere))
    return [
      `looked in ${places.map((each) => oneLine(each.path, 200)).join(', ')}; name another place with stint import PATH`,
    ];
  return [];
}
