import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Choice, ChoiceInput } from '../../src/domain/choice.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import { scratchProject } from '../support/scratch.ts';
import { startStint, stint, stintJson, waitUntil } from '../support/stint.ts';

const SCRIPT = JSON.stringify(['sh', '-c', 'eval "$(cat)"']);

const CONFIG = `version: 1
preamble: false
harnesses:
  script: { command: ${SCRIPT}, format: text }
categories:
  code: { prompt: 'echo well', isolation: shared, check: 'true' }
schedule: { cooldown: 0s, slots: 2, maxConcurrent: 1 }
supervise: { sample: 100ms }
`;

/** Works until its file is there, and has said so with another one. */
const work = (folder: string, name: string): string =>
  `touch ${folder}/${name}.up; while [ ! -e ${folder}/go ]; do sleep 0.05; done; echo ${name} >page-${name}; git add .; git commit --quiet --message 'docs: ${name}'`;

test('one-off work runs beside the categories, each in a slot of its own, and moves no belief', async () => {
  const project = scratchProject(CONFIG);
  const up = (name: string) => existsSync(path.join(project.folder, '..', `${name}.up`));
  const outside = path.join(project.folder, '..');
  const before = await stintJson<Choice & { input: ChoiceInput }>(project, 'plan', '--seed', '7');

  // Both at once, one with the settings of a category, which stays free.
  const first = startStint(project, 'run', '--slot', '--prompt', work(outside, 'a'), '--json');
  const second = startStint(project, 'run', 'code', '--slot', '--prompt', work(outside, 'b'), '--json');
  await waitUntil('both work', () => up('a') && up('b'));
  const full = await stint(project, 'run', '--slot', '--prompt', 'echo c', '--json');
  expect([full.code, JSON.parse(full.stdout)]).toMatchObject([
    75,
    { error: { code: 'busy', message: 'All 2 slots are taken.' } },
  ]);
  const meanwhile = await stintJson<Choice & { input: ChoiceInput }>(project, 'plan', '--seed', '7');
  expect(meanwhile.chosen).toHaveLength(1);
  expect(meanwhile.input.running).toBe(0);

  writeFileSync(path.join(outside, 'go'), '');
  const results = await Promise.all([first.done, second.done]);
  const records = results.map(({ stdout }) => JSON.parse(stdout) as SessionRecord);
  expect(records.map(({ category }) => category).toSorted()).toEqual(['slot-1', 'slot-2']);
  expect(records).toMatchObject([
    { runType: 'oneoff', outcome: 'productive', check: { result: 'none' } },
    { runType: 'oneoff', outcome: 'productive', check: { result: 'passed' } },
  ]);
  expect(records[0]?.branch).toMatch(/^stint\/slot-[12]\//);
  expect(records[1]?.branch).toBeNull();

  // What is believed of the category is what it was.
  const after = await stintJson<Choice & { input: ChoiceInput }>(project, 'plan', '--seed', '7');
  expect(after.chosen[0]?.components.thompson).toBe(before.chosen[0]?.components.thompson);
  expect(after.input.categories.map(({ category }) => category)).toEqual(['code']);
  expect(after.input.categories[0]?.belief).toMatchObject({ updates: 0, sessions: 0 });
});

test('with no slot, or a category that is called like one, it is said before anything is written', async () => {
  const project = scratchProject(CONFIG.replace('slots: 2', 'slots: 0'));
  const none = await stint(project, 'run', '--slot', '--prompt', 'x', '--json');
  expect([none.code, JSON.parse(none.stdout)]).toMatchObject([2, { error: { code: 'no_slots' } }]);
  expect(existsSync(project.stateFolder)).toBe(false);
  project.write('stint.yaml', CONFIG.replace('code:', 'slot-3:'));
  const named = await stint(project, 'config', 'validate');
  expect([named.code, named.stderr]).toEqual([
    2,
    expect.stringMatching(/stint\.yaml:6:3: "slot-3": it is the name of a slot/),
  ]);
});
