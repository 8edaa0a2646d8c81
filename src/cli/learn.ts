import { oneLine } from '../lib/plain-text.ts';
import { Problem } from '../lib/problem.ts';
import type { CliContext, CommonOptions, Completions, VerbModule } from './context.ts';
import { stintOf } from './open.ts';
import { printJson, printWrapped } from './print.ts';
import { renderBeliefs, renderRebuilt } from './render-beliefs.ts';

export const help = `
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

export const configure: VerbModule['configure'] = (command, context) => {
  command
    .argument('<what>', 'show or rebuild')
    .option('--category <name>', 'show only this one (default: all)');
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
  const report = await stintOf(context, options).beliefs(options.category);
  if (options.json) printJson(report);
  else printWrapped(renderBeliefs(report));
}

async function rebuild(context: CliContext, options: LearnOptions): Promise<void> {
  const rebuilt = await stintOf(context, options).rebuildBeliefs();
  if (options.json) printJson(rebuilt);
  else printWrapped(renderRebuilt(rebuilt));
  if (!rebuilt.identical) process.exitCode = 1;
}
