import { wrongCall } from '../lib/problem.ts';
import type { CliContext, CommonOptions, Completions, VerbModule } from './context.ts';
import { stintOf } from './open.ts';
import { deedOf } from './option-words.ts';
import { answer, printWrapped } from './print.ts';
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

const DEEDS = ['show', 'rebuild'] as const;

interface LearnOptions extends CommonOptions {
  readonly category?: string;
}

export const completes: Completions = { argument: DEEDS, options: { '--category': 'categories' } };

export const configure: VerbModule['configure'] = (command, context) => {
  command
    .argument('<what>', 'show or rebuild')
    .option('--category <name>', 'show only this one (default: all)');
  command.action(async (what: string, options: LearnOptions) => {
    if (deedOf('learn', DEEDS)(what) === 'show') return show(context, options);
    if (options.category !== undefined)
      throw wrongCall('--category is for show; all beliefs are rebuilt.', 'Leave it out.');
    return rebuild(context, options);
  });
};

async function show(context: CliContext, options: LearnOptions): Promise<void> {
  answer(await stintOf(context, options).beliefs(options.category), options, renderBeliefs, printWrapped);
}

async function rebuild(context: CliContext, options: LearnOptions): Promise<void> {
  const rebuilt = await stintOf(context, options).rebuildBeliefs();
  answer(rebuilt, options, renderRebuilt, printWrapped);
  if (!rebuilt.identical) process.exitCode = 1;
}
