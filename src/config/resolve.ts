import { slotName, type CategoryName } from '../domain/ids.ts';
import type { CliKind, HarnessSettings, Landing, UserCommand } from '../domain/plan.ts';
import { accountId } from '../harness/account-id.ts';
import { HARNESS_TYPES, type HarnessType } from '../harness/create-harness.ts';
import { CLI_KINDS, CLIS } from '../harness/registry.ts';
import { formatDuration } from '../lib/duration.ts';
import { nearestWord } from '../lib/nearest-word.ts';
import { commitTypesOf } from './commit-types.ts';
import { toUserCommand } from './fields.ts';
import {
  resolveAdmission,
  resolveBudget,
  resolveGate,
  resolveLearn,
  resolveSchedule,
} from './resolve-loop.ts';
import { refuse } from './refuse.ts';
import { resolveSupervise } from './resolve-supervise.ts';
import type { RawCategory, RawConfig } from './schema.ts';
import {
  DEFAULTS,
  type CategorySettings,
  type ConfiguredHarness,
  type RetentionSettings,
  type Settings,
} from './settings.ts';
import type { KeyPath, YamlSource } from './yaml-source.ts';
import path from 'node:path';

/** Fills in every default and refuses what cannot be meant. */
export function resolveSettings(
  raw: RawConfig,
  source: YamlSource,
  env: Readonly<NodeJS.ProcessEnv>,
): Settings {
  const root = path.dirname(source.file);
  const harnesses = resolveHarnesses(raw, source, env);
  const categories = new Map<CategoryName, CategorySettings>();
  for (const [name, category] of Object.entries(raw.categories)) {
    categories.set(
      name as CategoryName,
      resolveCategory(name as CategoryName, category, raw, source, harnesses),
    );
  }
  return {
    file: source.file,
    root,
    harnesses,
    categories,
    schedule: resolveSchedule(raw),
    admission: resolveAdmission(raw),
    budget: resolveBudget(raw.budget),
    gate: resolveGate(raw),
    records: { mirror: resolveMirror(raw, source) },
    learn: resolveLearn(raw),
    timezone: raw.timezone ?? null,
    redact: raw.redact ?? [],
    retention: resolveRetention(raw, source),
    stateDir: raw.stateDir === undefined ? null : path.resolve(root, raw.stateDir),
    worktreeDir: raw.worktreeDir === undefined ? null : path.resolve(root, raw.worktreeDir),
  };
}

/** What one-off work runs with: the defaults, under what the file says for all. */
export function resolveSlot(
  raw: RawConfig,
  source: YamlSource,
  env: Readonly<NodeJS.ProcessEnv>,
): CategorySettings {
  const harnesses = resolveHarnesses(raw, source, env);
  const [first, ...rest] = harnesses.keys();
  if (first === undefined)
    throw refuse(source, [], 'there is no harness for one-off work', 'Add one under harnesses.');
  // Its words come with each call.
  const given = { prompt: 'one-off work', harness: [first, ...rest] };
  return resolveCategory(slotName(1), given, raw, source, harnesses);
}

function resolveHarnesses(
  raw: RawConfig,
  source: YamlSource,
  env: Readonly<NodeJS.ProcessEnv>,
): Map<string, ConfiguredHarness> {
  return new Map(
    Object.keys(raw.harnesses ?? {}).map((name) => [name, resolveHarness(name, raw, source, env)]),
  );
}

function resolveMirror({ records }: RawConfig, source: YamlSource): string | null {
  const file = records?.mirror;
  if (file === undefined) return null;
  if (path.isAbsolute(file)) return path.normalize(file);
  return path.resolve(path.dirname(source.file), insideOnly(file, ['records', 'mirror'], source));
}

/** Raw output lies in a session's folder: it cannot outlive it. A default gives way to what is said. */
function resolveRetention({ retention }: RawConfig, source: YamlSource): RetentionSettings {
  const sessionsMs = retention?.sessions ?? Math.max(DEFAULTS.retention.sessionsMs, retention?.raw ?? 0);
  const rawMs = retention?.raw ?? Math.min(DEFAULTS.retention.rawMs, sessionsMs);
  if (rawMs > sessionsMs) {
    const sentence = `retention.raw (${formatDuration(rawMs)}) is longer than retention.sessions (${formatDuration(sessionsMs)})`;
    throw refuse(source, ['retention', 'raw'], sentence, 'Lower it, or raise retention.sessions.');
  }
  return { sessionsMs, rawMs, diskBytes: retention?.disk ?? DEFAULTS.retention.diskBytes };
}

