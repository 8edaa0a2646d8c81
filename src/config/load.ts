import path from 'node:path';
import type { z } from 'zod';
import type { KeyPath } from '../domain/settings/setting.ts';
import { nearestWord } from '../lib/nearest-word.ts';
import { oneLine } from '../lib/plain-text.ts';
import { messageOf, Problem, systemErrorCode } from '../lib/problem.ts';
import { readNamed } from '../lib/regular-file.ts';
import { environmentLayer, flagLayer } from './assigned-layer.ts';
import { type ConfigLayer, type MergedSource, mergeLayers, valueAt } from './layers.ts';
import { resolveSettings, resolveSlot } from './resolve.ts';
import { configSchema, issueWords, keysAt, shownValue } from './schema.ts';
import type { CategorySettings, Settings } from './settings.ts';
import { parseYaml, type YamlSource } from './yaml-source.ts';

export const CONFIG_NAME = 'stint.yaml';

/** A layer of one user on one machine, beside the project's file and not committed. */
const LOCAL_NAME = 'stint.local.yaml';

export interface ConfigPlaces {
  /** The project's own file; it must be there. */
  readonly file: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** `--set section.key=value`, as written. */
  readonly assignments: readonly string[];
}

/** One file of the configuration as it was read; the text is null where there is no such file. */
export interface ConfigText {
  readonly file: string;
  readonly text: string | null;
}

export interface LoadedConfig {
  readonly settings: Settings;
  readonly source: MergedSource;
  /**
   * How one-off work runs that borrows no category's settings: with the defaults, and any harness.
   *
   * @throws Problem where those cannot be meant
   */
  readonly slot: () => CategorySettings;
  /** What it was read from. */
  readonly texts: readonly ConfigText[];
}

/**
 * The files that a configuration may consist of, the weakest first.
 *
 * @throws Problem `config_unreadable`
 */
export function readConfigTexts({ file, env }: ConfigPlaces): readonly ConfigText[] {
  const files = [userFile(env), file, path.join(path.dirname(file), LOCAL_NAME)];
  return files.filter((name) => name !== null).map((name) => ({ file: name, text: readText(name) }));
}

/**
 * Reads and checks the configuration: user < project < local < environment < command line.
 *
 * @throws Problem with `file:line:column`, the value and the next step
 */
export function loadConfig(places: ConfigPlaces, texts = readConfigTexts(places)): LoadedConfig {
  const layers: ConfigLayer[] = texts.flatMap(({ file, text }) =>
    text === null ? [] : [{ name: file, source: parseYaml(file, text) }],
  );
  const project = layers.find(({ name }) => name === places.file);
  if (!project) {
    throw new Problem(
      'no_config',
      `There is no ${path.basename(places.file)} in ${path.dirname(places.file)}.`,
      'Write one (`stint init` does; docs/configuration.md shows the smallest), or name another with --config FILE.',
    );
  }
  const environment = environmentLayer(places.env, mergeLayers(layers, project).value);
  const flags = flagLayer(places.assignments);
  const source = mergeLayers(
    [...layers, environment, flags].filter((layer) => layer !== null),
    project,
  );
  const parsed = configSchema.safeParse(source.value ?? {}, { error: issueWords });
  if (!parsed.success) throw explainIssue(source, parsed.error.issues[0]);
  const dropped = findPrototypeKey(source.value);
  if (dropped !== null)
    throw invalid(source.locateKey(dropped, PROTOTYPE_KEY), `"${PROTOTYPE_KEY}" cannot be a name`);
  const slot = (): CategorySettings => resolveSlot(parsed.data, source);
  return { settings: resolveSettings(parsed.data, source, places.env), slot, source, texts };
}

/** `$XDG_CONFIG_HOME/stint/stint.yaml`: what a user wants in every project. */
function userFile(env: Readonly<NodeJS.ProcessEnv>): string | null {
  const given = env['XDG_CONFIG_HOME'];
  const home = env['HOME'];
  const folder = given && path.isAbsolute(given) ? given : home ? path.join(home, '.config') : null;
  return folder === null ? null : path.join(folder, 'stint', CONFIG_NAME);
}

function readText(file: string): string | null {
  try {
    return readNamed(file);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' || systemErrorCode(error) === 'ENOTDIR') return null;
    throw unreadable(file, error);
  }
}

function unreadable(file: string, error: unknown): Problem {
  const code = systemErrorCode(error);
  const isOther = code === null || code === 'EISDIR';
  const why = code === 'EISDIR' ? 'it is a folder' : (code ?? messageOf(error));
  return new Problem(
    'config_unreadable',
    `${file} cannot be read: ${why}.`,
    isOther ? 'Name a file with --config, or put one in its place.' : 'See its permissions.',
  );
}

function explainIssue(source: YamlSource, issue: z.core.$ZodIssue | undefined): Problem {
  if (!issue)
    return new Problem('config_invalid', `${source.file} is not valid.`, 'See docs/configuration.md.');
  if (issue.code === 'unrecognized_keys') return explainUnknownKey(source, issue.path, issue.keys[0] ?? '');
  if (issue.code === 'invalid_key') {
    const key = String(issue.path.at(-1));
    const where = source.locateKey(issue.path.slice(0, -1), key);
    return invalid(where, `"${oneLine(key, 80)}": ${issue.issues[0]?.message ?? 'it is no valid name'}`);
  }
  const name = issue.path.join('.') || 'the file';
  const value = valueAt(source.value, issue.path);
  if (value === undefined) return invalid(source.locate(issue.path), `${name} is missing; ${issue.message}`);
  const shown = shownValue(value, (text) => oneLine(text, 80));
  return invalid(source.locate(issue.path), `${name} is ${shown}; ${issue.message}`);
}

const PROTOTYPE_KEY = '__proto__';

/** The first map with a key that the schema drops without a word; null where there is none. */
function findPrototypeKey(value: unknown, at: KeyPath = []): KeyPath | null {
  if (typeof value !== 'object' || value === null) return null;
  if (Object.hasOwn(value, PROTOTYPE_KEY)) return at;
  for (const [key, each] of Object.entries(value)) {
    const found = findPrototypeKey(each, [...at, key]);
    if (found !== null) return found;
  }
  return null;
}

function explainUnknownKey(source: YamlSource, at: KeyPath, key: string): Problem {
  const known = keysAt(at);
  const near = nearestWord(key, known);
  const where = source.locateKey(at, key);
  const name = [...at, key].join('.');
  return new Problem(
    'config_unknown_key',
    `${where}: "${oneLine(name, 120)}" is no setting.`,
    near ? `Did you mean "${near}"?` : `Known here: ${known.join(', ')}.`,
  );
}

function invalid(where: string, sentence: string): Problem {
  return new Problem(
    'config_invalid',
    `${where}: ${sentence.replace(/\.?$/, '.')}`,
    'Correct it; docs/settings.md lists every setting.',
  );
}
