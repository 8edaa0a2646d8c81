import type { JsonObject } from '../reading/json-shape.ts';
import { namesIn } from './script-names.ts';
import { tokensOf, type Token } from './script-tokens.ts';
import { type Names, type Value, ValueReader } from './script-values.ts';

/** A tool that a program calls, once for each set of arguments that its text gives. */
export interface ScriptCall {
  readonly tool: string;
  /** The arguments as far as they are known: a text, or the fields of an object. Null where nothing is. */
  readonly input: string | JsonObject | null;
  /** The fields of which a part is not known; an empty name for the text itself, or for all of it. */
  readonly partly: readonly string[];
}

const MOST_CALLS = 200;

/** The object whose functions are the tools. */
const TOOLS = 'tools';
/** Names by which a program could reach more than its text shows. */
const HIDDEN = new Set([
  'eval',
  'Function',
  'globalThis',
  'import',
  'require',
  'constructor',
  'this',
  'ALL_TOOLS',
]);

/**
 * The calls of tools in the JavaScript of a Codex agent, in the order of the text; none for a program that calls none.
 * Null where the program cannot be read as a whole: it may call anything. Linear in its length; nothing is evaluated.
 */
export function scriptCalls(source: string): readonly ScriptCall[] | null {
  const tokens = tokensOf(source);
  const names = tokens && namesIn(tokens);
  if (!tokens || !names) return null;
  return callsIn(tokens, names);
}

function callsIn(tokens: readonly Token[], names: Names): readonly ScriptCall[] | null {
  const reader = new ValueReader(tokens, names);
  const calls: ScriptCall[] = [];
  for (const [at, token] of tokens.entries()) {
    // Other tokens call nothing.
    const mayCall = token.kind === 'template' || (token.kind === 'word' && isTelling(token.text));
    if (token.kind === 'text' && HIDDEN.has(token.text) && isSign(tokens[at - 1], '[')) return null;
    if (!mayCall) continue;
    const found = callsAt(tokens, at, token, reader, names);
    if (found === null || reader.isSpent) return null;
    calls.push(...found);
    if (calls.length > MOST_CALLS) return null;
  }
  return calls;
}

/** Functions and objects that a program has without being given them, and words before a bracket that call nothing. */
const HARMLESS = new Set(
  [
    'audio exit generatedImage image load notify store text yield_control',
    'Array BigInt Boolean Date Error JSON Map Math Number Object Promise RegExp Set String',
    'clearTimeout console encodeURIComponent isNaN parseFloat parseInt setTimeout structuredClone',
    'async await catch for if of return switch typeof while',
  ].flatMap((words) => words.split(' ')),
);

/**
 * Whether a program that calls no tool calls only what cannot reach beyond it. Another language, and functions that this
 * version does not know, may do anything.
 */
export function computesOnly(source: string): boolean {
  const tokens = tokensOf(source);
  const names = tokens && namesIn(tokens);
  return tokens !== null && names !== null && computesIn(tokens, names);
}

function computesIn(tokens: readonly Token[], names: Names): boolean {
  return tokens.every((token, at) => {
    if (token.kind === 'template')
      return token.parts.every(
        (part) => 'text' in part || (part.tokens !== null && computesIn(part.tokens, names)),
      );
    // A function with a computed name may be any.
    if (isSign(token, ']') && isSign(tokens[at + 1], '(')) return false;
    if (token.kind !== 'word' || isSign(tokens[at - 1], '.') || isSign(tokens[at - 1], '?.')) return true;
    const isUsed = ['(', '.', '?.'].some((sign) => isSign(tokens[at + 1], sign));
    return !isUsed || HARMLESS.has(token.text) || names.has(token.text);
  });
}

function isTelling(word: string): boolean {
  return word === TOOLS || HIDDEN.has(word);
}

function callsAt(
  tokens: readonly Token[],
  at: number,
  token: Token,
  reader: ValueReader,
  names: Names,
): readonly ScriptCall[] | null {
  if (token.kind === 'word') return callAt(tokens, at, token.text, reader);
  if (token.kind !== 'template') return [];
  const calls: ScriptCall[] = [];
  for (const part of token.parts) {
    const found = 'text' in part || part.tokens === null ? [] : callsIn(part.tokens, names);
    if (found === null) return null;
    calls.push(...found);
  }
  return calls;
}