function resolveHarness(
  name: string,
  raw: RawConfig,
  source: YamlSource,
  env: Readonly<NodeJS.ProcessEnv>,
): ConfiguredHarness {
  const given = raw.harnesses?.[name] ?? {};
  const at = ['harnesses', name];
  const type = given.type ?? HARNESS_TYPES.find((known) => known === name) ?? 'command';
  const models = given.model === undefined ? [] : [given.model].flat();
  const settings = harnessSettings(type, given, at, source);
  return {
    name,
    settings,
    account: given.account ?? name,
    accountId: given.account ?? accountId(name, settings, env, path.dirname(source.file)),
    models,
  };
}

type RawHarness = NonNullable<RawConfig['harnesses']>[string];

function harnessSettings(
  type: HarnessType,
  given: RawHarness,
  at: KeyPath,
  source: YamlSource,
): HarnessSettings {
  if (type !== 'command') {
    refuseFormat(type, given, at, source);
    const words =
      given.command === undefined ? [CLIS[type].program] : harnessWords(given.command, at, source);
    return { type, command: words as [string, ...string[]] };
  }
  if (given.command === undefined) {
    throw refuse(
      source,
      at,
      `the harness "${String(at.at(-1))}" has no command`,
      `Add \`command: [program, argument, …]\`, or \`type\` with one of ${CLI_KINDS.join(', ')}.`,
    );
  }
  const words = harnessWords(given.command, at, source);
  return { type: 'command', command: words as [string, ...string[]], format: given.format ?? 'text' };
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
  const result = resolveCommand(guarded, false, [...at, 'command'], source);
  return 'words' in result
    ? result.words.map((word) => word.replaceAll('\u0001', '{').replaceAll('\u0002', '}'))
    : [];
}

function resolveCategory(
  name: CategoryName,
  given: RawCategory,
  raw: RawConfig,
  source: YamlSource,
  harnesses: ReadonlyMap<string, ConfiguredHarness>,
): CategorySettings {
  const at = ['categories', name];
  const isShell = given.shell ?? false;
  const timeoutMs = given.timeout ?? DEFAULTS.timeoutMs;
  const command = (key: 'setup' | 'check' | 'supply'): UserCommand | null => {
    const line = given[key];
    return line === undefined ? null : resolveCommand(line, isShell, [...at, key], source);
  };
  const harnessNames = resolveHarnessNames(given.harness, at, source, [...harnesses.keys()]);
  return {
    name,
    prompt: resolvePrompt(given, at, source),
    harnesses: harnessNames,
    models: given.model === undefined ? [] : [given.model].flat(),
    permissions: given.permissions ?? raw.permissions ?? DEFAULTS.permissions,
    preamble: given.preamble ?? raw.preamble ?? DEFAULTS.preamble,
    isolation: given.isolation ?? DEFAULTS.isolation,
    base: given.base ?? null,
    setup: command('setup'),
    setupTimeoutMs: given.setupTimeout ?? DEFAULTS.setupTimeoutMs,
    copy: (given.copy ?? []).map((file, index) => insideOnly(file, [...at, 'copy', index], source)),
    timeoutMs,
    softDeadlineMs: resolveSoftDeadline(given, timeoutMs, at, source),
    maxTurns: given.maxTurns ?? null,
    check: command('check'),
    checkTimeoutMs: given.checkTimeout ?? DEFAULTS.checkTimeoutMs,
    paths: given.paths ?? [],
    commitTypes: given.commitTypes ?? commitTypesOf(name),
    artefacts: resolveArtefacts(given, raw, at, source),
    judge: resolveOuter('judge', given, raw, at, source),
    judgeTimeoutMs: given.judgeTimeout ?? raw.judgeTimeout ?? DEFAULTS.judgeTimeoutMs,
    land: resolveLanding(given.land, given.isolation ?? DEFAULTS.isolation, at, source),
    landTimeoutMs: given.landTimeout ?? DEFAULTS.landTimeoutMs,
    supply: command('supply'),
    supplyTimeoutMs: given.supplyTimeout ?? DEFAULTS.supplyTimeoutMs,
    budget: resolveBudget(given.budget),
    owner: given.owner ?? null,
    after: resolveOuter('after', given, raw, at, source),
    pull: given.pull ?? raw.pull ?? DEFAULTS.pull,
    supervise: new Map(
      harnessNames.map((harness) => [harness, resolveSupervise(given, raw, harness, timeoutMs, at, source)]),
    ),
    cooldownMs: given.schedule?.cooldown ?? raw.schedule?.cooldown ?? DEFAULTS.cooldownMs,
    respawn: {
      grade: given.schedule?.respawn?.grade ?? raw.schedule?.respawn?.grade ?? DEFAULTS.respawn.grade,
      chain: given.schedule?.respawn?.chain ?? raw.schedule?.respawn?.chain ?? DEFAULTS.respawn.chain,
    },
  };
}

