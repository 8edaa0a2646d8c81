import { absolutePath } from '../../domain/edited-files.ts';
import { MOST_MARKS } from '../../domain/line-mark.ts';
import type { FileEdit, SessionEvent } from '../../domain/session-event.ts';
import { MOST_FILES, type SessionEdits } from '../../domain/session-edits.ts';

/** Calls whose texts wait for their answer; of older ones the marks do. A CLI makes a few at once. */
const MOST_TEXTS = 8;

/** How often each line stands in a file beyond what stood there before the session: below 0 where it took lines out. */
type Lines = Map<string, number>;

interface Waiting {
  readonly at: string | null;
  readonly edits: readonly FileEdit[];
  /** The part that stays in memory when its texts are dropped. */
  readonly size?: number;
}

/**
 * The lines that a session's edits leave in files, from its calls that were answered without an error, in their order.
 * It stands beside the fold: it changes with each edit, and a copy each time would cost too much.
 */
export class EditLedger {
  readonly #files = new Map<string, Lines>();
  readonly #waiting = new Map<string, Waiting>();
  #firstAt: string | null = null;
  #marks = 0;
  #isCut = false;
  #waitingSize = 0;

  take(event: SessionEvent, at: string | null, cwd: string | null): void {
    if (event.kind === 'called' && event.edits) this.#wait(event.callId, { at, edits: event.edits });
    else if (event.kind === 'answered') this.#settle(event, cwd);
  }

  /** Null where no edit went well. */
  result(): SessionEdits | null {
    if (this.#files.size === 0) return null;
    return {
      firstAt: this.#firstAt,
      files: this.#marksWhere((count) => count > 0),
      removed: this.#marksWhere((count) => count <= 0),
      isCut: this.#isCut,
    };
  }

  /** Texts of edits are large, and some calls are never answered. */
  #wait(callId: string, waiting: Waiting): void {
    this.#forget(callId);
    this.#waiting.set(callId, waiting);
    const texts = [...this.#waiting].filter(([, { size }]) => size === undefined);
    if (texts.length > MOST_TEXTS && texts[0]) this.#shrink(...texts[0]);
    for (const [oldest] of this.#waiting) {
      if (this.#waitingSize <= MOST_MARKS) return;
      this.#forget(oldest);
      this.#isCut = true;
    }
  }

  #shrink(callId: string, { at, edits }: Waiting): void {
    // A copy of an edit has its marks, and its texts no more.
    const marked = edits.map((edit) => ({ ...edit }));
    const size = marked.reduce((sum, { added, removed }) => sum + added.length + removed.length + 1, 1);
    this.#waiting.set(callId, { at, edits: marked, size });
    this.#waitingSize += size;
  }

  #forget(callId: string): Waiting | undefined {
    const waiting = this.#waiting.get(callId);
    this.#waiting.delete(callId);
    this.#waitingSize -= waiting?.size ?? 0;
    return waiting;
  }

  #settle(event: Extract<SessionEvent, { kind: 'answered' }>, cwd: string | null): void {
    const call = this.#forget(event.callId);
    if (call === undefined || event.isError) return;
    if (call.at !== null && (this.#firstAt === null || call.at < this.#firstAt)) this.#firstAt = call.at;
    for (const edit of event.edits ?? call.edits) this.#apply(edit, cwd);
  }

  #apply(edit: FileEdit, cwd: string | null): void {
    const from = this.#linesOf(absolutePath(edit.path, cwd));
    const lines = edit.movedTo === undefined ? from : this.#linesOf(absolutePath(edit.movedTo, cwd));
    if (from === null || lines === null) return;
    if (from !== lines) this.#move(from, lines);
    if (edit.isDelete || edit.isWhole) for (const [mark, count] of lines) if (count > 0) lines.set(mark, 0);
    if (edit.isDelete) return;
    for (const mark of edit.removed) this.#set(lines, mark, (lines.get(mark) ?? 0) - 1);
    for (const mark of edit.added) this.#set(lines, mark, Math.max(0, lines.get(mark) ?? 0) + 1);
  }

  #move(from: Lines, to: Lines): void {
    for (const [mark, count] of from) {
      if (count <= 0) continue;
      this.#set(to, mark, Math.max(0, to.get(mark) ?? 0) + count);
      from.set(mark, 0);
    }
  }

  /** Null for one file too many. */
  #linesOf(path: string): Lines | null {
    const known = this.#files.get(path);
    if (known) return known;
    if (this.#files.size >= MOST_FILES) {
      this.#isCut = true;
      return null;
    }
    const lines: Lines = new Map();
    this.#files.set(path, lines);
    return lines;
  }

  #set(lines: Lines, mark: string, count: number): void {
    if (!lines.has(mark) && ++this.#marks > MOST_MARKS) this.#isCut = true;
    else lines.set(mark, count);
  }

  #marksWhere(stands: (count: number) => boolean): ReadonlyMap<string, ReadonlySet<string>> {
    const found = [...this.#files].map(([path, lines]) => {
      const marks = [...lines].filter(([, count]) => stands(count)).map(([mark]) => mark);
      return [path, new Set(marks)] as const;
    });
    return new Map(found.filter(([, marks]) => marks.size > 0));
  }
}
