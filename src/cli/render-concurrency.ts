import { formatDuration } from '../lib/duration.ts';
import { oneLine } from '../lib/plain-text.ts';
import { countOf } from '../lib/quantities.ts';
import type { ConcurrencyReport, LockRow } from '../stint/data.ts';
import { leftOutLine } from './left-out-line.ts';
import { linesOf, percent, style, table } from './print.ts';

const LONGEST_NAME = 16;
const LEAST_CELLS = 20;
/** As wide as one reads well. */
const MOST_CELLS = 96;
const USUAL_CELLS = 60;

/** As many parts of the window as fit beside the longest name of a lock. */
export function timelineCells(width: number | null): number {
  if (width === null) return USUAL_CELLS;
  return Math.min(MOST_CELLS, Math.max(LEAST_CELLS, width - LONGEST_NAME - 2));
}

/** The report for people; every number in it is also in the JSON. */
export function renderConcurrency(report: ConcurrencyReport): string {
  const length = formatDuration(Date.parse(report.until) - Date.parse(report.since));
  if (report.locks.every(({ acquisitions, refusals, heldMs }) => acquisitions + refusals + heldMs === 0))
    return linesOf(
      `In the last ${length} no session took a lock, and none was turned away.`,
      leftOutLine(report.leftOut),
    ).join('\n');
  return [headline(report, length), rows(report), timeline(report)].join('\n\n');
}

function headline(report: ConcurrencyReport, length: string): string {
  const { peakAt, violations, unknownReleases } = report;
  const when = peakAt === null ? '' : `, first at ${peakAt.slice(0, 16).replace('T', ' ')} UTC`;
  return linesOf(
    style('bold', `last ${length}: at most ${countOf(report.peak_concurrency, 'session')} at once${when}`),
    `${countOf(report.total_acquisitions, 'acquisition')}, ${countOf(report.refusals, 'refusal')}`,
    violations.length === 0
      ? 'no lock had two holders at once'
      : style('red', countOf(violations.length, 'violation')),
    violations.slice(0, 10).map(({ lock, first, second, at }) => {
      return `  ${oneLine(lock, 64)}: ${second} took it at ${at}, and ${first} had it`;
    }),
    unknownReleases > 0 &&
      `${countOf(unknownReleases, 'hold')} of a killed supervisor: until when is unknown until the next start; drawn to the end`,
    leftOutLine(report.leftOut),
  ).join('\n');
}

function rows(report: ConcurrencyReport): string {
  const cells = report.locks.map((row) => [
    oneLine(row.lock, 40),
    String(row.acquisitions),
    String(row.refusals),
    formatDuration(row.heldMs),
    percent(row.utilisation),
    row.isHeldNow ? 'held now' : '',
  ]);
  return table(['lock', 'taken', 'refused', 'held', 'of the time', ''], cells, [1, 2, 3, 4]);
}

/** One line a lock; the window's ends stand below. */
function timeline(report: ConcurrencyReport): string {
  const { locks, since, until } = report;
  const width = Math.min(LONGEST_NAME, Math.max(...locks.map(({ lock }) => lock.length)));
  const lines = locks.map((row) => `${oneLine(row.lock, width).padEnd(width)}  ${draw(row)}`);
  const cells = locks[0]?.timeline.length ?? 0;
  const [from, to] = [moment(since, report), moment(until, report)];
  const each = formatDuration((Date.parse(until) - Date.parse(since)) / cells);
  const legend = `each character is ${each}: █ held, ▓ ▒ a part of it, · free`;
  return [legend, ...lines, `${' '.repeat(width + 2)}${from}${to.padStart(cells - from.length)}`].join('\n');
}

function draw({ timeline: cells }: LockRow): string {
  return cells.map((share) => (share <= 0 ? '·' : share < 0.5 ? '▒' : share < 0.95 ? '▓' : '█')).join('');
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** `09:30` in a window of hours, `09:30:05` in one of minutes, `10-11` in one of days: both ends fit a narrow line. */
function moment(at: string, { since, until }: ConcurrencyReport): string {
  const windowMs = Date.parse(until) - Date.parse(since);
  if (windowMs > DAY_MS) return at.slice(5, 10);
  return at.slice(11, windowMs > 10 * MINUTE_MS ? 16 : 19);
}
