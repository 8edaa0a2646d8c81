import path from 'node:path';
import { Problem } from '../../lib/problem.ts';
import { asArray, asObject, asString, type JsonObject } from '../reading/json-shape.ts';

/** Events of Claude Code that show its own side at work. */
const EVENTS = [
  'SessionStart',
  'UserPromptSubmit',
  'PreToolUse',
  'PostToolUse',
  'PostToolUseFailure',
  'Notification',
  'SubagentStop',
  'PreCompact',
  'Stop',
  'SessionEnd',
] as const;

/** Events that are about a tool take a pattern of tools; all of them here. */
const WITH_MATCHER: ReadonlySet<string> = new Set(['PreToolUse', 'PostToolUse', 'PostToolUseFailure']);

/** Longer than it ever takes; an agent must not wait for a machine in trouble. In seconds, as the settings want it. */
const TIMEOUT_S = 5;

/**
 * The file of its settings: of a project, in that folder, or the user's own.
 *
 * @throws Problem `no_home`
 */
export function settingsFile(env: Readonly<NodeJS.ProcessEnv>, project: string | null): string {
  if (project !== null) return path.join(project, '.claude', 'settings.json');
  const folder = env['CLAUDE_CONFIG_DIR'];
  if (folder !== undefined && path.isAbsolute(folder)) return path.join(folder, 'settings.json');
  const home = env['HOME'];
  if (home !== undefined && path.isAbsolute(home)) return path.join(home, '.claude', 'settings.json');
  throw new Problem(
    'no_home',
    'HOME is not set, so there is no place for the settings of Claude Code.',
    'Set HOME or CLAUDE_CONFIG_DIR, or use --project.',
  );
}

/**
 * The settings of Claude Code with our hooks in them, whatever was there before: the user's own stay as they are, ours
 * are there once.
 *
 * @param program the absolute path of `stint-hook`
 */
export function withHooks(settings: JsonObject, program: string): JsonObject {
  const clean = withoutHooks(settings);
  const hooks = asObject(clean['hooks']) ?? {};
  const ours = Object.fromEntries(
    EVENTS.map((event) => [
      event,
      [
        ...asArray(hooks[event]),
        {
          ...(WITH_MATCHER.has(event) ? { matcher: '*' } : {}),
          hooks: [{ type: 'command', command: `${quote(program)} ${event}`, timeout: TIMEOUT_S }],
        },
      ],
    ]),
  );
  return { ...clean, hooks: { ...hooks, ...ours } };
}

/** The same without ours, whichever stint wrote them. What becomes empty by that goes too. */
export function withoutHooks(settings: JsonObject): JsonObject {
  const hooks = asObject(settings['hooks']);
  if (!hooks) return settings;
  const kept = Object.entries(hooks).flatMap(([event, groups]): [string, unknown][] => {
    if (!Array.isArray(groups)) return [[event, groups]];
    const left = groups.map((group: unknown) => withoutOurs(group)).filter((group) => group !== null);
    return left.length === 0 && groups.length > 0 ? [] : [[event, left]];
  });
  const { hooks: _, ...rest } = settings;
  return kept.length === 0 ? rest : { ...settings, hooks: Object.fromEntries(kept) };
}

/** A group of hooks without ours; null when nothing else was in it. */
function withoutOurs(group: unknown): unknown {
  const object = asObject(group);
  if (!object || !Array.isArray(object['hooks'])) return group;
  const all = object['hooks'] as unknown[];
  const left = all.filter((hook) => !isOurs(asString(asObject(hook)?.['command'])));
  if (left.length === all.length) return group;
  return left.length === 0 ? null : { ...object, hooks: left };
}

function isOurs(command: string | null): boolean {
  return command !== null && /(^|\/)stint-hook'? [A-Za-z]+$/.test(command);
}

/** One word for a POSIX shell. */
function quote(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
