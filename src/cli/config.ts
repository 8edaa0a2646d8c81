import { countOf } from '../lib/count-of.ts';
import { oneLine } from '../lib/plain-text.ts';
import { Problem } from '../lib/problem.ts';
import type { ValidSettings } from '../stint/data.ts';
import type { CliContext, CommonOptions, Completions, VerbModule } from './context.ts';
import { stintOf } from './open.ts';
import { print, printJson, table } from './print.ts';

export const help = `
show lists every setting that holds and where it came from: the defaults, then
$XDG_CONFIG_HOME/stint/stint.yaml, stint.yaml, stint.local.yaml beside it,
variables such as STINT_SUPERVISE__SILENCE=5m, and --set; later ones win.
validate only checks, prompt files too.

Examples:
  $ stint config show                          what holds, and why
  $ stint config validate --config other.yaml  check another file
`;

const LONGEST_VALUE = 60;

export const completes: Completions = { argument: ['show', 'validate'] };

export const configure: VerbModule['configure'] = (command, context) => {
  command.argument('<what>', 'show or validate');
  command.action(async (what: string, options: CommonOptions) => {
    if (what !== 'show' && what !== 'validate')
      throw new Problem(
        'usage',
        `"${oneLine(what, 40)}" is nothing that \`stint config\` does.`,
        'It does show and validate.',
      );
    return what === 'show' ? showSettings(context, options) : validateSettings(context, options);
  });
};

async function showSettings(context: CliContext, options: CommonOptions): Promise<void> {
  const explained = await stintOf(context, options).settings();
  if (options.json) return printJson(explained);
  const rows = explained.map(({ path, value, origin }) => [path, shown(value), origin]);
  print(table(['setting', 'value', 'from'], rows));
}

async function validateSettings(context: CliContext, options: CommonOptions): Promise<void> {
  const summary = await stintOf(context, options).validateSettings();
  if (options.json) printJson(summary);
  else printSummary(summary);
}

function printSummary(summary: ValidSettings): void {
  print(
    `${summary.file} is valid: ${countOf(summary.categories, 'category', 'categories')}, ${countOf(summary.harnesses, 'harness', 'harnesses')}.`,
  );
  for (const name of summary.notActedOn)
    print(`  ${oneLine(name, 80)} is checked, and nothing in this version goes by it yet.`);
  for (const { harness, categories, detail } of summary.notHonoured)
    print(`  ${oneLine(harness, 80)} (${oneLine(categories.join(', '), 200)}): ${detail}.`);
}

function shown(value: unknown): string {
  return oneLine(typeof value === 'string' ? value : JSON.stringify(value), LONGEST_VALUE);
}
