import { OUTCOMES } from '../domain/record-words.ts';
import type { SessionRecord } from '../domain/record.ts';
import { formatDuration } from '../lib/duration.ts';
import type { CommonOptions, Completions, VerbModule } from './context.ts';
import { stintOf } from './open.ts';
import { categoryName, oneOf, wholeNumber } from './option-words.ts';
import { answer, gradeText, styleOutcome, table } from './print.ts';
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
    .option('--category <name>', 'only this category', categoryName)
    .option('--outcome <outcome>', `only this outcome: ${OUTCOMES.join(', ')}`, oneOf('--outcome', OUTCOMES))
    .option(
      '--limit <n>',
      'at most so many (default: 50 as text, all as JSON)',
      wholeNumber('--limit', 1, 1_000_000),
    );
  command.action(async (options: SessionsOptions) => {
    const limit = options.limit ?? (options.json ? undefined : TEXT_LIMIT);
    const { category, outcome } = options;
    const records = await stintOf(context, options).sessions({ category, outcome, limit });
    const isAll = category === undefined && outcome === undefined;
    const nothing = isAll ? renderNothing() : 'No session that has a record is such a one.';
    answer(records, options, () => (records.length > 0 ? renderSessions(records) : nothing));
  });
};

function renderSessions(records: readonly SessionRecord[]): string {
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
