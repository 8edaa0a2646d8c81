/** A text that is read from its beginning to its end, one pattern after the other. */
export class Words {
  readonly #text: string;
  #at: number;

  constructor(text: string, at: number) {
    this.#text = text;
    this.#at = at;
  }

  /** What comes next, a space aside, where it is that pattern; nothing is taken where it is not. The pattern is sticky. */
  take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = /\s/.test(this.#text[this.#at] ?? '') ? this.#at + 1 : this.#at;
    const found = pattern.exec(this.#text);
    if (found) this.#at = pattern.lastIndex;
    return found;
  }

  /** The value of a rule; what it took is given back where it has none. */
  try<T>(rule: (words: Words) => T | null): T | null {
    const before = this.#at;
    const value = rule(this);
    if (value === null) this.#at = before;
    return value;
  }

  /** Whether that pattern, which is sticky, comes next, spaces included. */
  isBefore(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    return pattern.test(this.#text);
  }
}
