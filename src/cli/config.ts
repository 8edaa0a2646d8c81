import type { Command } from 'commander';
import type { NotHonoured } from '../control/planning/not-honoured.ts';
import { countOf } from '../lib/count-of.ts';
import { oneLine } from '../lib/plain-text.ts';
import { Problem } from '../lib/problem.ts';
import type { CliContext, CommonOptions, Completions, VerbModule } from './context.ts';
import { withProject } from './open.ts';
import { print, printJson, table } from './print.ts';

const HELP = `
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

export const configure: VerbModule['configure'] = (command: Command, context: CliContext) => {
  command.argument('<what>', 'show or validate').addHelpText('after', HELP);
  command.action(async (what: string, options: CommonOptions) => {
    if (what !== 'show' && what !== 'validate')
      throw new Problem(
        'usage',
        `"${oneLine(what, 40)}" is nothing that \`stint config\` does.`,
        'It does show and validate.',
      );
    await withProject(context, options, 'read', async (project) => {
      const { explainConfig } = await import('../config/explain.ts');
      const { findNotActedOn } = await import('../config/not-acted-on.ts');
      const { findNotHonoured } = await import('../control/planning/not-honoured.ts');
      const { settings, source } = project.config();
      // Redacted before it is shortened, and as a field: its name may be what says that it is a secret.
      const explained = explainConfig(source).map((each) => ({
        ...each,
        value: project.redactor.value({ [each.path]: each.value })[each.path],
      }));
      if (what === 'validate') {
        const { readPrompt } = await import('../control/planning/make-plan.ts');
        for (const category of settings.categories.values()) readPrompt(settings, category);
        const summary = {
          file: settings.file,
          isValid: true,
          categories: settings.categories.size,
          harnesses: settings.harnesses.size,
          notActedOn: findNotActedOn(source),
          notHonoured: findNotHonoured(settings),
        };
        if (options.json) printJson(summary);
        else printSummary(summary);
      } else if (options.json) printJson(explained);
      else
        print(
          table(
            ['setting', 'value', 'from'],
            explained.map(({ path, value, origin }) => [path, shown(value), origin]),
          ),
        );
    });
  });
};

function printSummary(summary: {
  file: string;
  categories: number;
  harnesses: number;
  notActedOn: readonly string[];
  notHonoured: readonly NotHonoured[];
}): void {
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
