import path from 'node:path';
import { Problem } from '../lib/problem.ts';
import {
  loadConfig,
  readConfigTexts,
  type ConfigPlaces,
  type ConfigText,
  type LoadedConfig,
} from './load.ts';

/** What became of the files since they were last looked at. */
export interface ConfigChange {
  /** `changed`: new settings hold · `broken`: the last good ones are kept · `restored`: good again. */
  readonly kind: 'changed' | 'broken' | 'restored';
  /** What is wrong and where; null unless broken. */
  readonly problem: Problem | null;
}

/**
 * The configuration of a program that runs for long. Looks at the files whenever it is asked: three small ones cost less
 * than a watcher, which misses an editor that puts a new file in the old one's place.
 *
 * @example const live = new LiveConfig(places, null, ({ problem }) => console.warn(problem?.message))
 */
export class LiveConfig {
  readonly #places: ConfigPlaces;
  readonly #onChange: (change: ConfigChange) => void;
  #good: LoadedConfig | null;
  /** What was last seen and told, as one word to compare. */
  #seen: string | null;
  #isBroken = false;

  /** @param good what is loaded already; with null the first look loads, and refuses as `loadConfig` does */
  constructor(places: ConfigPlaces, good: LoadedConfig | null, onChange: (change: ConfigChange) => void) {
    this.#places = places;
    this.#good = good;
    this.#seen = good && wordOf(good.texts);
    this.#onChange = onChange;
  }

  /**
   * What holds now: the files as they are, or the last good ones while they are broken, which is told once a text.
   *
   * @throws Problem only while there has never been a good one
   */
  current(): LoadedConfig {
    const good = this.#good;
    if (good === null) {
      this.#good = loadConfig(this.#places);
      this.#seen = wordOf(this.#good.texts);
      return this.#good;
    }
    let word: string | null = null;
    try {
      const texts = readConfigTexts(this.#places);
      word = wordOf(texts);
      if (word === this.#seen) return good;
      refuseEmptied(this.#places.file, texts, good.texts);
      this.#good = loadConfig(this.#places, texts);
      this.#tell({ kind: this.#isBroken ? 'restored' : 'changed', problem: null }, word);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#tell({ kind: 'broken', problem: error }, word ?? error.message);
    }
    return this.#good ?? good;
  }

  #tell(change: ConfigChange, word: string): void {
    if (word === this.#seen) return;
    this.#isBroken = change.problem !== null;
    this.#seen = word;
    this.#onChange(change);
  }
}

/**
 * An editor that writes in place empties a file first. The project's own file is refused then for what it lacks; another
 * layer would just say nothing, and for that moment settings would hold that nobody meant.
 */
function refuseEmptied(file: string, now: readonly ConfigText[], before: readonly ConfigText[]): void {
  const said = new Set(before.filter(({ text }) => (text ?? '').trim() !== '').map((each) => each.file));
  const emptied = now.find((each) => each.file !== file && each.text?.trim() === '' && said.has(each.file));
  if (emptied)
    throw new Problem(
      'config_invalid',
      `${emptied.file}:1:1: it is empty, as a file is while it is being written.`,
      `Write it, or delete ${path.basename(emptied.file)} if nothing in it shall hold.`,
    );
}

function wordOf(texts: readonly ConfigText[]): string {
  return JSON.stringify(texts);
}
