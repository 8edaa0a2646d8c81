import { oneLine } from '../lib/plain-text.ts';
import { countOf } from '../lib/quantities.ts';
import type { GroupRow, Rate, ReliabilityReport } from '../stint/data.ts';
import { leftOutLine } from './left-out-line.ts';
import { gradeText, linesOf, percent, style, table } from './print.ts';

/** The report for people; every number in it is also in the JSON. */
export function renderReliability(report: ReliabilityReport): string {
  if (report.sessions === 0) return renderNothing();
  return linesOf(
    headline(report),
    leaks(report),
    modes(report),
    shifts(report),
    groups('category', report.byCategory),
    groups('harness', report.byHarness),
    where(report),
  ).join('\n\n');
}

/** What is said where there is no record to report on. */
export function renderNothing(): string {
  return 'No session has a record yet. `stint run CATEGORY` makes one, `stint import` finds what is there.';
}

function rate({ count, rate: share, interval }: Rate): string {
  return `${count} (${percent(share)}, ${percent(interval[0])} to ${percent(interval[1])})`;
}

function headline(report: ReliabilityReport): string {
  const { notCounted, leftOut } = report;
  // Few projects wrap scripts.
  const scripts = notCounted.nothingToJudge > 0 ? `, nothing to judge ${notCounted.nothingToJudge}` : '';
  const outcomes = Object.entries(report.outcomes).filter(([, count]) => count > 0);
  return linesOf(
    `${style('bold', countOf(report.sessions, 'session'))}: ${outcomes.map(([outcome, count]) => `${count} ${outcome}`).join(', ')}`,
    report.counted === 0
      ? 'failing: not known, because none of them counts'
      : `failing: ${rate(report.failing)} of the ${report.counted} that count`,
    `not counted: unknown ${notCounted.unknown}, not-run ${notCounted.notRun}, provider ${notCounted.provider}, harness ${notCounted.harness}, external ${notCounted.external}${scripts}`,
    leftOutLine(leftOut, leftOut.attended + leftOut.notKnown > 0 ? ' (see --attended)' : ''),
    !report.isTrustworthy &&
      style('yellow', 'more than 20 % were not counted: the headline cannot be trusted'),
  ).join('\n');
}

/** Silent where nothing was left: that is how it should be. */
function leaks({ leaks: found }: ReliabilityReport): string {
  if (found.leaving === 0 && found.surviving === 0) return '';
  const survivors = `${processes(found.survivors)} of ${countOf(found.surviving, 'session')}`;
  return linesOf(
    `left behind: ${processes(found.leftovers)} of ${countOf(found.leaving, 'session')}`,
    found.surviving > 0 ? style('yellow', `could not be ended: ${survivors}`) : 'all of them were ended',
    found.uncontained > 0 &&
      `${countOf(found.uncontained, 'session')} had no cgroup: what hid there is not counted`,
  ).join('\n');
}

function processes(count: number): string {
  return countOf(count, 'process', 'processes');
}

function modes(report: ReliabilityReport): string {
  if (report.modes.length === 0) return 'no failure mode in any of them';
  const rows = report.modes.map((each) => [
    each.mode,
    each.class,
    String(each.count),
    percent(each.rate),
    `${percent(each.interval[0])} – ${percent(each.interval[1])}`,
  ]);
  return table(['failure mode', 'class', 'sessions', 'rate', '95 % interval'], rows, [2, 3]);
}

function shifts(report: ReliabilityReport): string {
  const { windows } = report;
  const title = `the newest ${windows.compare} against the ${windows.before} before them`;
  if (report.notCompared !== null) return `${title}: ${report.notCompared}`;
  const rows = report.shifts.map((shift) => [
    shift.mode,
    percent(shift.before),
    percent(shift.after),
    shift.pValue.toFixed(3),
    shift.judgement,
  ]);
  return `${title}\n${table(['', 'before', 'now', 'p', ''], rows, [1, 2, 3])}`;
}

function groups(name: string, rows: readonly GroupRow[]): string {
  const cells = rows.map((row) => [
    oneLine(row.name, 40),
    String(row.sessions),
    String(row.productive),
    percent(row.failing.rate),
    gradeText(row.meanGrade),
  ]);
  return table([name, 'sessions', 'productive', 'failing', 'mean grade'], cells, [1, 2, 3, 4]);
}

function where(report: ReliabilityReport): string {
  if (!report.dominant) return '';
  const { mode, cause, fix } = report.dominant;
  return `where to look next: ${style('bold', mode)}\n  likely cause: ${cause}\n  fix: ${fix}`;
}
