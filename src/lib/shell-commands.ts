// Reads a command line of a POSIX shell without being one: which simple commands it would run, with which words, and
// which files it would write. What it does not understand it says: a caller must not guess.

/** One word of a command. Its text is only a part of the truth where the shell would put something in. */
export interface ShellWord {
  readonly text: string;
  /** A variable, a substitution or an arithmetic expansion stands in it. */
  readonly isDynamic: boolean;
}

/** One simple command. */
export interface ShellCommand {
  /** `NAME=value` before the program; all that there is for a plain assignment. */
  readonly assignments: readonly ShellWord[];
  readonly words: readonly ShellWord[];
  /** The files that its redirections write. */
  readonly writes: readonly ShellWord[];
}

/** Longer command lines are not read. */
const LONGEST = 50_000;
const MOST_COMMANDS = 500;
const DEEPEST = 10;

/** All simple commands, those in substitutions and groups too; null for a line that is not understood. */
export function readShell(text: string): ShellCommand[] | null {
  if (text.length > LONGEST) return null;
  try {
    const commands: ShellCommand[] = [];
    new ShellReader(text, commands, 0).readAll();
    return commands;
  } catch (error) {
    if (error instanceof NotUnderstood) return null;
    throw error;
  }
}

class NotUnderstood extends Error {}

/** Words that stand before a command and change nothing about which commands run. */
const LEADING = new Set(['if', 'then', 'else', 'elif', 'while', 'until', 'do', '!', '{', 'time']);
/** Words that end a compound command; redirections may follow. */
const CLOSING = new Set(['fi', 'done', '}', 'esac']);
/** Their parts are not commands, or they give a name to commands that run later. */
const REFUSED = new Set(['case', 'function', 'select', 'coproc']);
const ASSIGNMENT = /^[A-Za-z_]\w*\+?=/;
/** The ends of a word outside quotes. */
const BREAKS = new Set([' ', '\t', '\r', '\n', ';', '&', '|', '(', ')', '<', '>']);

interface Draft {
  assignments: ShellWord[];
  words: ShellWord[];
  writes: ShellWord[];
}

interface HereDocument {
  readonly delimiter: string;
  readonly isIndented: boolean;
  readonly isQuoted: boolean;
}

class ShellReader {
  readonly #text: string;
  readonly #commands: ShellCommand[];
  readonly #depth: number;
  #at = 0;
  #draft: Draft = { assignments: [], words: [], writes: [] };
  #documents: HereDocument[] = [];
  /** Inside `[[ … ]]`, where operators are words. */
  #isTest = false;

  /** Groups that are open here; a parenthesis beyond them ends a substitution. */
  #groups = 0;
  /** Parameters `${…}` that are open here, one in another. */
  #parameters = 0;

  constructor(text: string, commands: ShellCommand[], depth: number, at = 0) {
    if (depth > DEEPEST) throw new NotUnderstood();
    this.#text = text;
    this.#at = at;
    this.#commands = commands;
    this.#depth = depth;
  }

