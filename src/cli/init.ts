import { createInterface } from 'node:readline';
import type { Permissions } from '../domain/plan.ts';
import { Problem, wrongCall } from '../lib/problem.ts';
import type { InitResult, SeenProject } from '../stint/data.ts';
import type { CliContext, CommonOptions, Completions, VerbModule } from './context.ts';
import { placeOf } from './open.ts';
import { oneOf } from './option-words.ts';
import { answer, note } from './print.ts';

export const help = `
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
  readonly permissions?: Permissions;
}

export const completes: Completions = { options: { '--permissions': PERMISSIONS } };

export const configure: VerbModule['configure'] = (command, context) => {
  command
    .option('--yes', 'ask nothing')
    .option(
      '--permissions <what>',
      `what sessions may do without asking: ${PERMISSIONS.join(', ')} (default: edit)`,
      oneOf('--permissions', PERMISSIONS),
    );
  command.action(async (options: InitOptions) => {
    const { initProject } = await import('../stint/outside.ts');
    const given = options.permissions ?? null;
    const isAsking = given === null && !options.yes && !options.json;
    const result = await initProject(placeOf(context, options), (seen) => {
      if (isAsking) requireTerminal();
      if (!options.json) note(describe(seen));
      return given ?? (isAsking ? askPermissions(context) : 'edit');
    });
    answer(result, options, renderInit);
  });
};

function renderInit({ file, permissions, missing, next }: InitResult): string {
  return [
    `Wrote ${file}, with permissions: ${permissions}.`,
    ...missing.map((step) => `First: ${step}`),
    'Next:',
    ...next.map((line) => `  $ ${line}`),
  ].join('\n');
}

function requireTerminal(): void {
  if (!process.stdin.isTTY)
    throw wrongCall(
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

function describe({ top, defaultBranch, packageManager, setup, check, agents }: SeenProject): string {
  const found = agents.map(
    ({ name, version, hasEvents }) =>
      `${name} ${version ?? '(says no version)'}${hasEvents ? '' : ', read as plain text'}`,
  );
  return [
    `repository   ${top}, default branch ${defaultBranch ?? 'none (HEAD is detached)'}`,
    `packages     ${packageManager ?? 'no package manager found'}${setup === null ? '' : `, set up with ${setup}`}`,
    `tests        ${check ?? 'none found; add `check:` to a category when there are'}`,
    `agents       ${found.length > 0 ? found.join('; ') : 'none found on PATH'}`,
  ].join('\n');
}
