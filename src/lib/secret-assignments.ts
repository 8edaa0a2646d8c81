import { existsSync } from 'node:fs';
import type { SecretRange } from './secret-kinds.ts';

/** Names of secrets, in any spelling: `apiKey`, `API_KEY`, `api-key`. */
const NAME = String.raw`(?:passw(?:or)?d|passphrase|pwd|secret|token|credential|(?:api|access|private|account|auth|signing|encryption|master)[_-]?key)`;

/** A part of every such name. Most text has none, and this is found seven times as fast as the rest is. */
const HINT = /[Pp][Aa][Ss][Ss]|[Pp][Ww][Dd]|[Ss][Ee][Cc][Rr]|[Tt][Oo][Kk][Ee]|[Cc][Rr][Ee][Dd]|[Kk][Ee][Yy]/;

/** What may follow in a name, so that `tokenizer` and `token_count` are none. */
const NAME_END = String.raw`(?:s|[_-]?(?:key|base|value|prod|live|test|dev|old|new)|[_-]?\d{1,3}){0,2}`;

/** A name and what says that a value follows; quotes may be quoted themselves, as JSON in a string has them. */
const ASSIGNED = new RegExp(
  String.raw`(?<name>${NAME})${NAME_END}(?:\\{0,4}["'\x60]?\s{0,4}(?<sign>:=|=>|[:=])\s{0,4}|(?<=--[\w-]{1,60})\s{1,4})`,
  'gi',
);
const QUOTED = /\\{0,4}(["'`])(?<value>(?:(?!\1)[^\s\\]|\\.){8,1024}?)\\{0,4}\1/dy;
const BARE = /(?<value>[^\s"'`,;(){}<>[\]|&\\]{8,1024})/dy;
const AFTER_BARE = /[\s"'`,;)}\]|&\\]/;

const NAMES_SECRET = new RegExp(`${NAME}${NAME_END}$`, 'i');

/** Values that are given to names of secrets: `password=…`, `"api_key": "…"`, `--token …`. */
export function findAssignedSecrets(text: string): SecretRange[] {
  if (!HINT.test(text)) return [];
  const found: SecretRange[] = [];
  for (const match of text.matchAll(ASSIGNED)) {
    const { name = '', sign } = match.groups ?? {};
    const at = match.index + match[0].length;
    const quoted = readValue(QUOTED, text, at);
    const bare = quoted ? null : readValue(BARE, text, at);
    const [from, to] = quoted ?? bare ?? [at, at];
    // `token: name(…)` and the like are code.
    if (from === to || (bare && to < text.length && !AFTER_BARE.test(text[to] ?? ''))) continue;
    const isCertain = quoted !== null || sign !== ':';
    if (isLikelySecret(name, text.slice(from, to), isCertain))
      found.push({ from, to, name: 'assigned-secret' });
  }
  return found;
}

function readValue(pattern: RegExp, text: string, from: number): [number, number] | null {
  pattern.lastIndex = from;
  return pattern.exec(text)?.indices?.groups?.['value'] ?? null;
}

/** Whether a field of that name holds a secret: what an assignment says in text, said in data. */
export function isSecretField(name: string, value: string): boolean {
  return (
    value.length >= 8 && !/\s/.test(value) && NAMES_SECRET.test(name) && isLikelySecret(name, value, true)
  );
}

/** `process.env.TOKEN`, `$TOKEN`, `<token>`, a path, a call: it says where the secret is, not what. */
const REFERENCE =
  /^(?:[$<{[%*(]|(?:process\.|import\.|os\.|env[.:]|secrets\.|vars?\.|config\.|settings\.|this\.|self\.|https?:\/\/|file:)|(?:\.{0,2}|~)\/(?:[\w.-]+\/)+[\w.-]*$|\.{1,2}\/)|\.\.\.|…|x{6}|\*{3}/i;

const VERSIONED_WORD = /^[A-Za-z]+(?:[-_.][A-Za-z]+)*[-_.]?\d{1,3}(?:\.\d+)*[.!?]?$/;

/** Names of types and variables are letters; a secret that a person or a program made up is a mixture. */
function isLikelySecret(name: string, value: string, isCertain: boolean): boolean {
  if (REFERENCE.test(value)) return false;
  const isPassword = /^pass|^pwd/i.test(name);
  if (!isPassword && !isCertain && VERSIONED_WORD.test(value)) return false;
  const hasDigit = /\d/.test(value);
  const hasLetter = /[A-Za-z]/.test(value);
  if (hasDigit) return hasLetter || isPassword;
  return hasLetter && /[A-Z]/.test(value) && /[a-z]/.test(value) && /[^A-Za-z0-9_.:/-]/.test(value);
}

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
