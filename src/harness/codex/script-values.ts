import type { Token } from './script-tokens.ts';

/**
 * The value that an expression has, as far as its text says it. `isWhole` is false for a text of which a part is not
 * known: that part stands in it as `${…}`. `oneOf` is one of several values, such as the items of a list in a loop.
 */
export type Value =
  | { readonly kind: 'text'; readonly text: string; readonly isWhole: boolean }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly Value[]; readonly size: number }
  | { readonly kind: 'fields'; readonly fields: ReadonlyMap<string, Value>; readonly size: number }
  | { readonly kind: 'oneOf'; readonly values: readonly Value[] }
  | { readonly kind: 'unknown' };

export const OPENING: ReadonlySet<string> = new Set(['(', '[', '{']);
export const CLOSING: ReadonlySet<string> = new Set([')', ']', '}']);
/** Behind an expression. */
const ENDS: ReadonlySet<string> = new Set([...CLOSING, ',', ';']);

export const UNKNOWN: Value = { kind: 'unknown' };

/** A value, and the place behind its expression. */
interface Read {
  readonly value: Value;
  readonly next: number;
}

/** The names that a program gives to values; of a name that it does not give, nothing is known. */
export type Names = ReadonlyMap<string, Value>;

/** Texts with a part that has several values are not read for more values than these. */
const MOST_VALUES = 50;
const LONGEST_TEXT = 4 << 20;
const DEEPEST = 30;
/** A list or an object of more parts is not known: a few lines can name the same parts without end. */
const LARGEST = 1000;
/** A text counts as a part for each of these characters. */
const PART_LENGTH = 1 << 13;

function sizeOf(values: Iterable<Value>): number {
  let size = 1;
  for (const value of values) {
    if (value.kind === 'list' || value.kind === 'fields') size += value.size;
    else if (value.kind === 'oneOf') size += sizeOf(value.values);
    else if (value.kind === 'text') size += 1 + Math.floor(value.text.length / PART_LENGTH);
    else size++;
  }
  return size;
}

function listOf(items: readonly Value[]): Value {
  const size = sizeOf(items);
  return size > LARGEST ? UNKNOWN : { kind: 'list', items, size };
}

function fieldsOf(fields: ReadonlyMap<string, Value>): Value {
  const size = sizeOf(fields.values());
  return size > LARGEST ? UNKNOWN : { kind: 'fields', fields, size };
}

/**
 * Reads expressions of a program: texts, numbers, lists, objects, named values, and texts that are joined. Anything
 * else is `unknown`. It takes a bounded number of steps for the whole program; `isSpent` says that it gave up.
 */
export class ValueReader {
  readonly #tokens: readonly Token[];
  #names: Names;
  #steps: number;
  #length = 0;

  constructor(tokens: readonly Token[], names: Names) {
    this.#tokens = tokens;
    this.#names = names;
    this.#steps = 20 * tokens.length + 1000;
  }

  get isSpent(): boolean {
    return this.#steps <= 0 || this.#length > LONGEST_TEXT;
  }

  /** The expression that begins at a token, up to the comma or bracket behind it. */
  read(at: number, depth = 0): Read {
    let { value, next } = this.#operand(at, depth);
    while (this.#sign(next) === '+') {
      const right = this.#operand(next + 1, depth);
      const isSum = value.kind === 'number' && right.value.kind === 'number';
      value = isSum ? UNKNOWN : this.#join([value, right.value]);
      next = right.next;
    }
    if (this.#isEnd(next)) return { value, next };
    return { value: UNKNOWN, next: this.#skip(next) };
  }

  /** The same without the calls behind it. */
  readOperand(at: number): Value {
    return this.#operand(at, 0).value;
  }

  #sign(at: number): string | null {
    const token = this.#tokens[at];
    return token?.kind === 'sign' ? token.text : null;
  }

  /** A line that begins with a word begins a statement. */
  #isEnd(at: number): boolean {
    const token = this.#tokens[at];
    if (token === undefined) return true;
    if (token.kind === 'sign') return ENDS.has(token.text);
    return token.startsLine && !/^(?:in|of|instanceof|as)$/.test(token.kind === 'word' ? token.text : '');
  }

  /** The comma or the bracket behind an expression that is not read. */
  #skip(from: number): number {
    let depth = 0;
    for (let at = from; ; at++) {
      this.#steps--;
      const sign = this.#sign(at);
      if (at >= this.#tokens.length || this.#steps <= 0) return this.#tokens.length;
      if (depth === 0 && sign !== null && ENDS.has(sign)) return at;
      if (sign !== null && OPENING.has(sign)) depth++;
      if (sign !== null && CLOSING.has(sign)) depth--;
    }
  }

  #operand(at: number, depth: number): Read {
    const token = this.#tokens[at];
    if (token === undefined || this.#steps-- <= 0 || depth > DEEPEST) return { value: UNKNOWN, next: at };
    switch (token.kind) {
      case 'text':
        return this.#behind(this.#text(token.text, true), at + 1, depth);
      case 'number':
        return this.#behind({ kind: 'number', text: token.text }, at + 1, depth);
      case 'template':
        return this.#behind(this.#template(token.parts, 'text'), at + 1, depth);
      case 'pattern':
        return { value: UNKNOWN, next: at + 1 };
      case 'word':
        return this.#word(token.text, at, depth);
      case 'sign':
        return this.#bracket(token.text, at, depth);
    }
  }

