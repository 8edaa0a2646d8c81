import { Option } from 'commander';
import { oneLine } from '../lib/plain-text.ts';
import { Problem } from '../lib/problem.ts';
import type { CliContext, Completions, VerbModule } from './context.ts';
import { stintOf } from './open.ts';
import { duration, repeated, wholeNumber } from './option-words.ts';
import { answer, printWrapped } from './print.ts';
import { showReliability, type ReliabilityOptions } from './report-reliability.ts';
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

interface ReportOptions extends ReliabilityOptions {
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
      throw new Problem(
        'usage',
        `There is no report "${oneLine(what, 40)}".`,
        `There are: ${NAMES.join(', ')}.`,
      );
    const other = OWN_OPTIONS.find((name) => options[name] !== undefined && !report.takes.includes(name));
    if (other !== undefined)
      throw new Problem('usage', `--${other} is not for \`report ${what}\`.`, 'See `stint report --help`.');
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
