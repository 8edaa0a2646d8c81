import type { Token } from './script-tokens.ts';
import { CLOSING, OPENING, UNKNOWN, type Names, type Value, ValueReader } from './script-values.ts';

const DECLARES = new Set(['const', 'let', 'var']);
const EACH = new Set(['map', 'forEach', 'flatMap']);
/** Methods that change a list. */
const CHANGES = new Set(['push', 'unshift', 'splice', 'fill', 'copyWithin']);
const MOST_VALUES = 50;
const NONE: ReadonlySet<string> = new Set();

/**
 * The values of the names in a program, wherever they stand: of a name that is given several, any of them. Functions of
 * the program get what its calls give them. Null where the program is too tangled to be read.
 */
export function namesIn(tokens: readonly Token[]): Names | null {
  const finder = new NameFinder(tokens);
  return finder.find() ? finder.names : null;
}

class NameFinder {
  readonly names = new Map<string, Value>();
  readonly #tokens: readonly Token[];
  readonly #reader: ValueReader;
  readonly #functions = new Map<string, readonly string[]>();
  /** The opening bracket of each closing one. */
  readonly #opens = new Map<number, number>();
  readonly #closes = new Map<number, number>();
  /** A function with many parameters can be called often, and stand in the parameters of another. */
  #steps: number;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
    this.#reader = new ValueReader(tokens, this.names);
    this.#steps = 20 * tokens.length + 1000;
  }

  find(): boolean {
    if (!this.#pairBrackets()) return false;
    for (let at = 0; at < this.#tokens.length; at++) this.#findFunction(at);
    for (let at = 0; at < this.#tokens.length && !this.#isSpent; at++) this.#look(at);
    return !this.#isSpent;
  }

  get #isSpent(): boolean {
    return this.#steps <= 0 || this.#reader.isSpent;
  }

  #pairBrackets(): boolean {
    const open: number[] = [];
    for (const [at, token] of this.#tokens.entries()) {
      if (token.kind !== 'sign') continue;
      if (OPENING.has(token.text)) open.push(at);
      if (!CLOSING.has(token.text)) continue;
      const from = open.pop();
      if (from === undefined) return false;
      this.#opens.set(at, from);
      this.#closes.set(from, at);
    }
    return open.length === 0;
  }

  #sign(at: number): string | null {
    const token = this.#tokens[at];
    return token?.kind === 'sign' ? token.text : null;
  }

  #word(at: number): string | null {
    const token = this.#tokens[at];
    return token?.kind === 'word' ? token.text : null;
  }

  /** `function run(cmd) {`, and `const run = async (cmd) =>`. */
  #findFunction(at: number): void {
    const word = this.#word(at);
    const name = this.#word(at + 1);
    if (word === 'function' && name !== null && this.#sign(at + 2) === '(') {
      const params = this.#paramsFrom(at + 3);
      if (params) this.#functions.set(name, params);
    }
    if (!DECLARES.has(word ?? '') || name === null || this.#sign(at + 2) !== '=') return;
    const from = this.#word(at + 3) === 'async' ? at + 4 : at + 3;
    const only = this.#word(from);
    if (only !== null && this.#sign(from + 1) === '=>') this.#functions.set(name, [only]);
    const params = this.#sign(from) === '(' ? this.#paramsFrom(from + 1) : null;
    if (params && this.#sign(from + 1 + Math.max(1, params.length * 2)) === '=>')
      this.#functions.set(name, params);
  }

  /** Plain names up to the bracket; null for any other parameters. */
  #paramsFrom(from: number): readonly string[] | null {
    const params: string[] = [];
    for (let at = from; ; at += 2) {
      if (at === from && this.#sign(at) === ')') return params;
      const name = this.#word(at);
      const behind = this.#sign(at + 1);
      if (name === null || (behind !== ',' && behind !== ')')) return null;
      params.push(name);
      if (behind === ')') return params;
    }
  }

  #look(at: number): void {
    const word = this.#word(at);
    if (word !== null) this.#lookAtWord(word, at);
    else if (this.#sign(at) === '=>') this.#lookAtArrow(at);
    else if (this.#sign(at) === '.' && EACH.has(this.#word(at + 1) ?? '') && this.#sign(at + 2) === '(')
      this.#lookAtEach(at);
  }

  #lookAtWord(word: string, at: number): void {
    const name = this.#word(at + 1);
    if (DECLARES.has(word)) {
      if (name === null) this.#lookAtPattern(at + 1);
      else if (this.#sign(at + 2) === '=') this.#give(name, this.#reader.read(at + 3).value);
      else if (this.#word(at + 2) === 'of') this.#give(name, itemOf(this.#reader.read(at + 3).value));
      else if (this.#word(at + 2) === 'in') this.#give(name, UNKNOWN);
      return;
    }
    if (word === 'function' || word === 'catch') this.#lookAtFunction(at);
    const isField = this.#sign(at - 1) === '.' || this.#sign(at - 1) === '?.';
    const isDeclared = DECLARES.has(this.#word(at - 1) ?? '');
    if (isField || isDeclared) return;
    const sign = this.#sign(at + 1) ?? '';
    if (sign === '=') this.#give(word, this.#reader.read(at + 2).value);
    else if (isChanging(sign) || this.#changesPart(at)) this.#give(word, UNKNOWN);
    this.#lookAtUse(word, at);
  }

  /** `options.cmd = …`, `commands[0] = …`, `commands.push(…)`, and `Object.assign(options, …)`. */
  #changesPart(at: number): boolean {
    if (this.#sign(at - 1) === '(' && this.#word(at - 2) === 'assign') return true;
    let next = at + 1;
    for (; this.#steps-- > 0;) {
      const sign = this.#sign(next);
      const name = this.#word(next + 1);
      if (sign === '[') next = (this.#closes.get(next) ?? next) + 1;
      else if ((sign !== '.' && sign !== '?.') || name === null) break;
      else if (CHANGES.has(name) && this.#sign(next + 2) === '(') return true;
      else next += 2;
    }
    const behind = this.#sign(next) ?? '';
    return next > at + 1 && (behind === '=' || isChanging(behind));
  }

  /** `const [a, b] = …`, and `for (const [a, b] of list)`. */
  #lookAtPattern(from: number): void {
    const close = this.#closes.get(from) ?? from;
    const isOf = this.#word(close + 1) === 'of';
    const given = isOf ? this.#giveParts(from, itemOf(this.#reader.read(close + 2).value)) : NONE;
    this.#forgetPattern(from, given);
  }

  /** A call of a function of the program, or another use of it. */
  #lookAtUse(name: string, at: number): void {
    const params = this.#functions.get(name);
    if (!params || this.#word(at - 1) === 'function') return;
    if (this.#sign(at + 1) !== '(') {
      // Lists give their items to it, and then it is looked at there.
      const isGiven = this.#sign(at - 1) === '(' && EACH.has(this.#word(at - 2) ?? '');
      for (const param of params) if (!isGiven) this.#give(param, UNKNOWN);
      return;
    }
    let next = at + 2;
    for (const param of params) {
      if (this.#isSpent) return;
      const isOver = this.#sign(next) === ')';
      const argument = isOver ? null : this.#reader.read(next);
      this.#give(param, argument?.value ?? UNKNOWN);
      next = argument && this.#sign(argument.next) === ',' ? argument.next + 1 : (argument?.next ?? next);
    }
  }

  #lookAtFunction(at: number): void {
    const from = this.#sign(at + 1) === '(' ? at + 1 : at + 2;
    if (this.#word(at) === 'function' && this.#functions.has(this.#word(at + 1) ?? '')) return;
    this.#forgetPattern(from);
  }

  #lookAtArrow(at: number): void {
    const name = this.#word(at - 1);
    const open = name === null ? this.#opens.get(at - 1) : at - 1;
    if (open === undefined) return;
    const before = this.#word(open - 1) === 'async' ? open - 2 : open - 1;
    // A function with a name gets its values where it is called, one behind `.map(` from the list.
    const isNamed = this.#sign(before) === '=' && this.#functions.has(this.#word(before - 1) ?? '');
    const isOfList = this.#sign(before) === '(' && EACH.has(this.#word(before - 1) ?? '');
    if (isNamed || isOfList) return;
    if (name === null) this.#forgetPattern(open);
    else this.#give(name, UNKNOWN);
  }

  /** `commands.map((cmd) => …)`, `[['a', 'b']].forEach(async ([name, cmd]) => …)`, `commands.map(run)`. */
  #lookAtEach(at: number): void {
    const item = itemOf(this.#listBefore(at));
    const from = this.#word(at + 3) === 'async' ? at + 4 : at + 3;
    const name = this.#word(from);
    const known = name === null ? undefined : this.#functions.get(name);
    if (known && this.#sign(from + 1) === ')') {
      for (const [index, param] of known.entries()) this.#give(param, index === 0 ? item : UNKNOWN);
    } else if (name !== null && this.#sign(from + 1) === '=>') this.#give(name, item);
    else if (this.#sign(from) === '(') {
      const first = this.#word(from + 1);
      if (first !== null) this.#give(first, item);
      const given = first === null ? this.#giveParts(from + 1, item) : new Set([first]);
      this.#forgetPattern(from, given);
    }
  }

  /** The names of a pattern get the parts of an item by their place, or by their name. */
  #giveParts(from: number, item: Value): ReadonlySet<string> {
    const isList = this.#sign(from) === '[';
    const given = new Set<string>();
    for (let at = from + 1, index = 0; index < MOST_VALUES; at += 2, index++) {
      const name = this.#word(at);
      if (name === null || !/^[,\]}]$/.test(this.#sign(at + 1) ?? '')) break;
      this.#give(name, partOf(item, isList ? index : name));
      given.add(name);
      if (this.#sign(at + 1) !== ',') break;
    }
    return given;
  }

  #listBefore(at: number): Value {
    const name = this.#word(at - 1);
    if (name !== null && this.#sign(at - 2) !== '.') return this.names.get(name) ?? UNKNOWN;
    const open = this.#opens.get(at - 1);
    return open !== undefined && this.#sign(open) === '[' ? this.#reader.readOperand(open) : UNKNOWN;
  }

  /** Nothing is known of the names of a pattern, or of parameters. */
  #forgetPattern(from: number, given: ReadonlySet<string> = NONE): void {
    let depth = 0;
    for (let at = from; at < this.#tokens.length && this.#steps-- > 0; at++) {
      const sign = this.#sign(at) ?? '';
      if (OPENING.has(sign)) depth++;
      else if (CLOSING.has(sign)) depth--;
      const name = this.#word(at);
      if (name !== null && !given.has(name)) this.#give(name, UNKNOWN);
      if (depth <= 0) return;
    }
  }

  #give(name: string, value: Value): void {
    this.#steps--;
    const known = this.names.get(name);
    this.names.set(name, known === undefined ? value : oneOf([known, value]));
  }
}

/** `+=`, `??=`, `++` and the like; no comparison. */
function isChanging(sign: string): boolean {
  return /^(?:.+=|\+\+|--)$/.test(sign) && !/^(?:[=!]==?|[<>]=)$/.test(sign);
}

/** A value that is one of several; nothing is known of it where nothing is known of one of them. */
function oneOf(values: readonly Value[]): Value {
  const all = values.flatMap((value) => (value.kind === 'oneOf' ? value.values : [value]));
  const isKnown = all.length <= MOST_VALUES && all.every(({ kind }) => kind !== 'unknown');
  return isKnown ? { kind: 'oneOf', values: all } : UNKNOWN;
}

function itemOf(list: Value): Value {
  // An empty list may be filled where this does not look.
  return list.kind === 'list' && list.items.length > 0 ? oneOf(list.items) : UNKNOWN;
}

function partOf(item: Value, name: number | string): Value {
  const items = item.kind === 'oneOf' ? item.values : [item];
  return oneOf(
    items.map((each) => {
      if (each.kind === 'list' && typeof name === 'number') return each.items[name] ?? UNKNOWN;
      if (each.kind === 'fields' && typeof name === 'string') return each.fields.get(name) ?? UNKNOWN;
      return UNKNOWN;
    }),
  );
}
