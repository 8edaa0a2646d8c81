import { formatDuration } from '../lib/duration.ts';
import { oneLine } from '../lib/plain-text.ts';
import { countOf } from '../lib/quantities.ts';
import type { Interval } from '../lib/statistics.ts';
import type { CategoriesReport, MeanGrade, RespawnComparison } from '../stint/data.ts';
import { leftOutLine } from './left-out-line.ts';
import { gradeText, linesOf, percent, style, table } from './print.ts';

/** The report for people; every number in it is also in the JSON. */
export function renderCategories(report: CategoriesReport): string {
  const length = formatDuration(Date.parse(report.until) - Date.parse(report.since));
  return linesOf(headline(report, length), rows(report), never(report, length), respawn(report.respawn)).join(
    '\n\n',
  );
}

function headline(report: CategoriesReport, length: string): string {
  const { sessions, notRun, leftOut, effectiveNumber, longestRun, categories } = report;
  const head = `last ${length}: ${countOf(sessions, 'session')} of ${countOf(categories.length, 'category', 'categories')}`;
  const counted = linesOf(
    style('bold', head),
    `effective number of categories: ${effectiveNumber.toFixed(1)} (so many, used evenly, would be as diverse)`,
    longestRun &&
      longestRun.sessions > 1 &&
      `longest run of one category: ${longestRun.sessions} × ${oneLine(longestRun.category, 64)}`,
  );
  return linesOf(
    sessions === 0 ? `No category got to work in the last ${length}.` : counted,
    notRun > 0 && `not counted: ${countOf(notRun, 'session')} that never got to work (not-run)`,
    leftOutLine(leftOut),
  ).join('\n');
}

function rows({ categories }: CategoriesReport): string {
  if (categories.length === 0) return '';
  const cells = categories.map((row) => [
    oneLine(row.category, 40),
    String(row.sessions),
    percent(row.share),
    String(row.longestRun),
    String(row.respawned),
    gradeText(row.grade.mean),
    row.grade.mean === null ? '' : intervalText(row.grade.interval),
  ]);
  const head = ['category', 'sessions', 'share', 'in a row', 'respawned', 'mean grade', '95 % interval'];
  return table(head, cells, [1, 2, 3, 4, 5]);
}

function never({ neverRun }: CategoriesReport, length: string): string {
  if (neverRun.length === 0) return '';
  const names = neverRun.map(({ category, lastStartedAt }) =>
    lastStartedAt === null
      ? `${category} (never yet)`
      : `${category} (last on ${lastStartedAt.slice(0, 10)})`,
  );
  return `not run in the last ${length}: ${names.join(', ')}`;
}

function respawn({ respawned, others, difference }: RespawnComparison): string {
  if (respawned.count === 0) return '';
  return [
    'back to back',
    `  respawned: ${gradeLine(respawned)}`,
    `  by timer or by hand: ${gradeLine(others)}`,
    `  ${difference === null ? 'no category has both, so they cannot be compared' : compared(difference)}`,
  ].join('\n');
}

function compared({
  difference,
  interval: [low, high],
}: NonNullable<RespawnComparison['difference']>): string {
  const meaning =
    low > 0
      ? 'respawned ones do better'
      : high < 0
        ? 'respawned ones do worse: a longer cooldown may pay'
        : 'no difference that could not be chance';
  return `within the same category: ${signed(difference)} (${signed(low)} to ${signed(high)}): ${meaning}`;
}

function gradeLine({ count, mean, interval }: MeanGrade): string {
  if (mean === null) return 'none with a grade';
  return `mean grade ${gradeText(mean)} (${intervalText(interval)}) of ${count}`;
}

function intervalText([low, high]: Interval): string {
  return `${low.toFixed(2)} to ${high.toFixed(2)}`;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
}
