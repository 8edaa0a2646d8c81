import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { nearestWord } from '../lib/nearest-word.ts';
import { oneLine } from '../lib/plain-text.ts';
import { Problem, systemErrorCode } from '../lib/problem.ts';
import { configSchema } from './schema.ts';
import { resolveSettings } from './resolve.ts';
import type { Settings } from './settings.ts';
import { parseYaml, type KeyPath, type YamlSource } from './yaml-source.ts';

export const CONFIG_NAME = 'stint.yaml';

/**
 * Reads and checks one configuration file.
 *
 * @throws Problem with `file:line:column`, the value and the next step
 */
export function loadConfig(file: string): Settings {
  const source = parseYaml(file, readConfig(file));
  const parsed = configSchema.safeParse(source.value ?? {});
  if (!parsed.success) throw explainIssue(source, parsed.error.issues[0]);
  return resolveSettings(parsed.data, source);
}

function readConfig(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') {
      throw new Problem(
        'no_config',
        `There is no ${path.basename(file)} in ${path.dirname(file)}.`,
        'Write one (docs/configuration.md shows the smallest), or see `stint demo` first.',
      );
    }
    throw new Problem(
      'config_unreadable',
      `${file} cannot be read: ${systemErrorCode(error)}.`,
      'See its permissions.',
    );
  }
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
  const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  const shown = isScalar ? `"${oneLine(String(value), 80)}"` : 'not valid';
  return invalid(source.locate(issue.path), `${name} is ${shown}; ${issue.message}`);
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

/** The names that the schema knows at a path. */
function keysAt(at: KeyPath): string[] {
  let schema: unknown = configSchema;
  for (const step of at) {
    const current = unwrap(schema);
    if (current instanceof z.ZodObject) schema = current.shape[String(step)];
    else if (current instanceof z.ZodRecord) schema = current.valueType;
    else return [];
  }
  const end = unwrap(schema);
  return end instanceof z.ZodObject ? Object.keys(end.shape) : [];
}

function unwrap(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ? unwrap(schema.unwrap()) : schema;
}

function valueAt(value: unknown, at: KeyPath): unknown {
  return at.reduce<unknown>(
    (current, key) =>
      typeof current === 'object' && current !== null ? Reflect.get(current, key) : undefined,
    value,
  );
}

function invalid(where: string, sentence: string): Problem {
  return new Problem(
    'config_invalid',
    `${where}: ${sentence.replace(/\.?$/, '.')}`,
    'Correct that line; docs/configuration.md lists every setting.',
  );
}
