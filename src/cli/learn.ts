import type { Command } from 'commander';
import type { ShownBelief } from '../control/desk/show-beliefs.ts';
import { isCategoryName } from '../domain/ids.ts';
import { oneLine } from '../lib/plain-text.ts';
import { Problem } from '../lib/problem.ts';
import type { CliContext, CommonOptions, Completions, VerbModule } from './context.ts';
import { withProject } from './open.ts';
import { printJson, printWrapped } from './print.ts';
import { renderBeliefs, renderRebuilt } from './render-beliefs.ts';

const HELP = `
show: what is believed about the grade of each category, of each harness and
model in it, and of each run type, with 95 % intervals, and where a change was
detected. docs/learning.md says how that comes about.

rebuild: beliefs are made of the records alone. It drops what was kept of them
to be quick, folds all records again, and says whether the same came out.

Exit codes of rebuild: 0 the same · 1 it differed; what holds now is right

Examples:
  $ stint learn show --category code
  $ stint learn show --json
  $ stint learn rebuild
`;

const WHAT = ['show', 'rebuild'] as const;

interface LearnOptions extends CommonOptions {
  readonly category?: string;
}

export const completes: Completions = { argument: WHAT, options: { '--category': 'categories' } };

export const configure: VerbModule['configure'] = (command: Command, context: CliContext) => {
  command
    .argument('<what>', 'show or rebuild')
    .option('--category <name>', 'show only this one (default: all)')
    .addHelpText('after', HELP);
  command.action(async (what: string, options: LearnOptions) => {
    switch (what) {
      case 'show':
        return show(context, options);
      case 'rebuild':
        if (options.category !== undefined)
          throw new Problem('usage', '--category is for show; all beliefs are rebuilt.', 'Leave it out.');
        return rebuild(context, options);
      default:
        throw new Problem(
          'usage',
          `"${oneLine(what, 40)}" is nothing that \`stint learn\` does.`,
          'It does show and rebuild.',
        );
    }
  });
};

async function show(context: CliContext, options: LearnOptions): Promise<void> {
  await withProject(context, options, 'read', async (project) => {
    const { showBeliefs } = await import('../control/desk/show-beliefs.ts');
    const report = await showBeliefs(project);
    const { category } = options;
    const arms = category === undefined ? report.arms : onlyOf(report.arms, category);
    if (options.json) printJson({ ...report, arms });
    else printWrapped(renderBeliefs({ ...report, arms }));
  });
}

function onlyOf(arms: readonly ShownBelief[], category: string): ShownBelief[] {
  const found = arms.filter(({ arm }) => 'category' in arm && arm.category === category);
  if (found.length > 0) return found;
  const names = arms.flatMap(({ arm }) => (arm.kind === 'category' ? [arm.category] : []));
  const what = isCategoryName(category) ? 'of which nothing is known' : "which is no category's name";
  throw new Problem(
    'unknown_category',
    `--category is "${oneLine(category, 40)}", ${what}.`,
    `There are: ${names.join(', ')}.`,
  );
}

async function rebuild(context: CliContext, options: LearnOptions): Promise<void> {
  await withProject(context, options, 'write', async (project) => {
    const { rebuildBeliefs } = await import('../control/desk/rebuild-beliefs.ts');
    const rebuilt = await rebuildBeliefs(project);
    if (options.json) printJson(rebuilt);
    else printWrapped(renderRebuilt(rebuilt));
    if (!rebuilt.identical) process.exitCode = 1;
  });
}
