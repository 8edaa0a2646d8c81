import { oneLine } from '../lib/plain-text.ts';
import { countOf } from '../lib/quantities.ts';
import type { ExplainedSetting, ValidSettings } from '../stint/data.ts';
import { deed } from './option-words.ts';
import { table, valueText } from './print.ts';
import { defineVerb } from './verb.ts';

const LONGEST_VALUE = 60;

export const verb = defineVerb({
  help: `
show lists every setting that holds and where it came from: the defaults, then
$XDG_CONFIG_HOME/stint/stint.yaml, stint.yaml, stint.local.yaml beside it,
variables such as STINT_SUPERVISE__SILENCE=5m, and --set; later ones win.
validate only checks, prompt files too.

Examples:
  $ stint config show                          what holds, and why
  $ stint config validate --config other.yaml  check another file
`,
  takes: { '<what>': deed('config', ['show', 'validate']) },
  async run({ stint, given, answer }) {
    if (given.what === 'show') answer(await stint().settings(), renderSettings);
    else answer(await stint().validateSettings(), renderSummary);
  },
});

function renderSettings(explained: readonly ExplainedSetting[]): string {
  const rows = explained.map(({ path, value, origin }) => [path, valueText(value, LONGEST_VALUE), origin]);
  return table(['setting', 'value', 'from'], rows);
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
