import path from 'node:path';
import { slotName, type CategoryName } from '../domain/ids.ts';
import { insideOnly } from '../domain/settings/forms.ts';
import { settleCategory, settleSupervise } from '../domain/settings/session.ts';
import type { KeyPath } from '../domain/settings/setting.ts';
import { settle, type Layer, type Surroundings } from '../domain/settings/settle.ts';
import { nearestWord } from '../lib/nearest-word.ts';
import { resolveHarnesses } from './resolve-harness.ts';
import type { RawCategory, RawConfig } from './schema.ts';
import type { CategorySettings, Settings } from './settings.ts';
import { TOP_SETTINGS } from './top-settings.ts';
import { refuse, type YamlSource } from './yaml-source.ts';

/** Fills in every default and refuses contradictions. */
export function resolveSettings(
  raw: RawConfig,
  source: YamlSource,
  env: Readonly<NodeJS.ProcessEnv>,
): Settings {
  const harnesses = resolveHarnesses(raw, source, env);
  const known = [...harnesses.keys()];
  const categories = new Map<CategoryName, CategorySettings>();
  for (const [key, category] of Object.entries(raw.categories)) {
    const name = key as CategoryName;
    categories.set(name, resolveCategory(name, category, raw, source, known));
  }
  const around = surroundings(source, []);
  const values = settle(TOP_SETTINGS, [{ level: 'top', at: [], value: raw }], around);
  return { ...values, file: source.file, root: around.root, harnesses, categories };
}

/** The settings of one-off work: the defaults, under the file's settings for all. */
export function resolveSlot(raw: RawConfig, source: YamlSource): CategorySettings {
  const [first, ...rest] = Object.keys(raw.harnesses ?? {});
  if (first === undefined)
    throw refuse(source, [], 'there is no harness for one-off work', 'Add one under harnesses.');
  // Its words come with each call.
  const given = { prompt: 'one-off work', harness: [first, ...rest] };
  return resolveCategory(slotName(1), given, raw, source, given.harness);
}

function resolveCategory(
  name: CategoryName,
  given: RawCategory,
  raw: RawConfig,
  source: YamlSource,
  known: readonly string[],
): CategorySettings {
  const at = ['categories', name];
  const own: Layer = { level: 'category', at, value: given };
  const top: Layer = { level: 'top', at: [], value: raw };
  const ofHarness = (harness: string): Layer => ({
    level: 'harness',
    at: ['harnesses', harness],
    value: raw.harnesses?.[harness],
  });
  const around = surroundings(source, at);
  const harnesses = resolveHarnessNames(given.harness, at, source, known);
  return {
    name,
    harnesses,
    prompt: resolvePrompt(given, at, source),
    models: given.model === undefined ? [] : [given.model].flat(),
    ...settleCategory([own, top], around),
    supervise: new Map(harnesses.map((each) => [each, settleSupervise([own, ofHarness(each), top], around)])),
  };
}

function surroundings(source: YamlSource, category: KeyPath): Surroundings {
  return {
    root: path.dirname(source.file),
    category,
    refuse: (at, sentence, hint) => refuse(source, at, sentence, hint),
  };
}

function resolvePrompt(given: RawCategory, at: KeyPath, source: YamlSource): CategorySettings['prompt'] {
  const where = [...at, 'promptFile'];
  if (given.prompt !== undefined && given.promptFile !== undefined)
    throw refuse(source, where, `${at.join('.')} has both prompt and promptFile`, 'Keep one of them.');
  if (given.prompt !== undefined) return { text: given.prompt };
  if (given.promptFile !== undefined)
    return {
      file: insideOnly(given.promptFile, {
        at: where,
        refuse: (sentence, hint) => refuse(source, where, sentence, hint),
      }),
    };
  throw refuse(
    source,
    at,
    `${at.join('.')} has no prompt`,
    'Add `prompt: "…"` or `promptFile: prompts/NAME.md`.',
  );
}

function resolveHarnessNames(
  given: string | string[] | undefined,
  at: KeyPath,
  source: YamlSource,
  known: readonly string[],
): readonly [string, ...string[]] {
  // With a single harness there is nothing to choose, so nothing needs to be said.
  const names = given === undefined ? (known.length === 1 ? known : []) : [given].flat();
  const [first, ...rest] = names;
  if (first === undefined)
    throw refuse(source, at, `${at.join('.')} has no harness`, `Add \`harness: ${known[0] ?? 'NAME'}\`.`);
  for (const name of names) {
    if (known.includes(name)) continue;
    const near = nearestWord(name, known);
    const hint = near
      ? `Did you mean "${near}"?`
      : `Add it under harnesses; there are: ${known.join(', ') || 'none'}.`;
    throw refuse(
      source,
      [...at, 'harness'],
      `${at.join('.')}.harness is "${name}", which is no harness here`,
      hint,
    );
  }
  return [first, ...rest];
}
