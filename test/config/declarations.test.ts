import { describe, expect, test } from 'vitest';
import { explainConfig } from '../../src/config/explain.ts';
import { HARNESS_SETTINGS } from '../../src/config/harness-settings.ts';
import { loadConfig, type LoadedConfig } from '../../src/config/load.ts';
import { CONFIG_SETTINGS, configJsonSchema, keysAt } from '../../src/config/schema.ts';
import { settingsPage } from '../../tools/settings-page.ts';
import { makePlan } from '../../src/control/planning/make-plan.ts';
import { readPlan } from '../../src/domain/plan.ts';
import { CATEGORY_SETTINGS } from '../../src/domain/settings/category.ts';
import type { Level } from '../../src/domain/settings/setting.ts';
import { aboutOf, leavesOf, ruleOf, standingAt } from '../../src/domain/settings/table.ts';

// A setting is declared once. These tests find the settings in the declarations.

const SMALLEST = `version: 1
harnesses: { agent: { command: [agent] } }
categories: { code: { prompt: do it } }
`;

function load(text = SMALLEST, assignments: readonly string[] = []): LoadedConfig {
  const file = '/project/stint.yaml';
  return loadConfig({ file, env: {}, assignments }, [{ file, text }]);
}

/** Every setting at every level that declares it or lets it stand. */
const ALL = (
  [
    ['top', CONFIG_SETTINGS],
    ['harness', HARNESS_SETTINGS],
    ['category', CATEGORY_SETTINGS],
  ] as const
).flatMap(([level, table]) => leavesOf(table).map(([key, entry]) => ({ level, key, entry })));

/** The limits of a session, which may stand at every level. */
const LIMITS = leavesOf(standingAt('harness', CATEGORY_SETTINGS));

const PLACE: Record<Level, string> = { top: '', harness: 'harnesses.agent.', category: 'categories.code.' };

describe.each(ALL)('$level: $key', ({ level, key, entry }) => {
  test('says what it means, and what holds where nothing is said', () => {
    expect(aboutOf(entry, level)).toMatch(/^[A-Z].{8,}\.$/s);
    if (entry.default === null || ruleOf(entry)) return;
    expect(entry.check.safeParse(entry.default)).toMatchObject({ success: true });
  });

  test('has a unit in its name in the code where it is written with one', () => {
    const written = typeof entry.default === 'string' ? entry.default : '';
    if (/^\d+(ms|s|m|h|d)$/.test(written)) expect(entry.unit).toBe('Ms');
    if (/^\d+[KMGT]?B$/.test(written)) expect(entry.unit).toBe('Bytes');
  });

  test('stands in the JSON Schema, and is known by its path', () => {
    const at = `${PLACE[level]}${key}`.split('.');
    expect(keysAt(at.slice(0, -1))).toContain(at.at(-1));
    const found = at.reduce<Schema | undefined>(
      (schema, step) => schema?.properties?.[step] ?? schema?.additionalProperties,
      configJsonSchema(),
    );
    expect(found?.description).toBe(aboutOf(entry, level));
  });

  test('stands on the page of settings', () => {
    const [group = '', ...inner] = key.split('.');
    // Limits of a harness or a category are those of the top, and are listed there.
    const isOfTop = level === 'top' || LIMITS.some(([path]) => path === key);
    const ofTop = inner.length > 0 ? `\`${group}\`` : 'Top level';
    const title = isOfTop ? ofTop : level === 'harness' ? 'A harness' : 'A category';
    const name = isOfTop && inner.length > 0 ? inner.join('.') : key;
    const section = settingsPage()
      .split('\n## ')
      .find((each) => each.startsWith(`${title}\n`));
    const row = section?.split('\n').find((line) => line.startsWith(`| \`${name}\` |`));
    expect(row).toContain(` | ${aboutOf(entry, level)}`);
  });
});

interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
}

describe('defaults', () => {
  const silent = explainConfig(load().source).filter(({ origin }) => origin === 'default');

  test('a default that is shown changes nothing when a user writes it down', () => {
    const written = silent.map(({ path, value }) => `${path}=${String(value)}`);
    expect(silent.length).toBeGreaterThan(30);
    expect(load(SMALLEST, written).settings).toEqual(load().settings);
  });

  test('the page shows each that is explained', () => {
    const page = settingsPage();
    for (const { path, value } of silent) {
      const shown = [path.replace('categories.code.', ''), path.slice(path.indexOf('.') + 1)];
      const rows = shown.map((each) => page.includes(`\n| \`${each}\` | \`${String(value)}\` |`));
      expect(rows, path).toContain(true);
    }
  });

  test('a category shows no default that the project has changed', () => {
    const { source, settings } = load(`${SMALLEST}judgeTimeout: 5m\n`);
    expect([...settings.categories.values()].map(({ judgeTimeoutMs }) => judgeTimeoutMs)).toEqual([300_000]);
    expect(explainConfig(source).filter(({ path }) => path.endsWith('judgeTimeout'))).toMatchObject([
      { path: 'judgeTimeout', value: '5m' },
    ]);
  });
});

describe('a plan', () => {
  const { settings } = load();
  const [category] = settings.categories.values();
  if (!category) throw new Error('no category');
  const arm = { seed: 1, harness: 'agent', model: null, candidates: [] };
  const plan = makePlan(settings, category, { runType: 'manual', seed: null, arm });
  const carried = leavesOf(CATEGORY_SETTINGS).filter(([, { carried }]) => carried);

  test.each(carried)('carries %s', (key, { unit }) => {
    const name = `${key}${unit}`;
    expect(plan).toHaveProperty(name, Reflect.get(category, name));
    // As an older stint wrote it, which did not know that setting.
    const { [name]: _, ...older } = { ...plan } as Record<string, unknown>;
    expect(readPlan(JSON.stringify(older))).toEqual(plan);
  });

  test('carries every limit by which its session is watched', () => {
    for (const [key, { unit }] of LIMITS) {
      const name = `${key.replace('supervise.', '')}${unit}`;
      expect(plan.supervise).toHaveProperty(name);
      const { [name]: _, ...older } = { ...plan.supervise } as Record<string, unknown>;
      expect(readPlan(JSON.stringify({ ...plan, supervise: older }))).toEqual(plan);
    }
  });

  test('is stored flat, and nothing of it is lost on the way', () => {
    expect(readPlan(JSON.stringify(plan))).toEqual(plan);
  });
});
