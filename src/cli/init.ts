import type { Permissions } from '../domain/plan.ts';
import { Problem } from '../lib/problem.ts';
import type { InitResult, SeenProject } from '../stint/data.ts';
import { askPerson, requireTerminal } from './ask-person.ts';
import { oneOf } from './option-words.ts';
import { note } from './print.ts';
import { defineVerb, type CliContext } from './verb.ts';

const PERMISSIONS = ['read', 'edit', 'full'] as const;

const QUESTION =
  'What may sessions do without asking? read (look only), edit (change files and commit), full (anything) [edit] ';

export const verb = defineVerb({
  help: `
Looks at the repository and the machine (default branch, package manager, tests,
agent CLIs), asks what sessions may do without asking, and writes a short
stint.yaml. Nothing that is there is overwritten. --yes asks nothing and takes
--permissions, or edit.

Examples:
  $ stint init                        asks one question
  $ stint init --yes --permissions full --json
`,
  place: 'folder',
  options: {
    '--yes': 'ask nothing',
    '--permissions <what>': {
      about: `what sessions may do without asking: ${PERMISSIONS.join(', ')} (default: edit)`,
      ...oneOf(PERMISSIONS),
    },
  },
  async run({ context, place, options: { permissions: given, yes, json }, answer }) {
    const { initProject } = await import('../stint/outside.ts');
    const isAsking = given === undefined && !yes && !json;
    const result = await initProject(place(), (seen) => {
      if (isAsking)
        requireTerminal('Call `stint init --yes`, with --permissions where edit is not what you want.');
      if (!json) note(describe(seen));
      return given ?? (isAsking ? askPermissions(context) : 'edit');
    });
    answer(result, renderInit);
  },
});

function renderInit({ file, permissions, missing, next }: InitResult): string {
  return [
    `Wrote ${file}, with permissions: ${permissions}.`,
    ...missing.map((step) => `First: ${step}`),
    'Next:',
    ...next.map((line) => `  $ ${line}`),
  ].join('\n');
}

async function askPermissions(context: CliContext): Promise<Permissions> {
  const answer = await askPerson(QUESTION, context, (line) => {
    const found = PERMISSIONS.find((known) => known === (line || 'edit'));
    if (!found) note('Please answer read, edit or full.');
    return found;
  });
  if (answer !== undefined) return answer;
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
