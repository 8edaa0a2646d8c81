import { Option } from 'commander';
import { oneLine } from '../lib/plain-text.ts';
import { wrongCall } from '../lib/problem.ts';
import type { FilesRequest } from '../stint/data.ts';
import type { Stint } from '../stint/stint.ts';
import type { CliContext, CommonOptions, Completions, VerbModule } from './context.ts';
import { placeOf, stintOf } from './open.ts';
import { duration, repeated, wholeNumber } from './option-words.ts';
import { answer, note, printJson, printWrapped } from './print.ts';
import { renderNothing, renderReliability } from './render-reliability.ts';
import { screenWidth } from './screen.ts';

export const help = `
reliability: how many sessions fail, how, and whether the newest differ from
those before them. Rates have 95 % intervals (Wilson); a shift is called one
only when it is not noise (Fisher, Holm).
concurrency: who held which lock when, how many at once, who was turned away,
and whether a lock ever had two holders.
categories: on what the sessions were spent, how evenly, with what grades, and
whether those that started back to back did as well.

Examples:
  $ stint report reliability     the last 100, the newest 30 against the others
  $ stint report reliability --last 200 --recent 50 --json
  $ stint report reliability --from session-records.jsonl     without importing
  $ stint report concurrency --since 2h --json
  $ stint report categories --since 7d
`;

/** The oldest moment that a report may begin with, from now. */
const LONGEST_SINCE_MS = 3650 * 86_400_000;

interface ReportOptions extends CommonOptions {
  readonly last?: number;
  readonly recent?: number;
  readonly compare?: number;
  readonly from?: readonly string[];
  readonly attended?: boolean;
  /** Milliseconds. */
  readonly since?: number;
}

type Report = (context: CliContext, options: ReportOptions) => Promise<void>;

const REPORTS: Readonly<Record<string, { readonly show: Report; readonly takes: readonly string[] }>> = {
  reliability: { show: showReliability, takes: ['last', 'recent', 'compare', 'from', 'attended'] },
  concurrency: { show: showConcurrency, takes: ['since'] },
  categories: { show: showCategories, takes: ['since'] },
};

const NAMES = Object.keys(REPORTS);
const OWN_OPTIONS = ['last', 'recent', 'compare', 'from', 'attended', 'since'] as const;

export const completes: Completions = { argument: NAMES };

export const configure: VerbModule['configure'] = (command, context) => {
  command
    .argument('<what>', NAMES.join(', '))
    .option(
      '--since <duration>',
      'concurrency, categories: look back so long, such as 2h (default: a day, or since the first session; categories: 7d)',
      duration('--since', LONGEST_SINCE_MS, '90m, 2h or 7d, at most 3650d'),
    )
    .option(
      '--last <n>',
      'reliability: look at the last n sessions (default: 100)',
      wholeNumber('--last', 1, 1_000_000),
    )
    .option(
      '--recent <n>',
      'reliability: compare the newest n of them with the others (default: 30)',
      wholeNumber('--recent', 1, 1_000_000),
    )
    .addOption(
      new Option('--compare <n>', 'the same as --recent')
        .argParser(wholeNumber('--compare', 1, 1_000_000))
        .conflicts('recent'),
    )
    .option(
      '--from <file>',
      'reliability: look at a record file instead of the store; may be repeated',
      repeated,
    )
    .option(
      '--attended',
      'reliability: sessions that a person steered, or may have, instead of the unattended ones',
    );
  command.action(async (what: string, options: ReportOptions) => {
    const report = Object.hasOwn(REPORTS, what) ? REPORTS[what] : undefined;
    if (!report)
      throw wrongCall(`There is no report "${oneLine(what, 40)}".`, `There are: ${NAMES.join(', ')}.`);
    const other = OWN_OPTIONS.find((name) => options[name] !== undefined && !report.takes.includes(name));
    if (other !== undefined)
      throw wrongCall(`--${other} is not for \`report ${what}\`.`, 'See `stint report --help`.');
    await report.show(context, options);
  });
};

async function showConcurrency(context: CliContext, options: ReportOptions): Promise<void> {
  const { renderConcurrency, timelineCells } = await import('./render-concurrency.ts');
  const cells = timelineCells(options.json ? null : screenWidth());
  const report = await stintOf(context, options).concurrency(options.since ?? null, cells);
  answer(report, options, renderConcurrency, printWrapped);
}

async function showCategories(context: CliContext, options: ReportOptions): Promise<void> {
  const report = await stintOf(context, options).categories(options.since);
  const { renderCategories } = await import('./render-categories.ts');
  answer(report, options, renderCategories, printWrapped);
}

async function showReliability(context: CliContext, options: ReportOptions): Promise<void> {
  const last = options.last ?? 100;
  const recent = options.recent ?? options.compare;
  if (recent !== undefined && recent >= last)
    throw wrongCall(
      `The newest ${recent} sessions cannot be compared with the others of the last ${last}: there are none.`,
      'Lower --recent, or raise --last.',
    );
  const request = { last, recent: recent ?? 30, isAttended: options.attended === true };
  if (options.from !== undefined) return reportFrom(context, options, { ...request, paths: options.from });
  const stint = stintOf(context, options);
  const report = await stint.reliability(request);
  if (options.json) printJson(report);
  else if (report.sessions > 0) printWrapped(renderReliability(report));
  else printWrapped(await explainEmpty(stint, request.isAttended));
}

/** Why there is nothing to report on, and what there is instead. */
async function explainEmpty(stint: Stint, isAttended: boolean): Promise<string> {
  const others = await stint.reliability({ last: 1, isAttended: !isAttended });
  if (others.sessions === 0) return renderNothing();
  return isAttended
    ? 'No session has a record that a person steered, or may have. Without --attended it reports on the others.'
    : 'No unattended session has a record. --attended reports on those that a person steered, or may have.';
}

/** The same report over files; needs no project. */
async function reportFrom(context: CliContext, options: ReportOptions, request: FilesRequest): Promise<void> {
  const { reportFiles } = await import('../stint/outside.ts');
  const { describeTrouble } = await import('./render-import.ts');
  const report = await reportFiles(placeOf(context, options), request);
  const { read } = report;
  for (const sentence of describeTrouble(read)) note(`stint: ${sentence}`);
  answer(report, options, renderReliability, printWrapped);
  if (read.sessions === 0 && read.unreadableLines + read.formatUnknown > 0) process.exitCode = 1;
}
