/** What the edits of a session left in files, as far as its own calls say. Nothing in it was looked up on a disk. */
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

/**
 * What two accounts of one session left: a copy that ends earlier and one that ends later. What the later one took out
 * is gone. Pure.
 */
export function joinCopiedEdits(first: SessionEdits | null, last: SessionEdits | null): SessionEdits | null {
  if (first === null || last === null) return first ?? last;
  return {
    firstAt: earlier(first.firstAt, last.firstAt),
    files: join(without(first.files, last.removed), last.files),
    removed: join(without(first.removed, last.files), last.removed),
    isCut: first.isCut || last.isCut,
  };
}

/** What a session and its helpers left. Their order is not known: a line that either took out is gone. Pure. */
export function joinHelpersEdits(all: readonly (SessionEdits | null)[]): SessionEdits | null {
  return all.reduce<SessionEdits | null>((joined, next) => {
    if (joined === null || next === null) return joined ?? next;
    return {
      firstAt: earlier(joined.firstAt, next.firstAt),
      files: join(without(joined.files, next.removed), without(next.files, joined.removed)),
      removed: join(joined.removed, next.removed),
      isCut: joined.isCut || next.isCut,
    };
  }, null);
}

type Lines = ReadonlyMap<string, ReadonlySet<string>>;

function without(lines: Lines, gone: Lines): Lines {
  if (gone.size === 0) return lines;
  return new Map(
    [...lines].map(([path, marks]) => {
      const taken = gone.get(path);
      return [path, taken ? new Set([...marks].filter((mark) => !taken.has(mark))) : marks];
    }),
  );
}

function join(a: Lines, b: Lines): Lines {
  const joined = new Map(a);
  for (const [path, marks] of b) joined.set(path, new Set([...(joined.get(path) ?? []), ...marks]));
  return joined;
}

function earlier(a: string | null, b: string | null): string | null {
  return a === null || (b !== null && b < a) ? b : a;
}
