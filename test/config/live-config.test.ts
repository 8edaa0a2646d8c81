import { renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { LiveConfig, type ConfigChange } from '../../src/config/live-config.ts';
import { loadConfig } from '../../src/config/load.ts';
import { scratchFolder } from '../support/scratch.ts';

const configText = (timeout: string): string =>
  `version: 1\nharnesses:\n  agent: { command: [agent] }\ncategories:\n  code: { prompt: x, timeout: ${timeout} }\n`;

function openLive() {
  const folder = scratchFolder();
  const file = path.join(folder, 'stint.yaml');
  const write = (text: string, name = 'stint.yaml'): void => writeFileSync(path.join(folder, name), text);
  write(configText('10m'));
  const places = { file, env: {}, assignments: [] };
  const told: ConfigChange[] = [];
  const live = new LiveConfig(places, loadConfig(places), (change) => told.push(change));
  const minutes = (): number => {
    const [category] = live.current().settings.categories.values();
    return (category?.timeoutMs ?? 0) / 60_000;
  };
  return {
    folder,
    file,
    write,
    minutes,
    told: () =>
      told.splice(0).map(({ kind, problem }) => [kind, problem?.message.replace(`${folder}/`, '') ?? null]),
  };
}

test('what is edited holds at the next look, and is told once', () => {
  const { write, minutes, told } = openLive();
  expect([minutes(), told()]).toEqual([10, []]);
  write(configText('20m'));
  expect([minutes(), minutes(), told()]).toEqual([20, 20, [['changed', null]]]);
});

test('an edit of the same length within the same tick of the clock is seen: the text decides', () => {
  const { write, minutes } = openLive();
  for (const each of [11, 12, 13, 14]) {
    write(configText(`${each}m`));
    expect(minutes()).toBe(each);
  }
});

test('a broken file keeps the last good settings, and each text of it is told once with its place', () => {
  const { write, minutes, told } = openLive();
  write(configText('20m').replace('timeout', 'timeuot'));
  expect([minutes(), minutes()]).toEqual([10, 10]);
  expect(told()).toEqual([['broken', 'stint.yaml:5:22: "categories.code.timeuot" is no setting.']]);
  write(configText('soon'));
  expect([minutes(), minutes()]).toEqual([10, 10]);
  expect(told()).toEqual([
    ['broken', expect.stringMatching(/^stint\.yaml:5:31: categories\.code\.timeout is "soon"/)],
  ]);
  write(configText('20m'));
  expect([minutes(), told()]).toEqual([20, [['restored', null]]]);
});

test('a file that is broken and then as it was before is told as good again', () => {
  const { write, minutes, told } = openLive();
  write('version: [\n');
  expect([minutes(), told()]).toEqual([10, [['broken', expect.stringMatching(/^stint\.yaml:\d+:\d+: /)]]]);
  write(configText('10m'));
  expect([minutes(), told()]).toEqual([10, [['restored', null]]]);
});

test('an editor that puts a new file in the place of the old one is followed, also between its two steps', () => {
  const { folder, file, write, minutes, told } = openLive();
  write(configText('30m'), '.stint.yaml.swp');
  renameSync(file, `${file}~`);
  expect([minutes(), told()]).toEqual([10, [['broken', expect.stringMatching(/^There is no stint\.yaml/)]]]);
  renameSync(path.join(folder, '.stint.yaml.swp'), file);
  expect([minutes(), told()]).toEqual([30, [['restored', null]]]);
});

test.each([
  ['stint.yaml', configText('20m'), /^stint\.yaml:1:1: version is missing/],
  ['stint.local.yaml', 'categories: { code: { timeout: 20m } }\n', /^stint\.local\.yaml:1:1: it is empty/],
])('%s that is empty for a moment is half written', (name, text, says) => {
  const { write, minutes, told } = openLive();
  write(text, name);
  expect([minutes(), told()]).toEqual([20, [['changed', null]]]);
  write('', name);
  expect([minutes(), told()]).toEqual([20, [['broken', expect.stringMatching(says)]]]);
  write(text.replace('20m', '25m'), name);
  expect([minutes(), told()]).toEqual([25, [['restored', null]]]);
});

test('a layer of one user comes and goes', () => {
  const { folder, write, minutes, told } = openLive();
  write('', 'stint.local.yaml');
  expect(minutes()).toBe(10);
  write('categories: { code: { timeout: 5m } }\n', 'stint.local.yaml');
  expect(minutes()).toBe(5);
  rmSync(path.join(folder, 'stint.local.yaml'));
  expect(minutes()).toBe(10);
  expect(told().map(([kind]) => kind)).toEqual(['changed', 'changed', 'changed']);
});

test('without a good one there is nothing to keep: it refuses as the first reading does', () => {
  const file = path.join(scratchFolder(), 'stint.yaml');
  const live = new LiveConfig({ file, env: {}, assignments: [] }, null, () => {
    throw new Error('nothing changed');
  });
  expect(() => live.current()).toThrow(/There is no stint\.yaml/);
  writeFileSync(file, configText('10m'));
  expect(live.current().settings.categories.size).toBe(1);
});