  readAll(): void {
    while (this.#at < this.#text.length) this.#step();
    this.#finish();
    if (this.#isTest || this.#groups !== 0 || this.#documents.length > 0) throw new NotUnderstood();
  }

  /** Reads up to the parenthesis that closes a substitution. @returns the place behind it */
  readSubstitution(): number {
    while (this.#groups > 0 || this.#isTest || this.#text[this.#at] !== ')') {
      if (this.#at >= this.#text.length) throw new NotUnderstood();
      this.#step();
    }
    this.#finish();
    if (this.#documents.length > 0) throw new NotUnderstood();
    return this.#at + 1;
  }

  #step(): void {
    const char = this.#text[this.#at] ?? '';
    if (char === '\n') {
      this.#at++;
      if (this.#isTest) return;
      this.#finish();
      this.#skipDocuments();
    } else if (char === ' ' || char === '\t' || char === '\r') this.#at++;
    else if (char === '\\' && this.#text[this.#at + 1] === '\n') this.#at += 2;
    else if (char === '#') this.#skipComment();
    else if (this.#isTest && '&|()<>'.includes(char)) this.#at++;
    else if (char === ';' || char === '|' || (char === '&' && this.#text[this.#at + 1] !== '>')) {
      this.#at++;
      this.#finish();
    } else if (char === '(') this.#openGroup();
    else if (char === ')') {
      this.#at++;
      this.#groups--;
      this.#finish();
    } else if (this.#isRedirection()) this.#redirect();
    else this.#take(this.#readWord());
  }

  #skipComment(): void {
    const end = this.#text.indexOf('\n', this.#at);
    this.#at = end === -1 ? this.#text.length : end;
  }

  /** A group's commands are read like all others; `name()` defines a function. */
  #openGroup(): void {
    if (this.#draft.words.length > 0 || this.#text[this.#at + 1] === '(') throw new NotUnderstood();
    this.#groups++;
    this.#at++;
  }

  #take(word: ShellWord): void {
    const { words, assignments } = this.#draft;
    const isFirst = words.length === 0;
    if (isFirst && !word.isDynamic && assignments.length === 0) {
      if (REFUSED.has(word.text)) throw new NotUnderstood();
      if (LEADING.has(word.text) || CLOSING.has(word.text)) return;
      if (word.text === 'for') return this.#skipLoopHead();
    }
    if (isFirst && ASSIGNMENT.test(word.text)) {
      assignments.push(word);
      return;
    }
    if (isFirst && word.text === '[[') this.#isTest = true;
    if (this.#isTest && word.text === ']]') this.#isTest = false;
    words.push(word);
  }

  /** `for NAME in WORDS`: no command, but substitutions among its words are. */
  #skipLoopHead(): void {
    while (this.#at < this.#text.length && !';\n'.includes(this.#text[this.#at] ?? '')) {
      const char = this.#text[this.#at] ?? '';
      if (char === ' ' || char === '\t' || char === '\r') this.#at++;
      else if (BREAKS.has(char)) throw new NotUnderstood();
      else this.#readWord();
    }
  }

  #isRedirection(): boolean {
    return /^(?:\d{0,3}[<>]|&>)/.test(this.#text.slice(this.#at, this.#at + 4));
  }

  #redirect(): void {
    const operator = /^(?:\d{0,3}(?:<<<|<<-?|<>|<&|<|>>|>&|>\||>)|&>>?)/.exec(
      this.#text.slice(this.#at, this.#at + 7),
    )?.[0];
    if (operator === undefined) throw new NotUnderstood();
    const isSubstitution = this.#text[this.#at + operator.length] === '(' && /^\d?[<>]$/.test(operator);
    this.#at += operator.length;
    if (isSubstitution) {
      this.#readInside();
      this.#draft.words.push({ text: '', isDynamic: true });
      return;
    }
    this.#skipBlanks();
    if (/^[<>]\(/.test(this.#text.slice(this.#at, this.#at + 2))) {
      this.#at++;
      this.#readInside();
      return;
    }
    const begin = this.#at;
    const word = this.#readWord();
    if (word.text === '' && !word.isDynamic && this.#at === begin) throw new NotUnderstood();
    const kind = operator.replace(/^\d+/, '');
    if (kind.startsWith('<<') && kind !== '<<<') {
      const isQuoted = /['"\\]/.test(this.#text.slice(begin, this.#at));
      this.#documents.push({ delimiter: word.text, isIndented: kind === '<<-', isQuoted });
    } else if (kind.includes('>') && !(kind.endsWith('&') && /^(?:\d+-?|-)$/.test(word.text)))
      this.#draft.writes.push(word);
  }

  #skipBlanks(): void {
    while (' \t'.includes(this.#text[this.#at] ?? '\n')) this.#at++;
  }

  /** The lines of here-documents that began on the line before. The shell still runs what an unquoted one puts in. */
  #skipDocuments(): void {
    for (const { delimiter, isIndented, isQuoted } of this.#documents) {
      const body: string[] = [];
      let isClosed = false;
      while (!isClosed && this.#at < this.#text.length) {
        const end = this.#text.indexOf('\n', this.#at);
        const line = this.#text.slice(this.#at, end === -1 ? undefined : end);
        this.#at = end === -1 ? this.#text.length : end + 1;
        isClosed = (isIndented ? line.replace(/^\t+/, '') : line) === delimiter;
        if (!isClosed) body.push(line);
      }
      if (!isQuoted) new ShellReader(body.join('\n'), this.#commands, this.#depth + 1).#readExpansions();
    }
    this.#documents = [];
  }

  #readExpansions(): void {
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at] ?? '';
      if (char === '\\') this.#at += 2;
      else if (char === '$') this.#readDollar();
      else if (char === '`') this.#readBackquoted();
      else this.#at++;
    }
  }

  #finish(): void {
    const { assignments, words, writes } = this.#draft;
    if (assignments.length + words.length + writes.length === 0) return;
    if (this.#commands.length >= MOST_COMMANDS) throw new NotUnderstood();
    this.#commands.push(this.#draft);
    this.#draft = { assignments: [], words: [], writes: [] };
  }

  #readWord(): ShellWord {
    let text = '';
    let isDynamic = false;
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at] ?? '';
      if (BREAKS.has(char)) break;
      if (char === "'") text += this.#readTo("'");
      else if (char === '"') {
        const quoted = this.#readQuoted();
        text += quoted.text;
        isDynamic ||= quoted.isDynamic;
      } else if (char === '\\') {
        const next = this.#text[this.#at + 1] ?? '';
        if (next !== '\n') text += next;
        this.#at += 2;
      } else if (char === '$' && this.#text[this.#at + 1] === "'") {
        this.#at++;
        text += this.#readEscaped();
      } else if (char === '$' || char === '`') {
        const plain = this.#readExpansion(char);
        text += plain ?? '';
        isDynamic ||= plain === null;
      } else {
        text += char;
        this.#at++;
      }
    }
    return { text, isDynamic };
  }

  /** @returns the text where nothing is expanded, else null */
  #readExpansion(char: string): string | null {
    if (char === '`') {
      this.#readBackquoted();
      return null;
    }
    return this.#readDollar();
  }

  #readTo(quote: string): string {
    const end = this.#text.indexOf(quote, this.#at + 1);
    if (end === -1) throw new NotUnderstood();
    const inner = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return inner;
  }

  /** `$'…'`, in which a backslash keeps a quote. */
  #readEscaped(): string {
    const begin = this.#at + 1;
    for (this.#at = begin; this.#text[this.#at] !== "'"; this.#at++) {
      if (this.#at >= this.#text.length) throw new NotUnderstood();
      if (this.#text[this.#at] === '\\') this.#at++;
    }
    return this.#text.slice(begin, this.#at++);
  }

  #readQuoted(): ShellWord {
    let text = '';
    let isDynamic = false;
    this.#at++;
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined) throw new NotUnderstood();
      if (char === '"') break;
      if (char === '\\') {
        const next = this.#text[this.#at + 1] ?? '';
        text += '"\\$`'.includes(next) ? next : next === '\n' ? '' : `\\${next}`;
        this.#at += 2;
      } else if (char === '$' || char === '`') {
        const plain = this.#readExpansion(char);
        text += plain ?? '';
        isDynamic ||= plain === null;
      } else {
        text += char;
        this.#at++;
      }
    }
    this.#at++;
    return { text, isDynamic };
  }

