import type { Command } from 'commander';
import type { ImportOptions } from '../control/desk/exchange/import-options.ts';
import type { ImportReport } from '../control/desk/exchange/import-tally.ts';
import type { ImportList } from '../control/desk/exchange/list-imports.ts';
import type { Project } from '../control/project/project.ts';
import { Problem } from '../lib/problem.ts';
import type { CliContext, CommonOptions, VerbModule } from './context.ts';
import { namedPlace, withProject } from './open.ts';
import { note, percent, print, printJson } from './print.ts';
import { describeTrouble, renderImport, renderPlaces } from './render-import.ts';

const HELP = `
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

export const configure: VerbModule['configure'] = (command: Command, context: CliContext) => {
  command
    .argument('[path...]', 'a file, or a folder with .jsonl files; default: every place that is known')
    .option('--all', 'sessions of other projects too')
    .option(
      '--repo <dir>',
      'a repository that may have their commits; may be repeated',
      (text: string, before: readonly string[] | undefined) => [...(before ?? []), text],
    )
    .option('--again', 'read files too that did not change since they were imported')
    .option('--verbose', 'where it looked, and all that was not read')
    .addHelpText('after', HELP);
  command.action(async (paths: readonly string[], options: ImportWords) => {
    const { listNamed } = await import('../control/desk/exchange/list-imports.ts');
    const { folder } = namedPlace(context, options);
    if (paths.length > 0 && options.all === true)
      throw new Problem('usage', '--all goes without a path.', 'What a path holds is taken anyway.');
    // Asked first: a wrong path makes no state.
    const named = paths.length > 0 ? listNamed(folder, paths) : null;
    const repositories = await findRepositories(folder, options.repo ?? []);
    const report = await withProject(context, options, 'wrap', (project) =>
      importInto(project, folder, named, repositories, options, context),
    );
    for (const sentence of describeTrouble(report, options.verbose === true)) note(`stint: ${sentence}`);
    if (options.json) printJson(report);
    else print([...(options.verbose ? renderPlaces(report) : []), renderImport(report)].join('\n'));
    if (report.sessions === 0 && report.unreadableLines + report.formatUnknown > 0) process.exitCode = 1;
  });
};

async function findRepositories(
  folder: string,
  named: readonly string[],
): Promise<ImportOptions['repositories']> {
  const { requireRepositories } = await import('../control/desk/exchange/import-scope.ts');
  return requireRepositories(folder, named);
}

async function importInto(
  project: Project,
  folder: string,
  named: ImportList | null,
  repositories: ImportOptions['repositories'],
  options: ImportWords,
  context: CliContext,
): Promise<ImportReport> {
  const { importFiles } = await import('../control/desk/exchange/import-files.ts');
  const { listKnown } = await import('../control/desk/exchange/list-imports.ts');
  const { scopeOfProject } = await import('../control/desk/exchange/import-scope.ts');
  const { repository, env } = project;
  const scope = named || options.all === true ? null : await scopeOfProject(project, folder);
  const top = repository.commonDir === null ? null : repository.top;
  const isShown = options.json !== true && process.stderr.isTTY;
  const progress = isShown ? (await import('./progress-line.ts')).createProgressLine(false) : null;
  project.events.subscribe((event) => {
    if (event.name !== 'import.advanced') return;
    const { file, share, sessions } = event;
    progress?.update(`${percent(share)}, ${sessions} sessions, reading ${file}`);
  });
  try {
    return await importFiles(project, named ?? listKnown(env, top, scope), {
      isAgain: options.again === true,
      scope,
      repositories: top === null ? repositories : [...repositories, repository],
      cancelled: context.interrupted,
    });
  } finally {
    progress?.stop();
  }
}
