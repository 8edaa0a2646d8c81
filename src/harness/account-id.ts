import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { HarnessSettings } from '../domain/plan.ts';
import type { Login, LoginFile } from './contract/login.ts';
import { CLIS } from './registry.ts';

type Environment = Readonly<NodeJS.ProcessEnv>;

/** Login files are small, but for one that holds a history too. */
const LARGEST_FILE = 32 * 1024 * 1024;

/**
 * The name of the quota that the sessions of a harness use, where the configuration does not say: the same for all
 * repositories of a machine that use the same CLI with the same login, and another for any other. The digits are a
 * digest: no key can be read from them.
 *
 * @param root the folder that a command's files are named from
 * @example accountId('claude-code', { type: 'claude-code', … }, env, '/repository') // 'claude-code:3fa21b9c'
 */
export function accountId(name: string, settings: HarnessSettings, env: Environment, root: string): string {
  if (settings.type === 'wrap') return name;
  if (settings.type === 'command') return `${name}:${digest(wordsFrom(settings.command, root))}`;
  const known = ownersOf(CLIS[settings.type].login, env);
  return known.length > 0 ? `${settings.type}:${digest(known)}` : settings.type;
}

/** A fingerprint of everything that a harness would log in with now; null where nothing of it can be seen. */
export function credentialsOf(settings: HarnessSettings, env: Environment): string | null {
  if (settings.type === 'wrap' || settings.type === 'command') return null;
  const { variables, credentials } = CLIS[settings.type].login;
  const seen = [...valuesOf(variables, env), ...credentials.flatMap((file) => readLogin(file, env) ?? [])];
  return seen.length > 0 ? digest(seen) : null;
}

/** A program of the repository's own is another one than that of the same name elsewhere. */
function wordsFrom(words: readonly string[], root: string): readonly string[] {
  return words.map((word) => (existsSync(path.resolve(root, word)) ? path.resolve(root, word) : word));
}

function ownersOf({ variables, owner }: Login, env: Environment): readonly string[] {
  const text = owner === null ? null : readLogin(owner, env);
  const named = (owner?.keys ?? []).flatMap((key) => {
    // Not parsed: the file can be large, and is read by every verb.
    const value = new RegExp(`"${key}"\\s*:\\s*"([^"\\\\]+)"`).exec(text ?? '')?.[1];
    return value === undefined ? [] : [`${key}=${value}`];
  });
  return [...valuesOf(variables, env), ...named];
}

function valuesOf(variables: readonly string[], env: Environment): readonly string[] {
  return variables.filter((name) => (env[name] ?? '') !== '').map((name) => `${name}=${env[name]}`);
}

/** Null where it is not there or cannot be read. */
function readLogin({ variable, folder, name }: LoginFile, env: Environment): string | null {
  const moved = variable === null ? '' : (env[variable] ?? '');
  const file = moved === '' ? path.join(env['HOME'] ?? '/', folder, name) : path.join(moved, name);
  try {
    const stats = statSync(file);
    return stats.isFile() && stats.size <= LARGEST_FILE ? readFileSync(file, 'utf8') : null;
  } catch {
    return null;
  }
}

function digest(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 8);
}
