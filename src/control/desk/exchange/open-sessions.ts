import type { SessionId } from '../../../domain/ids.ts';
import type { FileReading, TranscriptSession } from '../../../domain/transcript-session.ts';
import type { WalkedFile } from '../../../lib/file-system.ts';
import { partOf, type ReadFile } from './sessions-of-files.ts';

/** What one file tells of one session; null where that was let go, and has to be read again. */
interface Part {
  readonly walked: WalkedFile;
  file: ReadFile | null;
}

/** So many messages and marks of edited lines are held, in all sessions that wait for another of their files. */
const MOST_HELD = 200_000;

/**
 * The sessions of which another file is still to be read, as the heads of files say it, and of those that no head names:
 * any later file may tell of them.
 */
export class OpenSessions {
  /** The files that are still to be read, by session; only of sessions that a head names. */
  readonly #awaited = new Map<SessionId, number>();
  readonly #parts = new Map<SessionId, Part[]>();
  readonly #readAgain: (file: string) => FileReading;
  #held = 0;

  /** @param readAgain reads a file whose facts were let go */
  constructor(
    heads: Iterable<{ readonly ids: readonly SessionId[] }>,
    readAgain: (file: string) => FileReading,
  ) {
    this.#readAgain = readAgain;
    for (const { ids } of heads)
      for (const id of ids) this.#awaited.set(id, (this.#awaited.get(id) ?? 0) + 1);
  }

  get ids(): SessionId[] {
    return [...this.#parts.keys()];
  }

  add(id: SessionId, file: ReadFile): void {
    const part = partOf(id, file);
    this.#held += weightOf(part);
    const parts = this.#parts.get(id);
    if (parts) parts.push({ walked: file.walked, file: part });
    else this.#parts.set(id, [{ walked: file.walked, file: part }]);
    if (this.#held > MOST_HELD) this.#letGo(id);
  }

  /** Notes that a file was read. @returns the sessions that wait for no other file */
  noteRead(named: readonly SessionId[]): SessionId[] {
    for (const id of named) this.#awaited.set(id, (this.#awaited.get(id) ?? 1) - 1);
    return named.filter((id) => this.#awaited.get(id) === 0 && this.#parts.has(id));
  }

  /** Takes a session out, with all that was read of it. */
  take(id: SessionId): ReadFile[] {
    const parts = this.#parts.get(id) ?? [];
    this.#parts.delete(id);
    return parts.map(({ walked, file }) => {
      if (file === null) return { walked, reading: this.#readAgain(walked.file) };
      this.#held -= weightOf(file);
      return file;
    });
  }

  /** Those that have waited longest, and last the one that is being read. */
  #letGo(current: SessionId): void {
    const others = [...this.#parts].filter(([id]) => id !== current).flatMap(([, parts]) => parts);
    for (const part of [...others, ...(this.#parts.get(current) ?? [])]) {
      if (this.#held <= MOST_HELD / 2) return;
      if (part.file === null) continue;
      this.#held -= weightOf(part.file);
      part.file = null;
    }
  }
}

function weightOf({ reading }: ReadFile): number {
  return reading.sessions.reduce((sum, session) => sum + 1 + factsIn(session), 0);
}

/** How many facts of a session grow with its length. */
export function factsIn({ transcript, edits }: TranscriptSession): number {
  const lines = edits === null ? [] : [...edits.files.values(), ...edits.removed.values()];
  return lines.reduce((sum, { size }) => sum + size, transcript.usageByMessage.size);
}