/** The calls that begin at a word which may tell of some. Null where it hides what is called. */
function callAt(
  tokens: readonly Token[],
  at: number,
  word: string,
  reader: ValueReader,
): readonly ScriptCall[] | null {
  const isField = isSign(tokens[at - 1], '.') || isSign(tokens[at - 1], '?.');
  if (word !== TOOLS) return isSign(tokens[at + 1], ':') ? [] : null;
  if (isField || isSign(tokens[at + 1], ':')) return isField ? null : [];
  const name = toolAt(tokens, at + 1);
  if (name === null) return null;
  if (!isSign(tokens[name.next], '(')) return [{ tool: name.tool, input: null, partly: [''] }];
  if (isSign(tokens[name.next + 1], ')')) return [{ tool: name.tool, input: {}, partly: [] }];
  return inputsOf(reader.read(name.next + 1).value).map((input) => ({ tool: name.tool, ...input }));
}

/** `tools.name`, `tools?.name` and `tools["name"]`. */
function toolAt(
  tokens: readonly Token[],
  at: number,
): { readonly tool: string; readonly next: number } | null {
  const [sign, name, close] = [tokens[at], tokens[at + 1], tokens[at + 2]];
  if ((isSign(sign, '.') || isSign(sign, '?.')) && name?.kind === 'word')
    return { tool: name.text, next: isSign(close, '?.') ? at + 3 : at + 2 };
  if (isSign(sign, '[') && name?.kind === 'text' && isSign(close, ']'))
    return { tool: name.text, next: at + 3 };
  return null;
}

function isSign(token: Token | undefined, text: string): boolean {
  return token?.kind === 'sign' && token.text === text;
}

type Input = Omit<ScriptCall, 'tool'>;

const MOST_INPUTS = 50;

/** Each set of arguments that a value stands for. */
function inputsOf(value: Value): readonly Input[] {
  switch (value.kind) {
    case 'text':
      return [{ input: value.text, partly: value.isWhole ? [] : [''] }];
    case 'oneOf':
      return value.values.slice(0, MOST_INPUTS).flatMap(inputsOf);
    case 'fields':
      return inputsOfFields(value.fields);
    case 'list':
    case 'number':
    case 'unknown':
      return [{ input: null, partly: [''] }];
  }
}

/** One set for each value of the field that has the most: the others are known by their first. */
function inputsOfFields(fields: ReadonlyMap<string, Value>): readonly Input[] {
  const entries = [...fields];
  const choices = entries.map(
    ([name, value]) => [name, value.kind === 'oneOf' ? value.values : [value]] as const,
  );
  const count = Math.min(MOST_INPUTS, Math.max(1, ...choices.map(([, values]) => values.length)));
  return Array.from({ length: count }, (_, index) => {
    const plain = choices.map(([name, values]) => [name, values[index] ?? values[0]] as const);
    const input = Object.fromEntries(plain.map(([name, value]) => [name, plainOf(value)]));
    return { input, partly: plain.flatMap(([name, value]) => (isWhole(value) ? [] : [name])) };
  });
}

function isWhole(value: Value | undefined): boolean {
  switch (value?.kind) {
    case 'text':
      return value.isWhole;
    case 'number':
      return true;
    case 'list':
      return value.items.every(isWhole);
    case 'fields':
      return [...value.fields.values()].every(isWhole);
    case 'oneOf':
    case 'unknown':
    case undefined:
      return false;
  }
}

/** Null for an unknown value. */
function plainOf(value: Value | undefined): unknown {
  switch (value?.kind) {
    case 'text':
      return value.text;
    case 'number':
      return Number(value.text);
    case 'list':
      return value.items.map(plainOf);
    case 'fields':
      return Object.fromEntries([...value.fields].map(([name, each]) => [name, plainOf(each)]));
    case 'oneOf':
    case 'unknown':
    case undefined:
      return null;
  }
}
