import type { Command } from 'commander';
import type { ReliabilityReport } from '../report/reliability.ts';
import type { CliContext, CommonOptions, VerbModule } from './context.ts';
import { wholeNumber, withProject } from './open.ts';
import { print, printJson } from './print.ts';
import { renderReliability } from './render-reliability.ts';
import { Problem } from '../lib/problem.ts';

const HELP = `
reliability: how many sessions fail, how, and whether the newest differ from those
before them. Rates have 95 % intervals (Wilson); a shift is called one only when it is
not noise (Fisher, Holm).

Examples:
  $ stint report reliability                         the last 100 sessions, the newest 30 against the rest
  $ stint report reliability --last 200 --recent 50 --json
`;

interface ReportOptions extends CommonOptions {
  readonly last: number;
  readonly recent?: number;
  readonly compare?: number;
}

export const configure: VerbModule['configure'] = (command: Command, context: CliContext) => {
  command
    .argument('<what>', 'reliability')
    .option('--last <n>', 'look at the last n sessions', wholeNumber('--last', 1, 1_000_000), 100)
    .option(
      '--recent <n>',
      'compare the newest n of them with the others (default: 30)',
      wholeNumber('--recent', 1, 1_000_000),
    )
    .option('--compare <n>', 'the same as --recent', wholeNumber('--compare', 1, 1_000_000))
    .addHelpText('after', HELP);
  command.action(async (what: string, options: ReportOptions) => {
    if (what !== 'reliability')
      throw new Problem('usage', `There is no report "${what.slice(0, 40)}".`, 'There is: reliability.');
    await withProject(context, options, 'read', async (project) => {
      const { reportReliability } = await import('../control/report-reliability.ts');
      const report: ReliabilityReport = await reportReliability(
        project,
        options.last,
        options.recent ?? options.compare ?? 30,
      );
      if (options.json) printJson(report);
      else print(renderReliability(report));
    });
  });
};
