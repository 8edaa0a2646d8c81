import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import type { DetectedProject } from '../control/setup/detect-project.ts';
import type { Permissions } from '../domain/plan.ts';
import { Problem } from '../lib/problem.ts';
import type { CliContext, CommonOptions, Completions, VerbModule } from './context.ts';
import { namedPlace } from './open.ts';
import { note, print, printJson } from './print.ts';

const HELP = `
Looks at the repository and the machine (default branch, package manager, tests,
agent CLIs), asks what sessions may do without asking, and writes a short
stint.yaml. Nothing that is there is overwritten. --yes asks nothing and takes
--permissions, or edit.

Examples:
  $ stint init                        asks one question
  $ stint init --yes --permissions full --json
`;

const PERMISSIONS = ['read', 'edit', 'full'] as const;

const QUESTION =
  'What may sessions do without asking? read (look only), edit (change files and commit), full (anything) [edit] ';

interface InitOptions extends CommonOptions {
  readonly yes?: boolean;
  readonly permissions?: string;
}

export const completes: Completions = { options: { '--permissions': PERMISSIONS } };

export const configure: VerbModule['configure'] = (command: Command, context: CliContext) => {
  command
    .option('--yes', 'ask nothing')
    .option(
      '--permissions <what>',
      `what sessions may do without asking: ${PERMISSIONS.join(', ')} (default: edit)`,
    )
    .addHelpText('after', HELP);
  command.action(async (options: InitOptions) => {
    const { composeConfig, requireRepository, writeConfig } =
      await import('../control/setup/init-project.ts');
    const { detectProject } = await import('../control/setup/detect-project.ts');
    const given = options.permissions === undefined ? null : requirePermissions(options.permissions);
    const repository = await requireRepository(namedPlace(context, options).folder);
    const isAsking = given === null && !options.yes && !options.json;
    if (isAsking) requireTerminal();
    const detected = await detectProject(repository, context.env);
    if (!options.json) note(describe(detected, repository.top));
    const permissions = given ?? (isAsking ? await askPermissions(context) : 'edit');
    const file = writeConfig(repository, composeConfig(repository, detected, permissions));
    const missing = missingSteps(detected, repository.head !== null);
    const next = [missing.length > 0 ? 'stint doctor' : 'stint config show', 'stint plan', 'stint run code'];
    if (options.json) printJson({ file, permissions, ...summary(detected), missing, next });
    else
      print(
        `Wrote ${file}, with permissions: ${permissions}.\n${missing.map((step) => `First: ${step}\n`).join('')}Next:\n${next.map((line) => `  $ ${line}`).join('\n')}`,
      );
  });
};

/** What a person has to do before any session can start. */
function missingSteps(detected: DetectedProject, hasCommit: boolean): string[] {
  return [
    ...(detected.clis.length > 0
      ? []
      : ['put the command of your agent in the place of my-agent in stint.yaml; none was found on PATH.']),
    ...(hasCommit
      ? []
      : ['make a commit, which sessions start from: git add --all && git commit --message start']),
  ];
}

function requirePermissions(text: string): Permissions {
  const found = PERMISSIONS.find((known) => known === text);
  if (!found)
    throw new Problem(
      'usage',
      `--permissions is "${text.slice(0, 40)}".`,
      `It must be one of ${PERMISSIONS.join(', ')}.`,
    );
  return found;
}

function requireTerminal(): void {
  if (!process.stdin.isTTY)
    throw new Problem(
      'usage',
      'Nobody can be asked here: this is no terminal.',
      'Call `stint init --yes`, with --permissions where edit is not what you want.',
    );
}

async function askPermissions(context: CliContext): Promise<Permissions> {
  const lines = createInterface({
    input: process.stdin,
    output: process.stderr,
    signal: context.interrupted,
  });
  lines.setPrompt(QUESTION);
  lines.prompt();
  // The iterator and not `question`, which loses what is typed ahead of it.
  for await (const line of lines) {
    const answer = line.trim() === '' ? 'edit' : line.trim();
    const found = PERMISSIONS.find((known) => known === answer);
    if (found) {
      lines.close();
      return found;
    }
    note('Please answer read, edit or full.');
    lines.prompt();
  }
  throw new Problem(
    'interrupted',
    'Nothing was answered, so nothing was written.',
    'Call it again, or with --yes.',
    130,
  );
}

function describe(detected: DetectedProject, top: string): string {
  const clis = detected.clis.map(
    ({ cli, version, hasEvents }) =>
      `${cli.name} ${version ?? '(says no version)'}${hasEvents ? '' : ', read as plain text'}`,
  );
  return [
    `repository   ${top}, default branch ${detected.defaultBranch ?? 'none (HEAD is detached)'}`,
    `packages     ${detected.packageManager ?? 'no package manager found'}${detected.setup === null ? '' : `, set up with ${detected.setup}`}`,
    `tests        ${detected.test ?? 'none found; add `check:` to a category when there are'}`,
    `agents       ${clis.length > 0 ? clis.join('; ') : 'none found on PATH'}`,
  ].join('\n');
}

function summary(detected: DetectedProject) {
  const agents = detected.clis.map(({ cli, file, version, hasEvents }) => ({
    name: cli.name,
    file,
    version,
    hasEvents,
  }));
  return {
    defaultBranch: detected.defaultBranch,
    packageManager: detected.packageManager,
    setup: detected.setup,
    check: detected.test,
    agents,
  };
}
