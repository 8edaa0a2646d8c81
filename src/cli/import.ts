import { wrongCall } from '../lib/problem.ts';
import type { CommonOptions, VerbModule } from './context.ts';
import { createProgressLine } from './live-view.ts';
import { stintOf } from './open.ts';
import { repeated } from './option-words.ts';
import { answer, note, percent } from './print.ts';
import { describeTrouble, renderImport, renderPlaces } from './render-import.ts';

export const help = `
Without a path it looks where Claude Code, Codex, Gemini CLI and pi keep their
sessions under HOME (or where they were told to), and for this project's
session-records.jsonl; in a repository it takes the sessions that started in one
of its checkouts, elsewhere all. With a path it takes all that is in it:
transcripts, record files of other run loops, and what stint export wrote. What
a file is, is told by what stands in it. Importing again changes nothing, and
opens no file that did not change; what changed becomes amendments. It needs
neither a repository nor a stint.yaml. Commits count where git has them: in the
repository that the session worked in, or in one that --repo names.

Examples:
  $ stint import                      the sessions of this repository
  $ stint import --all --verbose      everybody's, and where it looked
  $ stint import ~/backup/exports --repo ../app --json
`;

interface ImportWords extends CommonOptions {
  readonly again?: boolean;
  readonly all?: boolean;
  readonly repo?: readonly string[];
  readonly verbose?: boolean;
}

export const configure: VerbModule['configure'] = (command, context) => {
  command
    .argument('[path...]', 'a file, or a folder with .jsonl files; default: every place that is known')
    .option('--all', 'sessions of other projects too')
    .option('--repo <dir>', 'a repository that may have their commits; may be repeated', repeated)
    .option('--again', 'read files too that did not change since they were imported')
    .option('--verbose', 'where it looked, and all that was not read');
  command.action(async (paths: readonly string[], options: ImportWords) => {
    if (paths.length > 0 && options.all === true)
      throw wrongCall('--all goes without a path.', 'What a path holds is taken anyway.');
    const progress = createProgressLine(options.json === true);
    const stint = stintOf(context, options, (event) => {
      if (event.name === 'import.advanced')
        progress.update(`${percent(event.share)}, ${event.sessions} sessions, reading ${event.file}`);
    });
    const isAll = options.all === true;
    const isAgain = options.again === true;
    const report = await stint
      .import({ paths, isAll, isAgain, repositories: options.repo ?? [] })
      .finally(() => progress.stop());
    for (const sentence of describeTrouble(report, options.verbose === true)) note(`stint: ${sentence}`);
    const places = options.verbose ? renderPlaces(report) : [];
    answer(report, options, () => [...places, renderImport(report)].join('\n'));
    if (report.sessions === 0 && report.unreadableLines + report.formatUnknown > 0) process.exitCode = 1;
  });
};
