import { existsSync } from 'node:fs';

const SECRET_NAME = /(?:TOKEN|KEY|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?)$/i;

/** Shorter ones are found in ordinary words. */
const SHORTEST = 8;

/**
 * The values of an environment that are secrets by the names of their variables, so that they are known wherever they
 * are printed, whatever they look like. A path is where a secret lies, and none itself; and what a variable `…KEY` holds
 * is one only when it is no plain word (`CACHE_KEY=research`).
 */
export function secretVariables(env: Readonly<NodeJS.ProcessEnv>): { name: string; value: string }[] {
  return Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && SECRET_NAME.test(name) && isSecret(name, value) ? [{ name, value }] : [],
  );
}

function isSecret(name: string, value: string): boolean {
  if (value.trim().length < SHORTEST) return false;
  if (/key$/i.test(name) && /^[A-Za-z]{1,15}$/.test(value)) return false;
  return !/^[/~.]/.test(value) || !existsSync(value);
}
