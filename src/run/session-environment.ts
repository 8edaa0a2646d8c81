import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CHAIN_HOOK, HOOK_NAMES, POST_INDEX_CHANGE_HOOK, REFERENCE_TRANSACTION_HOOK } from '../git/hooks.ts';
import { GIT_LOCAL_VARIABLES, gitSettings, TIDY_IN_FOREGROUND } from '../git/settings.ts';
import { makeFolder } from '../lib/make-folder.ts';
import { randomWord } from '../lib/random.ts';
import { STINT_PROGRAM } from './released-process.ts';

/**
 * The environment of an agent: this process's own, without what would bind git to another repository or another
 * session, and with the session's tag, which every descendant inherits.
 *
 * @param own the session's own variables, and those that its harness wants
 * @param temporary the session's own temporary folder, null where it shares that of the system
 */
export function sessionEnvironment(
  inherited: Readonly<NodeJS.ProcessEnv>,
  { hooks, bin }: SessionTools,
  own: Readonly<Record<string, string>>,
  temporary: string | null = null,
): Record<string, string> {
  // A stint session that starts another one must not hand on its own hooks.
  const outer = outerEnvironment(inherited);
  return {
    ...withTemporary(outer, temporary),
    ...own,
    ...gitSettings(outer, [['core.hooksPath', hooks], ...TIDY_IN_FOREGROUND]),
    PATH: `${bin}:${inherited['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'}`,
  };
}

/** By these programs find where temporary files and sockets go; tmux has one of its own. */
const TEMPORARY = ['TMPDIR', 'TMP', 'TEMP', 'TMUX_TMPDIR'];

/** By these a program inside a terminal multiplexer finds the server of that one, wherever its sockets go. */
const MULTIPLEXERS = ['TMUX', 'TMUX_PANE', 'STY', 'ZELLIJ', 'ZELLIJ_SESSION_NAME', 'ZELLIJ_PANE_ID'];

/**
 * An environment whose programs put their temporary files and sockets into a folder. It remembers the earlier variables
 * for what is started outside of the session.
 */
export function withTemporary(
  outer: Readonly<Record<string, string>>,
  folder: string | null,
): Record<string, string> {
  if (folder === null) return outer;
  const env: Record<string, string> = { ...outer, STINT_TEMPORARY: folder };
  for (const name of MULTIPLEXERS) delete env[name];
  const saved = TEMPORARY.flatMap((name) => {
    const before = outer[name];
    return before === undefined ? [] : [[`STINT_OUTER_${name}`, before]];
  });
  const own = TEMPORARY.map((name) => [name, folder]);
  return { ...env, ...(Object.fromEntries([...saved, ...own]) as Record<string, string>) };
}

/** Puts back what `withTemporary` replaced. What was set since stays. */
function restoreTemporary(env: Record<string, string>): void {
  for (const name of TEMPORARY) {
    if (env['STINT_TEMPORARY'] === undefined || env[name] !== env['STINT_TEMPORARY']) continue;
    const before = env[`STINT_OUTER_${name}`];
    if (before === undefined) delete env[name];
    else env[name] = before;
  }
}

/**
 * An environment as it was outside of every session: without what binds git to one repository, and without a session's
 * tag, token and git hooks.
 */
export function outerEnvironment(inherited: Readonly<NodeJS.ProcessEnv>): Record<string, string> {
  const env = withoutRepository(inherited);
  restoreTemporary(env);
  for (const name of Object.keys(env)) if (name.startsWith('STINT_')) delete env[name];
  const outer = inherited['STINT_GIT_CONFIG_COUNT'];
  // Where it is not set, git's settings are the user's own.
  if (outer === undefined) return env;
  for (let index = Number(outer); `GIT_CONFIG_KEY_${index}` in env; index++) {
    delete env[`GIT_CONFIG_KEY_${index}`];
    delete env[`GIT_CONFIG_VALUE_${index}`];
  }
  if (outer === '0') delete env['GIT_CONFIG_COUNT'];
  else env['GIT_CONFIG_COUNT'] = outer;
  return env;
}

/** An environment without the variables that bind git to one repository: a hook of git has those of its own. */
export function withoutRepository(inherited: Readonly<NodeJS.ProcessEnv>): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(inherited))
    if (value !== undefined && !GIT_LOCAL_VARIABLES.includes(name)) env[name] = value;
  return env;
}

/** What sessions find on their PATH and behind `core.hooksPath`. */
export interface SessionTools {
  readonly hooks: string;
  readonly bin: string;
}

/**
 * Makes the folder with hooks and the `stint` command, once per content: sessions of an older stint keep theirs while
 * a newer one starts. Safe when several processes do it at once.
 */
export function prepareSessionTools(stateFolder: string): SessionTools {
  const stint = `#!/bin/sh\nexec ${quote(STINT_PROGRAM)} "$@"\n`;
  const hooks = [CHAIN_HOOK, REFERENCE_TRANSACTION_HOOK, POST_INDEX_CHANGE_HOOK];
  const content = [...hooks, HOOK_NAMES.join(), stint].join('\0');
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 12);
  const folder = path.join(stateFolder, `tools-${digest}`);
  const tools = { hooks: path.join(folder, 'hooks'), bin: path.join(folder, 'bin') };
  if (existsSync(folder)) return tools;
  const temporary = `${folder}.${randomWord(8)}.tmp`;
  makeFolder(path.join(temporary, 'hooks'));
  mkdirSync(path.join(temporary, 'bin'), { mode: 0o700 });
  const scripts = {
    'bin/stint': stint,
    'hooks/stint-chain': CHAIN_HOOK,
    'hooks/reference-transaction': REFERENCE_TRANSACTION_HOOK,
    'hooks/post-index-change': POST_INDEX_CHANGE_HOOK,
  };
  for (const [name, script] of Object.entries(scripts))
    writeFileSync(path.join(temporary, name), script, { mode: 0o700 });
  for (const name of HOOK_NAMES) symlinkSync('stint-chain', path.join(temporary, 'hooks', name));
  try {
    renameSync(temporary, folder);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    // Somebody else was faster, with the same content.
    if (!existsSync(folder)) throw error;
  }
  return tools;
}

/** One word for a POSIX shell. */
function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
