import path from 'node:path';
import type { CliKind, HarnessSettings } from '../domain/plan.ts';
import { SCRIPT_HARNESS } from '../domain/wrapped-script.ts';
import { settleCommand } from '../domain/settings/forms.ts';
import type { KeyPath } from '../domain/settings/setting.ts';
import { accountId } from '../harness/account-id.ts';
import { HARNESS_TYPES, type HarnessType } from '../harness/create-harness.ts';
import { CLI_KINDS, CLIS } from '../harness/registry.ts';
import type { RawHarness } from './harness-settings.ts';
import type { RawConfig } from './schema.ts';
import type { ConfiguredHarness } from './settings.ts';
import { refuse, type YamlSource } from './yaml-source.ts';

export function resolveHarnesses(
  raw: RawConfig,
  source: YamlSource,
  env: Readonly<NodeJS.ProcessEnv>,
): Map<string, ConfiguredHarness> {
  return new Map(
    Object.entries(raw.harnesses ?? {}).map(([name, given]) => [
      name,
      resolveHarness(name, given, source, env),
    ]),
  );
}

function resolveHarness(
  name: string,
  given: RawHarness,
  source: YamlSource,
  env: Readonly<NodeJS.ProcessEnv>,
): ConfiguredHarness {
  // Reports tell wrapped scripts apart by the name of their harness.
  if (name === SCRIPT_HARNESS)
    throw refuse(
      source,
      ['harnesses', name],
      `harnesses.${name} has the name that \`run --wrap\` gives to scripts`,
      'Give it another name.',
    );
  const type = given.type ?? HARNESS_TYPES.find((known) => known === name) ?? 'command';
  const settings = harnessSettings(type, given, ['harnesses', name], source);
  return {
    name,
    settings,
    account: given.account ?? name,
    accountId: given.account ?? accountId(name, settings, env, path.dirname(source.file)),
    models: given.model === undefined ? [] : [given.model].flat(),
  };
}

function harnessSettings(
  type: HarnessType,
  given: RawHarness,
  at: KeyPath,
  source: YamlSource,
): HarnessSettings {
  if (type !== 'command') refuseFormat(type, given, at, source);
  const said = given.command === undefined ? null : harnessWords(given.command, at, source);
  const words = said as readonly [string, ...string[]] | null;
  if (type !== 'command') return { type, command: words ?? [CLIS[type].program] };
  if (words) return { type, command: words, format: given.format ?? 'text' };
  const hint = `Add \`command: [program, argument, …]\`, or \`type\` with one of ${CLI_KINDS.join(', ')}.`;
  throw refuse(source, at, `the harness "${String(at.at(-1))}" has no command`, hint);
}

/** A CLI that stint knows prints what it prints. */
function refuseFormat(kind: CliKind, given: RawHarness, at: KeyPath, source: YamlSource): void {
  if (given.format === undefined) return;
  const sentence = `${at.join('.')} has the format "${given.format}", and it is a ${kind}, whose own stint reads`;
  throw refuse(source, [...at, 'format'], sentence, 'Remove it, or set type: command.');
}

/** Braces are ours here: `{prompt}` is no shell syntax. */
function harnessWords(command: string | string[], at: KeyPath, source: YamlSource): readonly string[] {
  if (typeof command !== 'string') return command;
  const guarded = command.replace(/\{(prompt|promptFile|sessionId|workspace)\}/g, '\u0001$1\u0002');
  const where = [...at, 'command'];
  const result = settleCommand(guarded, false, {
    at: where,
    refuse: (sentence, hint) => refuse(source, where, sentence, hint),
  });
  return 'words' in result
    ? result.words.map((word) => word.replaceAll('\u0001', '{').replaceAll('\u0002', '}'))
    : [];
}