function resolveArtefacts(
  given: RawCategory,
  raw: RawConfig,
  at: KeyPath,
  source: YamlSource,
): CategorySettings['artefacts'] {
  const where = [...(given.artefacts ? at : []), 'artefacts'];
  return Object.fromEntries(
    Object.entries(given.artefacts ?? raw.artefacts ?? {}).map(([kind, globs]) => [
      kind,
      [globs].flat().map((glob) => insideOnly(glob, [...where, kind], source)),
    ]),
  );
}

/** Work in a shared checkout is where it is already; what it can still need is a command of the user. */
function resolveLanding(
  given: RawCategory['land'],
  isolation: CategorySettings['isolation'],
  at: KeyPath,
  source: YamlSource,
): Landing {
  if (given === undefined) return DEFAULTS.land;
  if (typeof given !== 'string') return { words: given };
  if (given === 'branch' || isolation === 'worktree') return given;
  const sentence = `${at.join('.')}.land is ${given}, and its sessions work in the shared checkout, where there is no branch of theirs to land`;
  throw refuse(source, [...at, 'land'], sentence, 'Remove it, or set isolation: worktree.');
}

/** The category's own, else the project's; `shell: true` beside the first is not meant for the second. */
function resolveOuter(
  key: 'after' | 'judge',
  given: RawCategory,
  raw: RawConfig,
  at: KeyPath,
  source: YamlSource,
): UserCommand | null {
  const [own, outer] = [given[key], raw[key]];
  if (own !== undefined) return resolveCommand(own, given.shell ?? false, [...at, key], source);
  return outer === undefined ? null : resolveCommand(outer, false, [key], source);
}

function resolvePrompt(given: RawCategory, at: KeyPath, source: YamlSource): CategorySettings['prompt'] {
  if (given.prompt !== undefined && given.promptFile !== undefined) {
    throw refuse(
      source,
      [...at, 'promptFile'],
      `${at.join('.')} has both prompt and promptFile`,
      'Keep one of them.',
    );
  }
  if (given.prompt !== undefined) return { text: given.prompt };
  if (given.promptFile !== undefined)
    return { file: insideOnly(given.promptFile, [...at, 'promptFile'], source) };
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

function resolveSoftDeadline(given: RawCategory, timeoutMs: number, at: KeyPath, source: YamlSource): number {
  const soft = given.softDeadline ?? { share: DEFAULTS.softDeadlineShare };
  const ms = 'share' in soft ? Math.round(timeoutMs * soft.share) : soft.ms;
  if (ms > timeoutMs) {
    const sentence = `the soft deadline (${formatDuration(ms)}) lies after the time limit (${formatDuration(timeoutMs)})`;
    throw refuse(source, [...at, 'softDeadline'], sentence, 'Lower softDeadline or raise timeout.');
  }
  return ms;
}

function resolveCommand(
  raw: string | readonly string[],
  isShell: boolean,
  at: KeyPath,
  source: YamlSource,
): UserCommand {
  const result = toUserCommand(raw, isShell);
  if (!('refused' in result)) return result;
  throw refuse(
    source,
    at,
    `${at.join('.')} has ${result.refused}, which only a shell understands`,
    at[0] === 'harnesses'
      ? 'Write it as a list of words, or put it into a script.'
      : 'Write it as a list of words, put it into a script, or set `shell: true` in that category.',
  );
}

/** A path of the configuration stays inside the project. */
function insideOnly(file: string, at: KeyPath, source: YamlSource): string {
  const normal = path.normalize(file);
  if (path.isAbsolute(normal) || normal === '..' || normal.startsWith(`..${path.sep}`)) {
    throw refuse(source, at, `${at.join('.')} is "${file}", outside the project`, 'Name a path inside it.');
  }
  return normal;
}
