import { OUTCOMES } from '../domain/record-words.ts';
import type { SessionRecord } from '../domain/record.ts';
import { formatDuration } from '../lib/duration.ts';
import { CATEGORY, oneOf, sessionCount } from './option-words.ts';
import { gradeText, styleOutcome, table } from './print.ts';
import { renderNothing } from './render-reliability.ts';
import { defineVerb } from './verb.ts';

const TEXT_LIMIT = 50;

export const verb = defineVerb({
  help: `
Lists the sessions that have a record, newest first. JSON lists all of them
unless --limit says otherwise; text shows 50.

Examples:
  $ stint sessions --outcome failed          what went wrong
  $ stint sessions --json --limit 1          the newest record
`,
  options: {
    ...CATEGORY,
    '--outcome <outcome>': { about: `only this outcome: ${OUTCOMES.join(', ')}`, ...oneOf(OUTCOMES) },
    '--limit <n>': { about: 'at most so many (default: 50 as text, all as JSON)', read: sessionCount },
  },
  async run({ stint, options: { category, outcome, limit, json }, answer }) {
    const most = limit ?? (json ? undefined : TEXT_LIMIT);
    // One more says that there are more.
    const found = await stint().sessions({
      category,
      outcome,
      limit: json || most === undefined ? most : most + 1,
    });
    const records = found.slice(0, most);
    const more = found.length > records.length ? `\nthere are more: --limit N shows so many` : '';
    const isAll = category === undefined && outcome === undefined;
    const nothing = isAll ? renderNothing() : 'No recorded session matches.';
    answer(records, () => (records.length > 0 ? renderSessions(records) + more : nothing));
  },
});

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
