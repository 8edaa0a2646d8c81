import { OUTCOMES } from '../domain/record-words.ts';
import type { SessionRecord } from '../domain/record.ts';
import { isCategoryName } from '../domain/ids.ts';
import { formatDuration } from '../lib/duration.ts';
import { oneLine } from '../lib/plain-text.ts';
import { Problem } from '../lib/problem.ts';
import type { CommonOptions, Completions, VerbModule } from './context.ts';
import { stintOf, wholeNumber } from './open.ts';
import { gradeText, print, printJson, styleOutcome, table } from './print.ts';
import { renderNothing } from './render-reliability.ts';

export const help = `
Lists the sessions that have a record, newest first. JSON lists all of them
unless --limit says otherwise; text shows 50.

Examples:
  $ stint sessions --outcome failed          what went wrong
  $ stint sessions --json --limit 1          the newest record
`;

const TEXT_LIMIT = 50;

interface SessionsOptions extends CommonOptions {
  readonly category?: string;
  readonly outcome?: string;
  readonly limit?: number;
}

export const completes: Completions = { options: { '--category': 'categories', '--outcome': OUTCOMES } };

export const configure: VerbModule['configure'] = (command, context) => {
  command
    .option('--category <name>', 'only this category', categoryOption)
    .option('--outcome <outcome>', `only this outcome: ${OUTCOMES.join(', ')}`)
    .option(
      '--limit <n>',
      'at most so many (default: 50 as text, all as JSON)',
      wholeNumber('--limit', 1, 1_000_000),
    );
  command.action(async (options: SessionsOptions) => {
    if (options.outcome !== undefined && !OUTCOMES.some((known) => known === options.outcome)) {
      throw new Problem(
        'usage',
        `--outcome is "${options.outcome.slice(0, 40)}".`,
        `It must be one of ${OUTCOMES.join(', ')}.`,
      );
    }
    const limit = options.limit ?? (options.json ? undefined : TEXT_LIMIT);
    const records = await stintOf(context, options).sessions({
      ...(options.category === undefined ? {} : { category: options.category }),
      ...(options.outcome === undefined ? {} : { outcome: options.outcome }),
      ...(limit === undefined ? {} : { limit }),
    });
    if (options.json) printJson(records);
    else
      print(
        records.length > 0
          ? renderSessions(records)
          : options.category === undefined && options.outcome === undefined
            ? renderNothing()
            : 'No session that has a record is such a one.',
      );
  });
};

function categoryOption(name: string): string {
  if (isCategoryName(name)) return name;
  throw new Problem(
    'usage',
    `--category is "${oneLine(name, 40)}", which is no category's name.`,
    'See `stint config show` for those of stint.yaml.',
  );
}

export function renderSessions(records: readonly SessionRecord[]): string {
  const rows = records.map((record) => [
    record.id,
    record.startedAt.slice(0, 16).replace('T', ' '),
    record.category,
    record.harness,
    styleOutcome(record.outcome),
    gradeText(record.grade),
    String(record.commits.length),
    formatDuration(record.durationMs),
    record.failureModes.join(' '),
  ]);
  return table(
    ['id', 'started (UTC)', 'category', 'harness', 'outcome', 'grade', 'commits', 'took', 'modes'],
    rows,
    [5, 6, 7],
  );
}
