/** A part of a program's text. `startsLine`: nothing but blanks stands before it on its line. */
export type Token = { readonly startsLine: boolean } & (
  | { readonly kind: 'word' | 'number' | 'sign'; readonly text: string }
  /** A string, or a template without expressions. `raw` is the text as `String.raw` reads it. */
  | { readonly kind: 'text'; readonly text: string; readonly raw: string }
  | { readonly kind: 'template'; readonly parts: readonly TemplatePart[] }
  | { readonly kind: 'pattern' }
);

type TemplatePart =
  { readonly text: string; readonly raw: string } | { readonly tokens: readonly Token[] | null };

/** Programs of agents are short; a patch in one is the longest part. */
const LONGEST = 4 << 20;
const MOST_TOKENS = 200_000;
const DEEPEST = 8;

const SLASH = 47;
const BLANKS = /(?:[^\S\n]|\/\/[^\n]*)*/y;
const WORD = /[\p{L}_$][\p{L}\p{N}_$]*/uy;
/** Nearly all words; one with other letters is not a whole word of this. */
const PLAIN_WORD = /[A-Za-z_$][\w$]*(?![\w$\u0080-\uffff])/y;
const NUMBER = /(?:\d[\w]*)?(?:\.\d\w*)?/y;
const SIGN = /\.\.\.|=>|\?\.(?!\d)|[=!]==?|(?:\*\*|\?\?|&&|\|\||[-+*/%&|^])=|\+\+|--|&&|\|\||\?\?|[^\s]/uy;
/** A pattern between slashes: classes may hold a slash. */
const PATTERN = /\/(?:[^\\/[\n]|\\[^\n]|\[(?:[^\]\\\n]|\\[^\n]){0,300}\]){1,500}\/\w*/y;
/** Signs that are never part of a longer one, and all that begin no word. */
const ALONE = new Set(['(', ')', '[', ']', '{', '}', ',', ';', ':']);
const SIGNS = new Set([...ALONE, '.', '=', '+', '-', '*', '/', '%', '&', '|', '!', '?', '<', '>', '^', '~']);
const PLAIN = /[^'"`\\$\n]+/y;

/** Words after which a slash begins a pattern. */
const BEFORE_OPERAND = new Set(['return', 'typeof', 'case', 'in', 'of', 'await', 'yield', 'void', 'delete']);

/**
 * The tokens of a JavaScript program, in one pass. Null where the text is not a program, or is too long to be read. Nothing
 * of it is evaluated.
 */
export function tokensOf(source: string): readonly Token[] | null {
  return source.length > LONGEST ? null : new Scanner(source).scan(0);
}

class Scanner {
  readonly #source: string;
  #at = 0;
  #count = 0;
  #hasFailed = false;

  constructor(source: string) {
    this.#source = source;
  }

  /** Up to the end, or to the bracket that ends an expression of a template. */
  scan(depth: number): readonly Token[] | null {
    const tokens: Token[] = [];
    let braces = 0;
    for (;;) {
      const startsLine = this.#skipBlanks() || tokens.length === 0;
      const next = this.#source[this.#at];
      if (this.#hasFailed || this.#count++ > MOST_TOKENS) return null;
      if (next === undefined) return depth === 0 ? tokens : null;
      if (next === '}' && braces === 0 && depth > 0) return tokens;
      if (next === '{') braces++;
      if (next === '}') braces--;
      const token = this.#token(next, startsLine, tokens.at(-1), depth);
      if (token === null) return null;
      tokens.push(token);
    }
  }

  #token(next: string, startsLine: boolean, before: Token | undefined, depth: number): Token | null {
    if (next === "'" || next === '"') return this.#string(next, startsLine);
    if (next === '`') return this.#template(startsLine, depth);
    const word = SIGNS.has(next) ? null : (this.#match(PLAIN_WORD) ?? this.#match(WORD));
    if (word !== null) return { kind: 'word', text: word, startsLine };
    if (next >= '0' && next <= '9') return { kind: 'number', text: this.#match(NUMBER) ?? '', startsLine };
    if (next === '/' && mayBeginPattern(before) && this.#match(PATTERN) !== null)
      return { kind: 'pattern', startsLine };
    const sign = ALONE.has(next) ? next : this.#match(SIGN);
    if (ALONE.has(next)) this.#at++;
    return sign === null ? null : { kind: 'sign', text: sign, startsLine };
  }

  /** @returns whether a line ended there */
  #skipBlanks(): boolean {
    let hasLine = false;
    for (;;) {
      // Behind most signs and words stands no blank.
      const next = this.#source.charCodeAt(this.#at);
      if (next > 32 && next < 127 && next !== SLASH) return hasLine;
      this.#match(BLANKS);
      if (this.#source.startsWith('/*', this.#at)) {
        const end = this.#source.indexOf('*/', this.#at + 2);
        if (end === -1) this.#hasFailed = true;
        this.#at = end === -1 ? this.#source.length : end + 2;
      } else if (this.#source[this.#at] === '\n') {
        hasLine = true;
        this.#at++;
      } else return hasLine;
    }
  }

  #string(quote: string, startsLine: boolean): Token | null {
    this.#at++;
    const from = this.#at;
    const parts: string[] = [];
    for (;;) {
      const plain = this.#match(PLAIN);
      if (plain !== null) parts.push(plain);
      const next = this.#source[this.#at];
      if (next === undefined || next === '\n') return null;
      if (next === quote) break;
      parts.push(this.#character(next));
    }
    const raw = this.#source.slice(from, this.#at++);
    return { kind: 'text', text: parts.join(''), raw, startsLine };
  }

  #template(startsLine: boolean, depth: number): Token | null {
    if (depth >= DEEPEST) return null;
    this.#at++;
    const parts: TemplatePart[] = [];
    for (;;) {
      const text = this.#templateText();
      if (text === null) return null;
      parts.push(text);
      if (this.#source[this.#at] === '`') break;
      this.#at += 2;
      const tokens = this.scan(depth + 1);
      if (tokens === null) return null;
      parts.push({ tokens });
      this.#at++;
    }
    this.#at++;
    const [first] = parts;
    if (parts.length === 1 && first && 'text' in first) return { kind: 'text', ...first, startsLine };
    return { kind: 'template', parts, startsLine };
  }

  /** The text up to the end of a template, or to its next expression. */
  #templateText(): { readonly text: string; readonly raw: string } | null {
    const from = this.#at;
    const parts: string[] = [];
    for (;;) {
      const plain = this.#match(PLAIN);
      if (plain !== null) parts.push(plain);
      const next = this.#source[this.#at];
      if (next === undefined) return null;
      if (next === '`' || this.#source.startsWith('${', this.#at)) break;
      parts.push(this.#character(next));
    }
    return { text: parts.join(''), raw: this.#source.slice(from, this.#at) };
  }

  /** One character of a string, or what its escape stands for. */
  #character(next: string): string {
    this.#at++;
    if (next !== '\\') return next;
    const escaped = this.#source[this.#at++] ?? '';
    const code = escaped === 'u' ? this.#match(CODE) : escaped === 'x' ? this.#match(BYTE) : null;
    if (code !== null) return characterOf(code);
    return escaped === '\n' ? '' : (ESCAPES[escaped] ?? escaped);
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.#source)?.[0] ?? '';
    this.#at += text.length;
    return text === '' ? null : text;
  }
}

const CODE = /\{[0-9a-f]{1,6}\}|[0-9a-f]{4}/iy;
const BYTE = /[0-9a-f]{2}/iy;
const ESCAPES: Readonly<Partial<Record<string, string>>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  0: '\0',
};

function characterOf(code: string): string {
  const number = Number.parseInt(code.replace('{', ''), 16);
  return number <= 0x10_ff_ff ? String.fromCodePoint(number) : '\uFFFD';
}

/** After an operand a slash divides; elsewhere it begins a pattern. */
function mayBeginPattern(before: Token | undefined): boolean {
  if (before?.kind === 'word') return BEFORE_OPERAND.has(before.text);
  return before === undefined || (before.kind === 'sign' && !/^[)\]}]$/.test(before.text));
}
