import { EVIDENT_GRADE } from '../domain/verdict.ts';
import { oneLine } from '../lib/plain-text.ts';
import { wrongCall } from '../lib/problem.ts';
import { countOf } from '../lib/quantities.ts';
import type { AuditResult, Finding } from '../stint/data.ts';
import { linesOf, style, table } from './print.ts';
import { defineVerb } from './verb.ts';

/** A person reads no more than this; JSON has all. */
const MOST_LINES = 20;
/** Below it a grade may be that of a noop, so nothing follows from it. */
const LEAST_THRESHOLD = 0.1;

export const verb = defineVerb({
  help: `
Compares the records with themselves: a noop with a grade, work that nobody did,
one commit of two sessions. Exits with 1 when anything is found. --fix amends
what evidence decides (\`stint show ID --history\` tells all of it) and leaves the
rest named. What an imported record is worth is its own grade.

Examples:
  $ stint audit --json               the findings, each with its query
  $ stint audit --fix --dry-run      the productive rate as shown, and as it is
`,
  options: {
    '--fix': 'amend what evidence decides',
    '--dry-run': 'with --fix: show what would be amended, and write nothing',
    '--threshold <grade>': {
      about: 'from so much on, the grade of an imported record is evidence of work',
      read: readThreshold,
      fallback: EVIDENT_GRADE,
    },
  },
  async run({ stint, options: { fix: isFix, dryRun: isDryRun, threshold }, answer }) {
    if (isDryRun && !isFix)
      throw wrongCall('--dry-run is for --fix.', 'Without --fix nothing is written anyway.');
    const report = isFix ? await stint().repair({ threshold, isDryRun }) : await stint().audit({ threshold });
    answer(report, (each) => renderAudit(each, isFix));
    process.exitCode = report.findings.length === 0 ? 0 : 1;
  },
});

function readThreshold(text: string): number {
  const value = Number(text);
  if (/^\d*\.?\d+$/.test(text) && value >= LEAST_THRESHOLD && value <= 1) return value;
  throw wrongCall(
    `--threshold is "${oneLine(text, 40)}"; it must be a grade from ${LEAST_THRESHOLD} to 1.`,
    'Give one of those, or leave the option out.',
  );
}

function renderAudit(report: AuditResult, isFix: boolean): string {
  const { checked, findings, isFixed, productiveRate: rate, repairs } = report;
  const records = countOf(checked, 'record');
  const lines = linesOf(
    findings.length === 0
      ? `audit: clean, ${records} checked`
      : `audit: ${countOf(findings.length, 'finding')} in ${records}${isFixed ? ' remain' : ''}`,
    isFix && `${countOf(repairs.length, 'record')} ${isFixed ? 'amended' : 'would be amended'}`,
    !isFix &&
      repairs.length > 0 &&
      `evidence decides ${repairs.length} of them: \`stint audit --fix --dry-run\` shows what it would change`,
    rate.shown !== null &&
      rate.true !== null &&
      `productive: ${share(rate.shown)} as shown${isFixed ? ' before' : ''}, ${share(rate.true)} in truth`,
  );
  const blocks = [...Map.groupBy(findings, ({ kind }) => kind).values()].map(renderKind);
  return [...blocks, lines.join('\n')].join('\n\n');
}

function renderKind(findings: readonly Finding[]): string {
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
