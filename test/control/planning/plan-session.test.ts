import { expect, onTestFinished, test } from 'vitest';
import { requireCategory } from '../../../src/control/planning/make-plan.ts';
import { planSession } from '../../../src/control/planning/plan-session.ts';
import { openProject, type Project } from '../../../src/control/project/project.ts';
import { slotName } from '../../../src/domain/ids.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { scratchProject } from '../../support/scratch.ts';

const CONFIG = `version: 1
harnesses:
  one: { command: [cat], format: text }
  two: { command: [cat], format: text }
  missing: { command: [no-such-program-anywhere], format: text }
categories:
  code: { harness: [one, two], model: [small, large], prompt: Fix. }
  gone: { harness: missing, prompt: Fix. }
`;

async function open(): Promise<Project> {
  const { folder, env } = scratchProject(CONFIG);
  const project = await openProject({ folder, env, clock: systemClock, access: 'write' });
  onTestFinished(() => project.close());
  return project;
}

test('the harness and model are drawn with the seed, and the plan keeps all that took part', async () => {
  const project = await open();
  const category = requireCategory(project.settings(), 'code');
  const plan = await planSession(project, category, { runType: 'manual', seed: 7 });
  expect(plan).toMatchObject({ category: 'code', runType: 'manual', seed: 7, arm: { seed: 7 } });
  expect(plan.arm?.candidates.map(({ harness, model }) => `${harness} ${model}`)).toEqual([
    'one small',
    'one large',
    'two small',
    'two large',
  ]);
  expect(plan).toMatchObject({ harness: plan.arm?.harness, model: plan.arm?.model });
  const again = await planSession(project, category, { runType: 'manual', seed: 7 });
  expect(again.arm).toEqual(plan.arm);
});

test('without a seed one is drawn, and the plan does not claim that it can be repeated', async () => {
  const project = await open();
  const category = requireCategory(project.settings(), 'code');
  const plan = await planSession(project, category, { runType: 'respawn', seed: null, chain: 2 });
  expect(plan).toMatchObject({ seed: null, chain: 2, arm: { seed: expect.any(Number) } });
});

test('a harness and model that a choice has drawn are not drawn again', async () => {
  const project = await open();
  const category = requireCategory(project.settings(), 'code');
  for (const model of ['small', 'large']) {
    const chosen = { harness: 'two', model, candidates: [] };
    const plan = await planSession(project, category, { runType: 'timer', seed: 7, choice: 3, chosen });
    expect(plan).toMatchObject({ harness: 'two', model, choice: 3, arm: { seed: 7, ...chosen } });
  }
});

test('one-off work borrows the settings of a category under a name of its own', async () => {
  const project = await open();
  const category = requireCategory(project.settings(), 'code');
  const plan = await planSession(project, category, {
    runType: 'oneoff',
    seed: null,
    runsAs: slotName(1),
    promptText: 'Why is CI slow?',
  });
  expect(plan.category).toBe(slotName(1));
  expect(plan.prompt).toContain('Why is CI slow?');
  expect(['one', 'two']).toContain(plan.harness);
});

test('a category whose only program is missing is refused with the name of the program', async () => {
  const project = await open();
  const category = requireCategory(project.settings(), 'gone');
  const planned = planSession(project, category, { runType: 'manual', seed: null });
  await expect(planned).rejects.toMatchObject({
    code: 'harness_missing',
    message: expect.stringContaining('no-such-program-anywhere'),
  });
});
