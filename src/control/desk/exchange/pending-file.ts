import type { SessionId } from '../../../domain/ids.ts';
import type { WalkedFile } from '../../../lib/file-system.ts';
import type { FinishedFile } from '../../../store/import-batches.ts';
import { bookmarkOfTranscript } from './file-memory.ts';
import { type FileMemory, type RememberedSession, type TranscriptMemory } from './remembered-sessions.ts';
import { isOfHelpers, memoryOf, type ReadFile, sessionIdsOf } from './sessions-of-files.ts';

/**
 * What is remembered of a session of a file. `unsettled`: nothing is decided of it yet, so the file is looked at again.
 * Null where the file has only helpers of it.
 */
export type SettledSession = RememberedSession | 'unsettled' | null;

/** A file that was read, without what it was read for, until all of its sessions are written. */
export class PendingFile {
  readonly walked: WalkedFile;
  /** The state in which an earlier import has read it. */
  before: string | undefined;
  readonly ids: readonly SessionId[];
  readonly #memory: FileMemory;
  readonly #isOfHelpers: boolean;
  readonly #settled = new Map<SessionId, SettledSession>();

  readonly #rules: string;

  /** @param rules the digest of the rules by which it was read */
  constructor(file: ReadFile, before: string | undefined, rules: string) {
    this.#rules = rules;
    this.walked = file.walked;
    this.before = before;
    this.ids = sessionIdsOf(file);
    this.#memory = memoryOf(file);
    this.#isOfHelpers = isOfHelpers(file);
  }

  settle(id: SessionId, session: SettledSession): void {
    this.#settled.set(id, session);
  }

  get isSettled(): boolean {
    return this.ids.every((id) => this.#settled.has(id));
  }

  /** What is remembered of it, where nothing more is to be written; null otherwise. */
  finished(): FinishedFile | null {
    if (!this.isSettled || [...this.#settled.values()].includes('unsettled')) return null;
    return { bookmark: bookmarkOfTranscript(this.walked, this.remembered()), ids: this.ids };
  }

  remembered(): TranscriptMemory {
    const settled = this.ids.map((id) => this.#settled.get(id) ?? 'unsettled');
    const sessions = settled.filter((each) => each !== null && each !== 'unsettled');
    const isAlone = this.#isOfHelpers && this.ids.every((id) => this.#settled.get(id) === null);
    return {
      ...this.#memory,
      ...(isAlone ? { alone: this.#memory.subagents } : {}),
      sessions: this.#isOfHelpers ? [] : sessions,
      ...(this.#rules === '' ? {} : { rules: this.#rules }),
    };
  }
}
