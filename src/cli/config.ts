import { oneLine } from '../lib/plain-text.ts';
import { countOf } from '../lib/quantities.ts';
import type { ValidSettings } from '../stint/data.ts';
import type { CliContext, CommonOptions, Completions, VerbModule } from './context.ts';
import { stintOf } from './open.ts';
import { deedOf } from './option-words.ts';
import { answer, table } from './print.ts';

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

const DEEDS = ['show', 'validate'] as const;

export const completes: Completions = { argument: DEEDS };

export const configure: VerbModule['configure'] = (command, context) => {
  command.argument('<what>', 'show or validate');
  command.action(async (what: string, options: CommonOptions) => {
    return deedOf('config', DEEDS)(what) === 'show'
      ? showSettings(context, options)
      : validateSettings(context, options);
  });
};

async function showSettings(context: CliContext, options: CommonOptions): Promise<void> {
  const explained = await stintOf(context, options).settings();
  const rows = explained.map(({ path, value, origin }) => [path, shown(value), origin]);
  answer(explained, options, () => table(['setting', 'value', 'from'], rows));
}

async function validateSettings(context: CliContext, options: CommonOptions): Promise<void> {
  const summary = await stintOf(context, options).validateSettings();
  answer(summary, options, renderSummary);
}

function renderSummary({ file, categories, harnesses, notActedOn, notHonoured }: ValidSettings): string {
  return [
    `${file} is valid: ${countOf(categories, 'category', 'categories')}, ${countOf(harnesses, 'harness', 'harnesses')}.`,
    ...notActedOn.map(
      (name) => `  ${oneLine(name, 80)} is checked, and nothing in this version goes by it yet.`,
    ),
    ...notHonoured.map(
      (each) =>
        `  ${oneLine(each.harness, 80)} (${oneLine(each.categories.join(', '), 200)}): ${each.detail}.`,
    ),
  ].join('\n');
}

function shown(value: unknown): string {
  return oneLine(typeof value === 'string' ? value : JSON.stringify(value), LONGEST_VALUE);
}
