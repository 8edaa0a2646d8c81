import { expect, test } from 'vitest';
import type { Settings } from '../../../src/config/settings.ts';
import { startChosen } from '../../../src/control/loop/start-chosen.ts';
import { fanout } from '../../../src/control/loop/start-several.ts';
import { openProject } from '../../../src/control/project/project.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { Problem } from '../../../src/lib/problem.ts';
import { clockThatSkips } from '../../support/in-process.ts';
import { scratchProject } from '../../support/scratch.ts';
import { configOf, recordedIds } from '../../support/sessions.ts';
import { waitUntil } from '../../support/wait-until.ts';

test('starts are spread over the jitter, the first at once; one that cannot start keeps none of the others', async () => {
  const categories = { a: { prompt: 'true' }, b: { prompt: 'true' }, c: { prompt: 'true' } };
  const project = scratchProject(configOf(categories, { schedule: { jitter: '8s' } }));
  const slept: number[] = [];
  const clock = { ...systemClock, sleep: async (ms: number) => void slept.push(ms) };
  const opened = await openProject({ folder: project.folder, env: project.env, clock, access: 'write' });
  try {
    const draws = [0.25, 0.75];
    const options = {
      seed: 1,
      top: 3,
      random: () => draws.shift() ?? 1,
      cancelled: new AbortController().signal,
    };
    const { choice, spawned, skipped } = await startChosen(opened, options, async ({ category }, index) => {
      if (index === 1) throw new Problem('busy', `${category} is busy.`, 'Wait.', 75);
      return category;
    });
    const [first, second, third] = choice.chosen.map(({ category }) => category);
    expect(slept).toEqual([0, 2000, 6000]);
    expect(spawned).toEqual([first, third]);
    expect(skipped).toEqual([{ category: second, reason: `${second} is busy.` }]);
    const bug = startChosen(opened, options, () => Promise.reject(new TypeError('a bug')));
    await expect(bug).rejects.toThrow('a bug');
  } finally {
    await opened.close();
  }
});

test('a machine that fills up while a start waits out its jitter is asked again', async () => {
  const categories = { a: { prompt: 'true' }, b: { prompt: 'true' } };
  const project = scratchProject(configOf(categories, { schedule: { jitter: '8s' } }));
  let isFull = false;
  const clock = clockThatSkips(8000, async () => {
    await waitUntil('the first has its record', () => recordedIds(project).length === 1);
    isFull = true;
  });
  const opened = await openProject({ folder: project.folder, env: project.env, clock, access: 'write' });
  const settings = (): Settings => {
    const given = opened.settings();
    return isFull ? { ...given, admission: { ...given.admission, memory: 1e-9 } } : given;
  };
  try {
    const { choice, spawned, skipped } = await fanout(
      { ...opened, settings },
      {
        seed: 1,
        top: 2,
        random: () => 1,
        cancelled: new AbortController().signal,
      },
    );
    const [first, second] = choice.chosen.map(({ category }) => category);
    expect(spawned.map(({ category }) => category)).toEqual([first]);
    expect(skipped).toEqual([
      {
        category: second,
        reason: expect.stringMatching(/may not start: memory at \d+ % \(admission\.memory is/),
      },
    ]);
  } finally {
    await opened.close();
  }
});
