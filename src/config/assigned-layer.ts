import { parse } from 'yaml';
import { nearestWord } from '../lib/nearest-word.ts';
import { oneLine } from '../lib/plain-text.ts';
import { messageOf, Problem, wrongCall } from '../lib/problem.ts';
import { type ConfigLayer, valueAt } from './layers.ts';
import { keysAt, TOP_LEVEL_KEYS } from './schema.ts';

/** One setting given outside a file. */
interface Assignment {
  /** How the user wrote it: `STINT_SUPERVISE__SILENCE` or `--set supervise.silence`. */
  readonly label: string;
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Variables that stint itself uses, which are no settings although they look like some. */
const OWN_VARIABLES = new Set([
  'STINT_STATE_DIR',
  'STINT_SESSION_ID',
  'STINT_CATEGORY',
  'STINT_DEADLINE',
  'STINT_TOKEN',
  'STINT_MODEL',
  'STINT_TRACE',
  'STINT_GIT_CONFIG_COUNT',
  'STINT_TEMPORARY',
]);

/**
 * Settings from the environment: `STINT_SECTION__KEY=value`, every further `__` one level deeper, `_` for a new word
 * (`STINT_SUPERVISE__FIRST_EVENT=1m`). Names of categories and harnesses are found whatever their spelling.
 *
 * @param below the settings of the files, for the names that only they know
 */
export function environmentLayer(env: Readonly<NodeJS.ProcessEnv>, below: unknown): ConfigLayer | null {
  const assignments = Object.entries(env).flatMap(([name, text]) => {
    if (text === undefined || !name.startsWith('STINT_') || OWN_VARIABLES.has(name)) return [];
    const words = name.slice('STINT_'.length).split('__');
    // Without a section only settings of the top level can be meant; other variables are somebody else's.
    if (words.length === 1 && !TOP_LEVEL_KEYS.some((key) => sameName(key, words[0] ?? ''))) return [];
    return [{ label: name, path: resolveNames(name, words, below), value: readValue(name, text) }];
  });
  return assignments.length === 0 ? null : layerOf('environment', assignments);
}

/** Settings from the command line: `--set supervise.silence=1s`. */
export function flagLayer(settings: readonly string[]): ConfigLayer | null {
  const assignments = settings.map((text) => {
    const at = text.indexOf('=');
    if (at < 1) throw wrongCall(`--set is "${oneLine(text, 80)}".`, 'Write it as --set section.key=value.');
    const label = `--set ${text.slice(0, at)}`;
    return { label, path: text.slice(0, at).split('.'), value: readValue(label, text.slice(at + 1)) };
  });
  return assignments.length === 0 ? null : layerOf('--set', assignments);
}

/** Values are read as YAML, so that numbers, true and [lists] are what they look like. */
function readValue(label: string, text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0, prettyErrors: false });
  } catch (error) {
    throw new Problem(
      'config_syntax',
      `${label} is "${oneLine(text, 80)}", which cannot be read: ${oneLine(messageOf(error), 120).replace(/\.$/, '')}.`,
      'Correct its value.',
    );
  }
}

function layerOf(name: string, assignments: readonly Assignment[]): ConfigLayer {
  const value = assignments.reduce<unknown>(
    (merged, { path, value: leaf }) => assign(merged, path, leaf),
    {},
  );
  const locate = (path: readonly PropertyKey[]): string => {
    const best = assignments.find((each) =>
      each.path.every((key, index) => path[index] === undefined || path[index] === key),
    );
    return best?.label ?? name;
  };
  return { name, source: { file: name, value, locate, locateKey: (path, key) => locate([...path, key]) } };
}

function assign(map: unknown, [key, ...rest]: readonly string[], leaf: unknown): unknown {
  if (key === undefined) return leaf;
  const entries = typeof map === 'object' && map !== null ? Object.entries(map) : [];
  const before = entries.find(([name]) => name === key)?.[1] as unknown;
  return Object.fromEntries([...entries.filter(([name]) => name !== key), [key, assign(before, rest, leaf)]]);
}

/** Finds the keys that words of a variable's name mean, level by level. */
function resolveNames(label: string, words: readonly string[], below: unknown): string[] {
  const path: string[] = [];
  let here: unknown = below;
  for (const word of words) {
    const said = typeof here === 'object' && here !== null ? Object.keys(here) : [];
    const known = [...new Set([...keysAt(path), ...said])];
    const key = known.find((each) => sameName(each, word));
    if (key === undefined) {
      const near = nearestWord(word.replaceAll('_', ''), known);
      throw new Problem(
        'config_unknown_key',
        `${label} names no setting: there is no "${oneLine(word, 60)}"${path.length > 0 ? ` in ${path.join('.')}` : ''}.`,
        near ? `Did you mean "${near}"?` : `Known here: ${known.join(', ')}.`,
      );
    }
    path.push(key);
    here = valueAt(here, [key]);
  }
  return path;
}

function sameName(key: string, word: string): boolean {
  const plain = (text: string): string => text.replace(/[^a-z0-9]/gi, '').toLowerCase();
  return plain(key) === plain(word);
}
