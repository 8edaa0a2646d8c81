import { oneLine } from '../lib/plain-text.ts';
import { wrongCall, type Problem } from '../lib/problem.ts';
import type { FilesRequest } from '../stint/data.ts';
import type { Stint } from '../stint/stint.ts';
import { duration, oneOf, repeated, sessionCount } from './option-words.ts';
import { note, printJson, printWrapped } from './print.ts';
import { renderNothing, renderReliability } from './render-reliability.ts';
import { screenWidth } from './screen.ts';
import { defineVerb, type Call } from './verb.ts';

/** The oldest moment that a report may begin with, from now. */
const LONGEST_SINCE_MS = 3650 * 86_400_000;

const OPTIONS = {
  '--since <duration>': {
    about:
      'concurrency, categories: look back so long, such as 2h (default: a day, or since the first session; categories: 7d)',
    read: duration(LONGEST_SINCE_MS, '90m, 2h or 7d, at most 3650d'),
  },
  '--last <n>': { about: 'reliability: look at the last n sessions (default: 100)', read: sessionCount },
  '--recent <n>': {
    about: 'reliability: compare the newest n of them with the others (default: 30)',
    read: sessionCount,
  },
  '--compare <n>': { about: 'the same as --recent', read: sessionCount, conflicts: ['recent'] },
  '--from <file>': {
    about: 'reliability: look at a record file instead of the store; may be repeated',
    read: repeated,
  },
  '--attended': 'reliability: sessions that a person steered, or may have, instead of the unattended ones',
} as const;

type ReportCall = Pick<Call<typeof OPTIONS>, 'stint' | 'place' | 'options' | 'answer'>;

const OWN_OPTIONS = ['last', 'recent', 'compare', 'from', 'attended', 'since'] as const;
const NAMES = ['reliability', 'concurrency', 'categories'] as const;
const REPORTS: Readonly<Record<(typeof NAMES)[number], (call: ReportCall) => Promise<void>>> = {
  reliability: showReliability,
  concurrency: showConcurrency,
  categories: showCategories,
};

export const verb = defineVerb({
  help: `
reliability: how many sessions fail, how, and whether the newest differ from
those before them. Rates have 95 % intervals (Wilson); a shift is called one
only when it is not noise (Fisher, Holm). Sessions that never got to work are
in it, with a person or without; it says how many others it leaves out.
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
`,
  takes: { '<what>': { about: NAMES.join(', '), ...oneOf(NAMES, unknownReport) } },
  options: OPTIONS,
  async run(call) {
    const {
      given: { what },
      options,
    } = call;
    // The reports of a time take that alone; reliability takes all else.
    const other = OWN_OPTIONS.find(
      (name) => (options[name] ?? false) !== false && (name === 'since') === (what === 'reliability'),
    );
    if (other !== undefined)
      throw wrongCall(`--${other} is not for \`report ${what}\`.`, 'See `stint report --help`.');
    await REPORTS[what](call);
  },
});

function unknownReport(what: string): Problem {
  return wrongCall(`There is no report "${oneLine(what, 40)}".`, `There are: ${NAMES.join(', ')}.`);
}

async function showConcurrency({ stint, options, answer }: ReportCall): Promise<void> {
  const { renderConcurrency, timelineCells } = await import('./render-concurrency.ts');
  const cells = timelineCells(options.json ? null : screenWidth());
  answer(await stint().concurrency(options.since ?? null, cells), renderConcurrency, printWrapped);
}

async function showCategories({ stint, options, answer }: ReportCall): Promise<void> {
  const { renderCategories } = await import('./render-categories.ts');
  answer(await stint().categories(options.since), renderCategories, printWrapped);
}

async function showReliability(call: ReportCall): Promise<void> {
  const { last = 100, compare, recent = compare, attended: isAttended, from: paths, json } = call.options;
  if (recent !== undefined && recent >= last)
    throw wrongCall(
      `The newest ${recent} sessions cannot be compared with the others of the last ${last}: there are none.`,
      'Lower --recent, or raise --last.',
    );
  const request = { last, recent: recent ?? 30, isAttended };
  if (paths !== undefined) return reportFrom(call, { ...request, paths });
  const stint = call.stint();
  const report = await stint.reliability(request);
  if (json) printJson(report);
  else if (report.sessions > 0) printWrapped(renderReliability(report));
  else printWrapped(await explainEmpty(stint, isAttended));
}

/** Why there is nothing to report on, and what there is instead. */
async function explainEmpty(stint: Stint, isAttended: boolean): Promise<string> {
  const others = await stint.reliability({ last: 1, isAttended: !isAttended });
  if (others.sessions === 0) return renderNothing();
  const count = others.sessions + others.leftOut.older;
  return isAttended
    ? `No session has a record that a person steered, or may have. Without --attended it reports on the ${count} others.`
    : `No unattended session has a record. --attended reports on the ${count} that a person steered, or may have.`;
}

/** The same report over files; needs no project. */
async function reportFrom({ place, answer }: ReportCall, request: FilesRequest): Promise<void> {
  const { reportFiles } = await import('../stint/outside.ts');
  const { describeTrouble } = await import('./render-import.ts');
  const report = await reportFiles(place(), request);
  const { read } = report;
  for (const sentence of describeTrouble(read)) note(`stint: ${sentence}`);
  answer(report, renderReliability, printWrapped);
  if (read.sessions === 0 && read.unreadableLines + read.formatUnknown > 0) process.exitCode = 1;
}
