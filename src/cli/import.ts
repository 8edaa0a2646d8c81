import type { Command } from 'commander';
import type { ImportReport } from '../control/import-tally.ts';
import { countOf } from '../lib/count-of.ts';
import { oneLine } from '../lib/plain-text.ts';
import type { CliContext, CommonOptions, VerbModule } from './context.ts';
import { namedPlace, withProject } from './open.ts';
import { note, percent, print, printJson } from './print.ts';
import { createProgressLine } from './progress-line.ts';

const HELP = `
Reads record files: JSONL of other run loops, with outcome,
grades.productivity, loop_status and the like, and what stint export wrote.
What a file is, is told by what stands in it. Importing again changes nothing;
a row that changed becomes an amendment; a file that did not change is not read.
It needs neither a repository nor a stint.yaml. Imported sessions are in the
reports; they move no belief unless learn.imported is true.

Examples:
  $ stint import state/sessions/session-records.jsonl
  $ stint import ~/backup/exports --json    every .jsonl file below a folder
`;

interface ImportOptions extends CommonOptions {
  readonly again?: boolean;
}

const MOST_PLACES = 5;

export const configure: VerbModule['configure'] = (command: Command, context: CliContext) => {
  command
    .argument('<path...>', 'a file of records, or a folder with such files')
    .option('--again', 'read files too that did not change since they were imported')
    .addHelpText('after', HELP);
  command.action(async (paths: readonly string[], options: ImportOptions) => {
    const { findRecordFiles } = await import('../control/record-file.ts');
    // Asked first: a wrong path makes no state.
    const files = findRecordFiles(namedPlace(context, options).folder, paths);
    const report = await withProject(context, options, 'wrap', async (project) => {
      const { importRecords } = await import('../control/import-records.ts');
      const progress = createProgressLine(options.json === true);
      try {
        return await importRecords(project, files, {
          isAgain: options.again === true,
          cancelled: context.interrupted,
          onProgress: ({ file, share, sessions }) =>
            progress.update(`${percent(share)} of ${file}, ${sessions} sessions`),
        });
      } finally {
        progress.stop();
      }
    });
    for (const sentence of describeTrouble(report)) note(`stint: ${sentence}`);
    if (options.json) printJson(report);
    else print(renderImport(report));
    if (report.sessions === 0 && report.unreadableLines + report.formatUnknown > 0) process.exitCode = 1;
  });
};

/** What was not read of files, in sentences. */
export function describeTrouble(report: ImportReport): string[] {
  const hidden = report.unreadableLines - Math.min(report.unreadable.length, MOST_PLACES);
  return [
    ...report.unknownFiles.map(({ file, expected }) => `${oneLine(file, 300)}: format unknown; ${expected}.`),
    ...report.unreadable
      .slice(0, MOST_PLACES)
      .map(({ file, line, reason }) => `${oneLine(file, 300)}:${line}: not read: ${oneLine(reason, 200)}.`),
    ...(report.unreadable.length > 0 && hidden > 0 ? [`${hidden} more lines were not read.`] : []),
    ...report.waiting.map(
      (file) => `${oneLine(file, 300)}: its last record is not whole yet; import it again later.`,
    ),
    ...(report.conflicts > 0
      ? [`${report.conflicts} sessions have another record here, or still run; they were left as they are.`]
      : []),
  ];
}

export function renderImport(report: ImportReport): string {
  const harnesses = Object.entries(report.byHarness).map(([name, count]) => `${oneLine(name, 40)} ${count}`);
  const notRead = [
    countOf(report.unreadableLines, 'unreadable line'),
    `${countOf(report.formatUnknown, 'file')} of unknown format`,
    ...(report.subagents > 0
      ? [`${countOf(report.subagents, 'row')} of subagents, no sessions of their own`]
      : []),
  ];
  return [
    `${countOf(report.sessions, 'session')}: ${report.new} new, ${report.updated} updated, ${report.unchanged} unchanged`,
    ...(harnesses.length > 0 ? [`by harness: ${harnesses.join(', ')}`] : []),
    `not counted: ${notRead.join(', ')}`,
  ].join('\n');
}
