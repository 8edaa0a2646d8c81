import { tryParse, type JsonObject } from './reading/json-shape.ts';
import type { TranscriptFormat } from './reading/transcript-format.ts';
import { recognise } from './registry.ts';

/** A first line can hold the instructions of a whole CLI; longer lines are content. */
const LONGEST_START = 1 << 20;
/** So many names of lines are remembered, of which a conversation may go on. */
const MOST_NAMES = 20_000;

/** The kind of a document on many lines, which begins and ends with a brace of its own. */
const DOCUMENT = 'document';

/** `waits`: the next line that says whose it is decides for this one. */
export type LinePlacement = 'start' | 'same' | 'waits';

/**
 * Finds where in a stream of lines another file begins: several can be written one behind the other. Most CLIs name the
 * conversation in the first line of its file alone.
 */
export class TranscriptSplitter {
  readonly #isOther: (object: JsonObject) => boolean;
  /** The format of the part so far; null until a line shows it. */
  #kind: string | null = null;
  /** The conversation of this part; null until a line names it. */
  #own: string | null = null;
  /** While a part begins: the conversations whose history it copies. */
  #copied = new Set<string>();
  #names = new Set<string>();
  /** Whether a document on many lines has come to its end. */
  #isOver = false;

  /** @param isOther whether an object belongs to a file of another kind than those of agent CLIs */
  constructor(isOther: (object: JsonObject) => boolean) {
    this.#isOther = isOther;
  }

  /** Whether a line of any kind has been recognised. */
  get hasKind(): boolean {
    return this.#kind !== null;
  }

  /** Takes the lines in their order. */
  place(line: string): LinePlacement {
    if (this.#kind === DOCUMENT && !this.#isOver) {
      this.#isOver = line.trimEnd() === '}';
      return 'same';
    }
    if (line.trimEnd() === '{') {
      this.#isOver = false;
      return this.#enter(DOCUMENT, true);
    }
    if (line.length > LONGEST_START || !line.trimStart().startsWith('{')) return 'same';
    const object = tryParse(line);
    if (object === null) return 'same';
    if (this.#isOther(object)) return this.#enter('other', false);
    const known = recognise(object);
    if (known === null || !('format' in known)) return 'same';
    const { format } = known;
    const kind = `${format.harness} ${format.expected}`;
    if (format.chain) return this.#placeInChain(kind, format.chain(object));
    return this.#placeByBeginning(kind, format.begins?.(object) ?? null);
  }

  /** Whether its conversation is another one: then, or with another kind, a part begins, unless it is the first. */
  #enter(kind: string, isAnother: boolean): LinePlacement {
    const isStart = this.#kind !== null && (kind !== this.#kind || isAnother);
    if (isStart || this.#kind === null) {
      this.#own = null;
      this.#copied = new Set();
      this.#names = new Set();
    }
    this.#kind = kind;
    return isStart ? 'start' : 'same';
  }

  #placeByBeginning(kind: string, begun: ReturnType<NonNullable<TranscriptFormat['begins']>>): LinePlacement {
    const isOwn =
      begun === null || this.#own === null || begun.id === this.#own || this.#copied.has(begun.id);
    const placed = this.#enter(kind, !isOwn);
    // A copied history is named before anything else is told.
    if (begun === null) this.#copied = new Set();
    else if (this.#own === null) this.#own = begun.id;
    if (typeof begun?.after === 'string') this.#copied.add(begun.after);
    return placed;
  }

  #placeInChain(kind: string, link: ReturnType<NonNullable<TranscriptFormat['chain']>>): LinePlacement {
    if (link === null) return this.#kind === null ? 'same' : 'waits';
    const goesOn = link.from !== null && this.#names.has(link.from);
    const isOwn = this.#own === null || link.thread === this.#own || goesOn;
    const placed = this.#enter(kind, !isOwn);
    this.#own = link.thread;
    if (link.line !== null) this.#names.add(link.line);
    const [oldest] = this.#names;
    if (oldest !== undefined && this.#names.size > MOST_NAMES) this.#names.delete(oldest);
    return placed;
  }
}