  #text(text: string, isWhole: boolean): Value {
    this.#length += text.length;
    return { kind: 'text', text, isWhole };
  }

  #template(parts: Extract<Token, { kind: 'template' }>['parts'], reading: 'text' | 'raw'): Value {
    return this.#join(
      parts.map((part): Value => {
        if ('text' in part) return this.#text(part[reading], true);
        const [name, ...more] = part.tokens ?? [];
        const isName = name?.kind === 'word' && more.length === 0;
        return (isName ? this.#names.get(name.text) : undefined) ?? UNKNOWN;
      }),
    );
  }

  #word(word: string, at: number, depth: number): Read {
    if (word === 'await') return this.#operand(at + 1, depth + 1);
    const after = this.#tokens[at + 3];
    if (word === 'String' && isWord(this.#tokens[at + 2], 'raw') && after !== undefined) {
      if (after.kind === 'text') return this.#behind(this.#text(after.raw, true), at + 4, depth);
      if (after.kind === 'template') return this.#behind(this.#template(after.parts, 'raw'), at + 4, depth);
    }
    return this.#behind(this.#names.get(word) ?? UNKNOWN, at + 1, depth);
  }

  #bracket(sign: string, at: number, depth: number): Read {
    if (sign === '(') {
      const { value, next } = this.read(at + 1, depth + 1);
      if (this.#sign(next) === ')') return this.#behind(value, next + 1, depth);
      return { value: UNKNOWN, next };
    }
    if (sign === '[') return this.#list(at, depth);
    if (sign === '{') return this.#fields(at, depth);
    return { value: UNKNOWN, next: at };
  }

  #list(at: number, depth: number): Read {
    const items: Value[] = [];
    let next = at + 1;
    while (this.#sign(next) !== ']') {
      if (this.#sign(next) === '...') next++;
      const item = this.read(next, depth + 1);
      items.push(this.#sign(next - 1) === '...' ? UNKNOWN : item.value);
      if (this.#sign(item.next) !== ',' && this.#sign(item.next) !== ']')
        return { value: UNKNOWN, next: item.next };
      next = this.#sign(item.next) === ',' ? item.next + 1 : item.next;
    }
    return this.#behind(listOf(items), next + 1, depth);
  }

  #fields(at: number, depth: number): Read {
    const fields = new Map<string, Value>();
    let next = at + 1;
    while (this.#sign(next) !== '}') {
      const name = nameOf(this.#tokens[next]);
      const isShort = this.#sign(next + 1) === ',' || this.#sign(next + 1) === '}';
      let field: Read;
      if (name !== null && this.#sign(next + 1) === ':') field = this.read(next + 2, depth + 1);
      else if (name !== null && isShort) field = { value: this.#names.get(name) ?? UNKNOWN, next: next + 1 };
      // Fields of another object, or with a name that is computed, may be any.
      else return { value: UNKNOWN, next: this.#skip(next) };
      fields.set(name, field.value);
      if (this.#sign(field.next) !== ',' && this.#sign(field.next) !== '}')
        return { value: UNKNOWN, next: field.next };
      next = this.#sign(field.next) === ',' ? field.next + 1 : field.next;
    }
    return this.#behind(fieldsOf(fields), next + 1, depth);
  }

  /** The calls behind a value: `join` and `trim`. */
  #behind(value: Value, at: number, depth: number): Read {
    if (this.#sign(at) !== '.' || depth > DEEPEST) return { value, next: at };
    const method = this.#tokens[at + 1];
    if (this.#sign(at + 2) !== '(') return { value, next: at };
    if (isWord(method, 'trim') && value.kind === 'text' && this.#sign(at + 3) === ')')
      return this.#behind({ ...value, text: value.text.trim() }, at + 4, depth + 1);
    if (!isWord(method, 'join') || value.kind !== 'list') return { value, next: at };
    const { value: between, next } = this.read(at + 3, depth + 1);
    if (this.#sign(next) !== ')' || between.kind !== 'text') return { value: UNKNOWN, next };
    const parts = value.items.flatMap((item, index) => (index === 0 ? [item] : [between, item]));
    return this.#behind(this.#join(parts), next + 1, depth);
  }

  /** The text of several values; several texts where one of them has several values. */
  #join(parts: readonly Value[]): Value {
    let texts = [{ text: '', isWhole: true }];
    for (const part of parts) {
      const ends = part.kind === 'oneOf' ? part.values.map(partOf) : [partOf(part)];
      const isMuch = ends.length * texts.length > MOST_VALUES;
      texts = isMuch
        ? texts.map(({ text }) => ({ text: `${text}${HOLE}`, isWhole: false }))
        : texts.flatMap(({ text, isWhole }) =>
            ends.map((end) => ({ text: text + end.text, isWhole: isWhole && end.isWhole })),
          );
      this.#steps -= texts.length;
      if (this.isSpent) return UNKNOWN;
    }
    const values = texts.map(({ text, isWhole }) => this.#text(text, isWhole));
    const [only] = values;
    return only && values.length === 1 ? only : { kind: 'oneOf', values };
  }
}

/** A part of a text that only a run of the program would show. */
const HOLE = '${…}';

function partOf(value: Value): { readonly text: string; readonly isWhole: boolean } {
  if (value.kind === 'text') return value;
  return value.kind === 'number' ? { text: value.text, isWhole: true } : { text: HOLE, isWhole: false };
}

function isWord(token: Token | undefined, text: string): boolean {
  return token?.kind === 'word' && token.text === text;
}

/** The name of a field of an object. */
function nameOf(token: Token | undefined): string | null {
  return token?.kind === 'word' || token?.kind === 'text' ? token.text : null;
}
