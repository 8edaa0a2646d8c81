import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { explainConfig } from '../../src/config/explain.ts';
import { loadConfig, type LoadedConfig } from '../../src/config/load.ts';
import type { Problem } from '../../src/lib/problem.ts';
import { scratchFolder } from '../support/scratch.ts';

const PROJECT = `version: 1
harnesses:
  mine: { command: [agent] }
categories:
  code: { prompt: work, timeout: 30m }
  cross-repo: { prompt: work }
supervise: { silence: 10m, sample: 2s }
`;

interface Layers {
  readonly user?: string;
  readonly local?: string;
  readonly env?: Record<string, string>;
  readonly assignments?: readonly string[];
}

function load(layers: Layers): LoadedConfig {
  const folder = scratchFolder();
  const file = path.join(folder, 'project', 'stint.yaml');
  mkdirSync(path.dirname(file), { recursive: true });
  mkdirSync(path.join(folder, 'config', 'stint'), { recursive: true });
  writeFileSync(file, PROJECT);
  if (layers.local) writeFileSync(path.join(folder, 'project', 'stint.local.yaml'), layers.local);
  if (layers.user) writeFileSync(path.join(folder, 'config', 'stint', 'stint.yaml'), layers.user);
  const env = { XDG_CONFIG_HOME: path.join(folder, 'config'), ...layers.env };
  return loadConfig({ file, env, assignments: layers.assignments ?? [] });
}

function refusal(layers: Layers): Problem {
  try {
    load(layers);
  } catch (error) {
    return error as Problem;
  }
  throw new Error('nothing was refused');
}

const silenceOf = (layers: Layers): number | undefined =>
  [...load(layers).settings.categories.values()].find(({ name }) => name === 'code')?.supervise.get('mine')
    ?.silenceMs;

const MINUTE = 60_000;

test('each layer wins over the one below', () => {
  const user = 'supervise: { silence: 9m, finishing: 7s }';
  const local = 'supervise: { silence: 11m }';
  const env = { STINT_SUPERVISE__SILENCE: '12m' };
  const assignments = ['supervise.silence=13m'];
  expect(silenceOf({ user })).toBe(10 * MINUTE);
  expect(silenceOf({ user, local })).toBe(11 * MINUTE);
  expect(silenceOf({ user, local, env })).toBe(12 * MINUTE);
  expect(silenceOf({ user, local, env, assignments })).toBe(13 * MINUTE);
});

test('maps are merged, lists are replaced', () => {
  const { settings } = load({
    user: 'supervise: { finishing: 7s }\nharnesses: { mine: { model: [a, b] } }',
    local: 'harnesses: { mine: { model: [c] } }',
  });
  const code = [...settings.categories.values()][0];
  const policy = code?.supervise.get('mine');
  expect([policy?.finishingMs, policy?.sampleMs]).toEqual([7000, 2000]);
  expect(settings.harnesses.get('mine')?.models).toEqual(['c']);
});

test('variables find categories and words of several parts, whatever their spelling', () => {
  const { settings } = load({
    env: { STINT_CATEGORIES__CROSS_REPO__SOFT_DEADLINE: '50%', STINT_SCHEDULE__MAX_CONCURRENT: '2' },
  });
  expect(settings.schedule.maxConcurrent).toBe(2);
  const crossRepo = [...settings.categories.values()][1];
  expect(crossRepo?.softDeadlineMs).toBe(crossRepo ? crossRepo.timeoutMs / 2 : 0);
});

test('every setting says where it came from', () => {
  const { source } = load({
    local: 'schedule:\n  top: 2\n',
    env: { STINT_PERMISSIONS: 'read' },
    assignments: ['schedule.cooldown=1m'],
  });
  const origins = Object.fromEntries(
    explainConfig(source).map(({ path: key, origin }) => [key, origin.replace(/^.*\//, '')]),
  );
  expect(origins['schedule.top']).toBe('stint.local.yaml:2:8');
  expect(origins['permissions']).toBe('STINT_PERMISSIONS');
  expect(origins['schedule.cooldown']).toBe('--set schedule.cooldown');
  expect(origins['supervise.silence']).toBe('stint.yaml:7:23');
  expect(origins['supervise.grace']).toBe('default');
});

test.each<[string, Layers, RegExp, RegExp]>([
  [
    'a value of a lower layer',
    { user: 'supervise: { finishing: soon }' },
    /config\/stint\/stint\.yaml:1:25: supervise\.finishing is "soon"/,
    /./,
  ],
  [
    'an unknown key of the local file',
    { local: 'schedul: {}' },
    /stint\.local\.yaml:1:1: "schedul"/,
    /"schedule"/,
  ],
  [
    'a variable with a typing error',
    { env: { STINT_SUPERVISE__SILENC: '1m' } },
    /STINT_SUPERVISE__SILENC names no setting/,
    /"silence"/,
  ],
  [
    'a variable that contradicts',
    { env: { STINT_CATEGORIES__CODE__TIMEOUT: '1m' } },
    /supervise\.silence \(10m\) is longer than the time limit of code \(1m\)/,
    /timeout/,
  ],
  [
    'an assignment without a value',
    { assignments: ['supervise.silence'] },
    /--set is "supervise\.silence"/,
    /key=value/,
  ],
  [
    'an assignment to nothing',
    { assignments: ['supervise.slience=1m'] },
    /--set supervise\.slience/,
    /"silence"/,
  ],
])('refuses %s', (_, layers, message, hint) => {
  const problem = refusal(layers);
  expect(problem.message).toMatch(message);
  expect(problem.hint).toMatch(hint);
  expect(problem.exitCode).toBe(2);
});

test('variables of others are left alone, and so are those that stint itself sets', () => {
  expect(() =>
    load({ env: { STINT_SOMETHING: '1', STINT_SESSION_ID: 'abc', STINT_TRACE: '1' } }),
  ).not.toThrow();
});

test('a key named __proto__ is refused like any other', () => {
  expect(refusal({ local: '__proto__: { polluted: true }' }).message).toMatch(/__proto__/);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test('a file that is no map is refused by its own name, whatever a layer above says', () => {
  const env = { STINT_SUPERVISE__SILENCE: '12m' };
  expect(refusal({ local: '- version: 1\n', env }).message).toMatch(
    /stint\.local\.yaml:1:1: the file is a list/,
  );
  expect(refusal({ user: 'stint\n', env }).message).toMatch(/stint\.yaml:1:1: the file is "stint"/);
});
