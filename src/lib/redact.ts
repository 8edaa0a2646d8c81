import { findPrivateKeys, followPrivateKey } from './private-keys.ts';
import { findAssignedSecrets, isSecretField } from './secret-assignments.ts';
import { SECRET_KINDS, type SecretKind, type SecretRange } from './secret-kinds.ts';

/** Takes secrets out of text and data. Doing it twice changes nothing more. */
export interface Redactor {
  /** Each secret becomes `[redacted: its-kind]`. */
  text(text: string): string;
  /** JSON with every string in it redacted; a string under a name such as `password` as a whole. */
  value<T>(value: T): T;
}

export interface RedactorOptions {
  /** Kinds beside the built-in ones. */
  readonly kinds?: readonly SecretKind[];
  /** Secrets that are known by what they are, with the name that a reader knows them by. */
  readonly values?: readonly { readonly name: string; readonly value: string }[];
}

const PLACEHOLDER = /\[redacted: [\w .-]{1,80}\]/g;

export function createRedactor({ kinds = [], values = [] }: RedactorOptions = {}): Redactor {
  const known = values.toSorted((a, b) => b.value.length - a.value.length);
  const all = [...SECRET_KINDS, ...kinds];
  const text = (given: string): string => {
    const ranges = [
      ...known.flatMap(({ name, value }) => findValue(given, name, value)),
      ...findPrivateKeys(given),
      ...findAssignedSecrets(given),
    ];
    for (const kind of all) findKind(given, kind, ranges);
    return ranges.length === 0 ? given : replaceRanges(given, ranges);
  };
  const word = rememberClean(text);
  const walk = (given: unknown, field: string): unknown => {
    if (typeof given === 'string')
      return isSecretField(field, given) ? placeholder('assigned-secret') : word(given);
    if (Array.isArray(given))
      return mapChanged(given, (each, index) => walk(each, optionBefore(given, index) ?? field));
    if (typeof given !== 'object' || given === null) return given;
    const entries = Object.entries(given);
    const redacted = mapChanged(entries, (entry): [string, unknown] => {
      const [key, each] = entry;
      const [newKey, value] = [word(key), walk(each, key)];
      return newKey === key && value === each ? entry : [newKey, value];
    });
    return redacted === entries ? given : Object.fromEntries(redacted);
  };
  return { text, value: <T>(given: T) => walk(given, '') as T };
}

/** Longer ones hardly come twice. */
const LONGEST_WORD = 100;
const MOST_WORDS = 10_000;

/** Data says the same short words over and over, names of fields above all: what held no secret is not searched again. */
function rememberClean(text: (given: string) => string): (given: string) => string {
  const clean = new Set<string>();
  return (given) => {
    if (given.length > LONGEST_WORD) return text(given);
    if (clean.has(given)) return given;
    const redacted = text(given);
    if (redacted !== given) return redacted;
    if (clean.size >= MOST_WORDS) clean.clear();
    clean.add(given);
    return given;
  };
}

/** The list itself where nothing changes, which is nearly always: then nothing has to be built anew. */
function mapChanged<T>(list: readonly T[], change: (each: T, index: number) => T): readonly T[] {
  let changed: T[] | null = null;
  for (const [index, each] of list.entries()) {
    const now = change(each, index);
    if (changed === null && now !== each) changed = list.slice(0, index);
    changed?.push(now);
  }
  return changed ?? list;
}

/** `--token` before a word of a command says what the word is. */
function optionBefore(words: readonly unknown[], index: number): string | null {
  const before: unknown = words[index - 1];
  return typeof before === 'string' && /^--?[\w-]+$/.test(before) ? before : null;
}

/** Whether something was taken out of a text. */
export function hasRedaction(text: string): boolean {
  return text.search(PLACEHOLDER) !== -1;
}

function placeholder(name: string): string {
  return `[redacted: ${name}]`;
}

function findKind(text: string, { name, pattern }: SecretKind, found: SecretRange[]): void {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const group = match.indices?.groups?.['secret'];
    if (group) found.push({ from: group[0], to: group[1], name });
    else if (match[0] === '') pattern.lastIndex++;
    else found.push(wholeWord(text, match.index, match.index + match[0].length, name));
  }
}

function findValue(text: string, name: string, value: string): SecretRange[] {
  const found: SecretRange[] = [];
  for (let from = text.indexOf(value); from !== -1;) {
    const range = wholeWord(text, from, from + value.length, name);
    found.push(range);
    from = text.indexOf(value, range.to);
  }
  return found;
}

/**
 * The rest of the word goes too: then what stands beside a placeholder is what stood beside a word, and nothing looks
 * different to a second pass.
 */
function wholeWord(text: string, from: number, to: number, name: string): SecretRange {
  let start = from;
  while (start > 0 && isWordAt(text, start - 1) && !isEscapeAt(text, start - 1)) start--;
  let end = to;
  while (end < text.length && isWordAt(text, end)) end++;
  return { from: start, to: end, name };
}

function isWordAt(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  const isDigit = code >= 48 && code <= 57;
  const isLetter = (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
  return isDigit || isLetter || code === 95 || code === 45;
}

/** The letter of a `\n` in a text that was quoted. */
function isEscapeAt(text: string, index: number): boolean {
  return text[index - 1] === '\\' && /[nrt]/.test(text[index] ?? '');
}

/** What overlaps becomes one placeholder; what stands in one already stays as it is. */
function replaceRanges(text: string, ranges: readonly SecretRange[]): string {
  const done = [...text.matchAll(PLACEHOLDER)].map((match): SecretRange => ({
    from: match.index,
    to: match.index + match[0].length,
    name: '',
  }));
  const open = ranges.filter((range) => !done.some((each) => range.from >= each.from && range.to <= each.to));
  const covered = done.filter((each) => open.some((range) => range.from < each.to && each.from < range.to));
  let result = '';
  let at = 0;
  for (const range of mergeRanges([...open, ...covered])) {
    result += text.slice(at, range.from) + placeholder(range.name);
    at = range.to;
  }
  return result + text.slice(at);
}

function mergeRanges(ranges: readonly SecretRange[]): SecretRange[] {
  const merged: SecretRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.from - b.from || b.to - a.to)) {
    const last = merged.at(-1);
    if (!last || range.from >= last.to) merged.push(range);
    else
      merged[merged.length - 1] = {
        from: last.from,
        to: Math.max(last.to, range.to),
        name: last.name || range.name,
      };
  }
  return merged;
}

/** Redacts text that comes line by line. A private key spans lines: the lines after its first are null. */
export function lineRedactor(redactor: Redactor): (line: string) => string | null {
  let isInside = false;
  return (line) => {
    const followed = followPrivateKey(line, isInside);
    isInside = followed.isInside;
    return followed.rest === null ? null : redactor.text(followed.rest);
  };
}
