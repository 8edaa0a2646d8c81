import { FINDING_KINDS, type FindingKind } from '../domain/finding.ts';
import { describeGradedNoops, LARGEST_NOOP_GRADE } from '../domain/noop-grades.ts';
import { EVIDENT_GRADE } from '../domain/verdict.ts';
import { nearestWord } from '../lib/nearest-word.ts';
import { oneLine } from '../lib/plain-text.ts';
import { wrongCall } from '../lib/problem.ts';
import { countOf } from '../lib/quantities.ts';
import type { AuditResult } from '../stint/data.ts';
import { requireWhy } from './option-words.ts';
import { linesOf, style, table } from './print.ts';
import { type Call, defineVerb } from './verb.ts';

/** A person reads no more than this; JSON has all. */
const MOST_LINES = 20;
/** The longest reason of an acceptance, in characters. */
const LONGEST_WHY = 1000;

const OPTIONS = {
  '--fix': 'amend what evidence decides',
  '--dry-run': 'with --fix: show what would be amended, and write nothing',
  '--threshold <grade>': {
    about: 'from so much on, the grade of an imported record is evidence of work',
    read: readThreshold,
    fallback: EVIDENT_GRADE,
  },
  '--accept <kind>': {
    about: 'note that a person has seen the undecided findings of a kind; needs --why',
    read: readKind,
    offers: FINDING_KINDS,
    conflicts: ['fix', 'dryRun'],
  },
  '--why <text>': 'with --accept: the reason, in a sentence',
} as const;

type AuditCall = Call<typeof OPTIONS>;

export const verb = defineVerb({
  help: `
Compares the records with themselves: a noop with a grade, work without a trace,
one commit of two sessions. Exits with 1 when it finds anything that no person
has accepted. --fix amends what evidence decides and leaves the rest named. What
an imported record is worth is its own grade. --accept notes that a person has
seen the undecided findings of a kind; a new one of that kind is named again.
\`stint show ID --history\` tells of both.

Examples:
  $ stint audit --json               the findings, each with its query
  $ stint audit --fix --dry-run      the productive rate as shown, and as it is
  $ stint audit --accept noop-with-grade --why "the old loop graded attempts"
`,
  options: OPTIONS,
  async run(call) {
    const { isFix, report } = await ask(call);
    call.answer(report, (each) => renderAudit(each, isFix));
    process.exitCode = report.findings.length === 0 ? 0 : 1;
  },
});

async function ask({ stint, options }: AuditCall): Promise<{ isFix: boolean; report: AuditResult }> {
  const { fix: isFix, dryRun: isDryRun, threshold, accept: kind, why } = options;
  if (isDryRun && !isFix)
    throw wrongCall('--dry-run is for --fix.', 'Without --fix nothing is written anyway.');
  if (kind === undefined) {
    if (why !== undefined) throw wrongCall('--why is for --accept.', 'Name a kind with --accept KIND.');
    const report = isFix ? await stint().repair({ threshold, isDryRun }) : await stint().audit({ threshold });
    return { isFix, report };
  }
  const request = { kind, why: readWhy(why), threshold };
  return { isFix, report: await stint().accept(request) };
}

function readThreshold(text: string): number {
  const value = Number(text);
  if (/^\d*\.?\d+$/.test(text) && value >= LARGEST_NOOP_GRADE && value <= 1) return value;
  throw wrongCall(
    `--threshold is "${oneLine(text, 40)}"; it must be a grade from ${LARGEST_NOOP_GRADE} to 1.`,
    'Give one of those, or leave the option out.',
  );
}

function readKind(text: string): FindingKind {
  const kind = FINDING_KINDS.find((known) => known === text);
  if (kind !== undefined) return kind;
  const near = nearestWord(text, FINDING_KINDS);
  throw wrongCall(
    `--accept is "${oneLine(text, 40)}", which is not a kind of finding.${near === null ? '' : ` Did you mean ${near}?`}`,
    `The kinds are ${FINDING_KINDS.join(', ')}.`,
  );
}

function readWhy(why: string | undefined): string {
  const text = requireWhy(why, 'An acceptance needs a reason.');
  if (text.length <= LONGEST_WHY && !text.includes('\0')) return text;
  throw wrongCall(
    `--why has ${text.length} characters; it may have ${LONGEST_WHY}, and may not hold NUL.`,
    'Say it in a sentence.',
  );
}

function renderAudit(report: AuditResult, isFix: boolean): string {
  const { checked, findings, isFixed, noopWithGrade, productiveRate: rate, repairs } = report;
  const records = countOf(checked, 'record');
  const seen = report.accepted > 0 ? `; ${countOf(report.accepted, 'finding')} accepted` : '';
  const lines = linesOf(
    findings.length === 0
      ? `audit: clean, ${records} checked${seen}`
      : `audit: ${countOf(findings.length, 'finding')} in ${records}${isFixed ? ' remain' : ''}${seen}`,
    noopWithGrade.count > 0 && describeGradedNoops(noopWithGrade),
    isFix && `${countOf(repairs.length, 'record')} ${isFixed ? 'amended' : 'would be amended'}`,
    !isFix &&
      repairs.length > 0 &&
      `evidence decides ${repairs.length} of them: \`stint audit --fix --dry-run\` shows what it would change`,
    rate.shown !== null &&
      rate.true !== null &&
      `productive: ${share(rate.shown)} as shown${isFixed ? ' before' : ''}, ${share(rate.true)} in truth, of the ${rate.of} whose outcome is known`,
    rate.unknown > 0 && `left out of that: ${rate.unknown} whose outcome is unknown`,
    report.undecided > 0 &&
      `undecided: ${report.undecided}; a person amends each, or accepts a kind: \`stint audit --accept KIND --why "…"\``,
  );
  const blocks = [...Map.groupBy(findings, ({ kind }) => kind).values()].map(renderKind);
  return [...blocks, lines.join('\n')].join('\n\n');
}

function renderKind(findings: AuditResult['findings']): string {
  const [first] = findings;
  if (!first) return '';
  const shown = findings.slice(0, MOST_LINES);
  const rows = shown.map(({ sessionId, detail }) => [`  ${sessionId}`, oneLine(detail, 120)]);
  const more = findings.length - shown.length;
  return [
    `${style(first.severity === 'error' ? 'red' : 'yellow', `${first.severity}: ${first.kind}`)}  ${countOf(findings.length, 'session')}`,
    table([], rows),
    ...(more > 0 ? [`  … and ${more} more`] : []),
    `  query: ${first.query}`,
  ].join('\n');
}

function share(rate: number): string {
  return `${(rate * 100).toFixed(1)} %`;
}
