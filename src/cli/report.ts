import { Option, type Command } from 'commander';
import type { ReliabilityReport } from '../report/reliability.ts';
import type { CliContext, CommonOptions, Completions, VerbModule } from './context.ts';
import { namedPlace, wholeNumber, withProject } from './open.ts';
import { note, printJson, printWrapped, redactOutput } from './print.ts';
import type { Project } from '../control/project.ts';
import { renderNothing, renderReliability } from './render-reliability.ts';
import { oneLine } from '../lib/plain-text.ts';
import { Problem } from '../lib/problem.ts';

const HELP = `
reliability: how many sessions fail, how, and whether the newest differ from
those before them. Rates have 95 % intervals (Wilson); a shift is called one
only when it is not noise (Fisher, Holm).

Examples:
  $ stint report reliability     the last 100, the newest 30 against the others
  $ stint report reliability --last 200 --recent 50 --json
  $ stint report reliability --from session-records.jsonl     without importing
`;

interface ReportOptions extends CommonOptions {
  readonly last: number;
  readonly recent?: number;
  readonly compare?: number;
  readonly from?: readonly string[];
  readonly attended?: boolean;
}

export const completes: Completions = { argument: ['reliability'] };

export const configure: VerbModule['configure'] = (command: Command, context: CliContext) => {
  command
    .argument('<what>', 'reliability')
    .option('--last <n>', 'look at the last n sessions', wholeNumber('--last', 1, 1_000_000), 100)
    .option(
      '--recent <n>',
      'compare the newest n of them with the others (default: 30)',
      wholeNumber('--recent', 1, 1_000_000),
    )
    .addOption(
      new Option('--compare <n>', 'the same as --recent')
        .argParser(wholeNumber('--compare', 1, 1_000_000))
        .conflicts('recent'),
    )
    .option(
      '--from <file>',
      'look at a record file instead of the store; may be repeated',
      (file: string, before: readonly string[] | undefined) => [...(before ?? []), file],
    )
    .option('--attended', 'sessions that a person steered, or may have, instead of the unattended ones')
    .addHelpText('after', HELP);
  command.action(async (what: string, options: ReportOptions) => {
    if (what !== 'reliability')
      throw new Problem('usage', `There is no report "${oneLine(what, 40)}".`, 'There is: reliability.');
    const recent = options.recent ?? options.compare;
    if (recent !== undefined && recent >= options.last)
      throw new Problem(
        'usage',
        `The newest ${recent} sessions cannot be compared with the others of the last ${options.last}: there are none.`,
        'Lower --recent, or raise --last.',
      );
    if (options.from !== undefined) return reportFrom(options.from, options, recent ?? 30, context);
    await withProject(context, options, 'read', async (project) => {
      const { reportReliability } = await import('../control/report-reliability.ts');
      const report: ReliabilityReport = await reportReliability(
        project,
        options.last,
        recent ?? 30,
        options.attended === true,
      );
      if (options.json) printJson(report);
      else if (report.sessions > 0) printWrapped(renderReliability(report));
      else printWrapped(await explainEmpty(project, options.attended === true));
    });
  });
};

/** Why there is nothing to report on, and what there is instead. */
async function explainEmpty(project: Project, isAttended: boolean): Promise<string> {
  const { listRecentFacts } = await import('../store/records.ts');
  const [other] = await listRecentFacts(project.store, 1, !isAttended);
  if (!other) return renderNothing();
  return isAttended
    ? 'No session has a record that a person steered, or may have. Without --attended it reports on the others.'
    : 'No unattended session has a record. --attended reports on those that a person steered, or may have.';
}

/** The same report over files; needs no project. */
async function reportFrom(
  paths: readonly string[],
  options: ReportOptions,
  recent: number,
  context: CliContext,
): Promise<void> {
  const { listNamed } = await import('../control/list-imports.ts');
  const { reportFiles } = await import('../control/report-files.ts');
  const { redactorAt } = await import('../control/project-redactor.ts');
  const { describeTrouble } = await import('./render-import.ts');
  const place = namedPlace(context, options);
  const list = listNamed(place.folder, paths);
  const redactor = await redactorAt(place, options.set ?? [], context.env);
  redactOutput(redactor);
  const { report, read } = reportFiles(list, redactor, options.last, recent, options.attended === true);
  for (const sentence of describeTrouble(read)) note(`stint: ${sentence}`);
  if (options.json) printJson(report);
  else printWrapped(renderReliability(report));
  if (read.sessions === 0 && read.unreadableLines + read.formatUnknown > 0) process.exitCode = 1;
}
