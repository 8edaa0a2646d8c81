import { MOST_MARKS } from './line-mark.ts';

/** The lines that the edits of a session left in files, by its own calls alone: stint did not look at the files. */
export interface SessionEdits {
  /** When the first of them was asked for; null where no line says a time. */
  readonly firstAt: string | null;
  /** Marks of the lines (`lineMark`) that stand in each file after its last edit, and that its edits brought. */
  readonly files: ReadonlyMap<string, ReadonlySet<string>>;
  /** Marks of the lines that it took out of each file and did not bring back. */
  readonly removed: ReadonlyMap<string, ReadonlySet<string>>;
  /** There were more files or lines than are kept: those are missing here. */
  readonly isCut: boolean;
}

/** More files than a session edits, and more lines than it leaves or takes out: the rest is cut. */
export const MOST_FILES = 2000;

/**
 * What two accounts of one session left: a copy that ends earlier and one that ends later. What the later one took out
 * is gone. Pure.
 */
export function joinCopiedEdits(first: SessionEdits | null, last: SessionEdits | null): SessionEdits | null {
  if (first === null || last === null) return first ?? last;
  return joined(first, last, {
    files: [without(first.files, last.removed), last.files],
    removed: [without(first.removed, last.files), last.removed],
  });
}

/** What a session and its helpers left. Their order is not known: a line that either took out is gone. Pure. */
export function joinHelpersEdits(all: readonly (SessionEdits | null)[]): SessionEdits | null {
  return all.reduce<SessionEdits | null>((before, next) => {
    if (before === null || next === null) return before ?? next;
    return joined(before, next, {
      files: [without(before.files, next.removed), without(next.files, before.removed)],
      removed: [before.removed, next.removed],
    });
  }, null);
}

type Lines = ReadonlyMap<string, ReadonlySet<string>>;

function without(lines: Lines, gone: Lines): Lines {
  const kept = [...lines].map(([path, marks]) => {
    const taken = gone.get(path);
    return [path, taken ? new Set([...marks].filter((mark) => !taken.has(mark))) : marks] as const;
  });
  return new Map(kept.filter(([, marks]) => marks.size > 0));
}

function joined(
  a: SessionEdits,
  b: SessionEdits,
  lines: { readonly files: readonly Lines[]; readonly removed: readonly Lines[] },
): SessionEdits {
  const [files, removed] = [unite(lines.files), unite(lines.removed)];
  const isCut = a.isCut || b.isCut || files.isCut || removed.isCut;
  return { firstAt: earlier(a.firstAt, b.firstAt), files: files.lines, removed: removed.lines, isCut };
}

/** All of these lines, as many as are kept: many files may tell of one session. */
function unite(all: readonly Lines[]): { readonly lines: Lines; readonly isCut: boolean } {
  const lines = new Map<string, Set<string>>();
  let count = 0;
  for (const [path, marks] of all.flatMap((each) => [...each])) {
    const known = lines.get(path) ?? new Set();
    if (!lines.has(path) && lines.size >= MOST_FILES) return { lines, isCut: true };
    lines.set(path, known);
    for (const mark of marks) {
      if (known.has(mark)) continue;
      if (count >= MOST_MARKS) return { lines, isCut: true };
      known.add(mark);
      count++;
    }
  }
  return { lines, isCut: false };
}

function earlier(a: string | null, b: string | null): string | null {
  return a === null || (b !== null && b < a) ? b : a;
}
