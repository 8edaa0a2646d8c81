import type { SessionId } from '../../../domain/ids.ts';
import type { FileReading } from '../../../domain/transcript-session.ts';
import type { WalkedFile } from '../../../lib/file-system.ts';
import { isBeginningOf } from '../../../lib/same-beginning.ts';
import { type ReadFile, sessionIdsOf } from './sessions-of-files.ts';

/** A file is compared with so many of its session: with all of them, many copies that differ would take long. */
const MOST = 3;

/**
 * The longest files of the session that is being read. An agent's file only grows, so that a copy of it which was made
 * earlier is, as a rule, its beginning, and the longer one tells all that the copy does.
 */
export class LongestCopies {
  #id: SessionId | null = null;
  #files: ReadFile[] = [];

  add(file: ReadFile): void {
    const [id, ...others] = sessionIdsOf(file);
    if (id === undefined || others.length > 0 || !tellsItsBeginnings(file.reading)) return;
    if (id !== this.#id) this.#files = [];
    this.#id = id;
    if (this.#files.length < MOST) this.#files.push(file);
  }

  /** What a file gives that is the beginning of one of them; null for any other file. */
  longerThan({ file, size }: WalkedFile, id: SessionId | undefined): FileReading | null {
    if (id === undefined || id !== this.#id) return null;
    const longer = this.#files.find(({ walked }) => size <= walked.size && isBeginningOf(file, walked.file));
    return longer?.reading ?? null;
  }
}

/** Whether its reading is one of each of its beginnings too: no part of it was left out, or belongs to others. */
function tellsItsBeginnings({ format, sessions, unreadable, isTorn }: FileReading): boolean {
  const [session, ...others] = sessions;
  const isOne = session?.kind === 'session' && session.thread !== null && others.length === 0;
  return isOne && format.kind === 'known' && unreadable.count === 0 && !isTorn;
}
