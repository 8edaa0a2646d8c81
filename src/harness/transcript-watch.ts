import { statSync } from 'node:fs';
import type { CliKind } from '../domain/plan.ts';
import { findTranscript } from './transcript-places.ts';

/** A CLI makes its file when the first answer is there; to look through all of its folders for it takes a while. */
const SEARCH_EVERY_MS = 30_000;

/** Sees whether an agent CLI's own file of a conversation grows: lines in it are words as well. */
export class TranscriptWatch {
  readonly #find: (thread: string) => string | null;
  #file: string | null = null;
  #size: number | null = null;
  #searchedAtMs = -Infinity;

  constructor(cli: CliKind, env: Readonly<NodeJS.ProcessEnv>, home: string) {
    this.#find = (thread) => findTranscript(cli, thread, env, home);
  }

  /** Whether it has grown since the last question. Content from before the first is nothing new. */
  takeGrowth(thread: string, nowMs: number): boolean {
    if (this.#file === null && nowMs - this.#searchedAtMs >= SEARCH_EVERY_MS) {
      this.#searchedAtMs = nowMs;
      this.#file = this.#find(thread);
    }
    if (this.#file === null) return false;
    const before = this.#size;
    this.#size = statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
    return before !== null && this.#size > before;
  }
}
