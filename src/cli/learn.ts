import { wrongCall } from '../lib/problem.ts';
import { deed } from './option-words.ts';
import { printWrapped } from './print.ts';
import { renderBeliefs, renderRebuilt } from './render-beliefs.ts';
import { defineVerb } from './verb.ts';

export const verb = defineVerb({
  help: `
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
`,
  place: 'project',
  takes: { '<what>': deed('learn', ['show', 'rebuild']) },
  options: { '--category <name>': { about: 'show only this one (default: all)', offers: 'categories' } },
  async run({ stint, given, options: { category }, answer }) {
    if (given.what === 'show') return answer(await stint().beliefs(category), renderBeliefs, printWrapped);
    if (category !== undefined)
      throw wrongCall('--category is for show; all beliefs are rebuilt.', 'Leave it out.');
    const rebuilt = await stint().rebuildBeliefs();
    answer(rebuilt, renderRebuilt, printWrapped);
    if (!rebuilt.identical) process.exitCode = 1;
  },
});