  /** `$NAME`, `${…}`, `$(…)`, `$((…))`. @returns `$` where it is only itself, else null */
  #readDollar(): string | null {
    const next = this.#text[this.#at + 1] ?? '';
    if (next === '(' && this.#text[this.#at + 2] === '(') {
      this.#skipArithmetic();
      return null;
    }
    this.#at++;
    if (next === '(') {
      this.#readInside();
      return null;
    }
    if (next === '{') {
      this.#readParameter();
      return null;
    }
    const name = /^(?:[A-Za-z_]\w*|[0-9@*#?$!-])/.exec(this.#text.slice(this.#at, this.#at + 200))?.[0];
    this.#at += name?.length ?? 0;
    return name === undefined ? '$' : null;
  }

  #skipArithmetic(): void {
    const end = this.#text.indexOf('))', this.#at);
    const inner = this.#text.slice(this.#at + 3, end === -1 ? undefined : end);
    if (end === -1 || /[$`]\(?[({]|`/.test(inner)) throw new NotUnderstood();
    this.#at = end + 2;
  }

  /** `${name:-word}`, whose word may hold substitutions. */
  #readParameter(): void {
    if (++this.#parameters > DEEPEST) throw new NotUnderstood();
    this.#at++;
    for (let open = 1; open > 0;) {
      const char = this.#text[this.#at];
      if (char === undefined) throw new NotUnderstood();
      if (char === '$' || char === '`') {
        this.#readExpansion(char);
        continue;
      }
      if (char === "'") {
        this.#readTo("'");
        continue;
      }
      if (char === '\\') this.#at++;
      else if (char === '{') open++;
      else if (char === '}') open--;
      this.#at++;
    }
    this.#parameters--;
  }

  /** Reads the commands from the parenthesis here to its own end. */
  #readInside(): void {
    const inner = new ShellReader(this.#text, this.#commands, this.#depth + 1, this.#at + 1);
    this.#at = inner.readSubstitution();
  }

  #readBackquoted(): void {
    let end = this.#at + 1;
    while (end < this.#text.length && this.#text[end] !== '`') end += this.#text[end] === '\\' ? 2 : 1;
    if (end >= this.#text.length) throw new NotUnderstood();
    const inner = this.#text.slice(this.#at + 1, end).replaceAll('\\`', '`');
    new ShellReader(inner, this.#commands, this.#depth + 1).readAll();
    this.#at = end + 1;
  }
}
