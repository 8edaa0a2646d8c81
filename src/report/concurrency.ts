/** One hold of a lock, as it was noted. `…Seq` is the order of the notes, which is the kernel's; times are ISO 8601 UTC. */
export interface HoldFacts {
  readonly lock: string;
  readonly sessionId: string;
  readonly takenSeq: number;
  readonly takenAt: string;
  readonly givenSeq: number | null;
  readonly givenAt: string | null;
  /** When the session ended, by its record; stands in for a release that nobody noted. */
  readonly endedAt: string | null;
  /** Whether the kernel says that it is held just now. */
  readonly isHeldNow: boolean;
}

export interface ConcurrencyInput {
  readonly since: Date;
  readonly until: Date;
  readonly holds: readonly HoldFacts[];
  readonly refusals: ReadonlyMap<string, number>;
  /** Locks that are listed even where nothing happened to them. */
  readonly locks: readonly string[];
  /** In so many parts the window is drawn. */
  readonly cells: number;
  readonly leftOut: LeftOfLocks;
}

/** Sessions that started in the window and are not in the report: an imported one held no lock here. */
export interface LeftOfLocks {
  readonly imported: number;
}

/** Two sessions that had one lock at the same time. */
export interface Violation {
  readonly lock: string;
  readonly first: string;
  readonly second: string;
  /** When the second took it. */
  readonly at: string;
}

export interface LockRow {
  readonly lock: string;
  readonly acquisitions: number;
  readonly refusals: number;
  readonly violations: number;
  readonly heldMs: number;
  /** Of the window, 0.0-1.0. */
  readonly utilisation: number;
  readonly isHeldNow: boolean;
  /** The share of each part of the window, oldest first. */
  readonly timeline: readonly number[];
}

/** The first three names are those of the analysis that this replaces. */
export interface ConcurrencyReport {
  readonly peak_concurrency: number;
  readonly total_acquisitions: number;
  readonly same_lock_violations: number;
  readonly since: string;
  readonly until: string;
  /** When the peak was reached first; null where nothing was held. */
  readonly peakAt: string | null;
  readonly refusals: number;
  /** Holds whose end nobody noted and nobody knows: a supervisor was killed, and its session waits for its record. */
  readonly unknownReleases: number;
  readonly violations: readonly Violation[];
  readonly locks: readonly LockRow[];
  readonly leftOut: LeftOfLocks;
}

/** A hold on the time axis, in ms. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** Who had which lock when, over a window. Pure; a sweep over the sorted ends. */
export function concurrency(input: ConcurrencyInput): ConcurrencyReport {
  const [since, until] = [input.since.getTime(), input.until.getTime()];
  const byLock = Map.groupBy(input.holds, ({ lock }) => lock);
  const names = [...new Set([...input.locks, ...byLock.keys(), ...input.refusals.keys()])];
  const rows = names.map((lock) => lockRow(lock, byLock.get(lock) ?? [], input));
  const violations = [...byLock.values()].flatMap(findViolations);
  const spans = input.holds.map((hold) => spanOf(hold, since, until));
  const peak = findPeak(spans);
  return {
    peak_concurrency: peak.count,
    total_acquisitions: rows.reduce((sum, { acquisitions }) => sum + acquisitions, 0),
    same_lock_violations: violations.length,
    since: input.since.toISOString(),
    until: input.until.toISOString(),
    peakAt: peak.at === null ? null : new Date(peak.at).toISOString(),
    refusals: rows.reduce((sum, { refusals }) => sum + refusals, 0),
    unknownReleases: input.holds.filter(isUnknown).length,
    violations,
    locks: rows.toSorted((a, b) => b.heldMs - a.heldMs || (a.lock < b.lock ? -1 : 1)),
    leftOut: input.leftOut,
  };
}

function isUnknown({ givenAt, endedAt, isHeldNow }: HoldFacts): boolean {
  return givenAt === null && endedAt === null && !isHeldNow;
}

/** As much of it as lies in the window. What nobody knows the end of is drawn to the window's: it may have been so. */
function spanOf({ takenAt, givenAt, endedAt }: HoldFacts, since: number, until: number): Span {
  const end = givenAt ?? endedAt;
  const start = Math.min(until, Math.max(since, Date.parse(takenAt)));
  // Notes have milliseconds; a hold has been there.
  return { start, end: Math.max(start + 1, end === null ? until : Math.min(until, Date.parse(end))) };
}

function lockRow(lock: string, holds: readonly HoldFacts[], input: ConcurrencyInput): LockRow {
  const [since, until] = [input.since.getTime(), input.until.getTime()];
  const spans = unite(holds.map((hold) => spanOf(hold, since, until)));
  const heldMs = spans.reduce((sum, { start, end }) => sum + Math.min(end, until) - start, 0);
  return {
    lock,
    acquisitions: holds.filter(({ takenAt }) => Date.parse(takenAt) >= since).length,
    refusals: input.refusals.get(lock) ?? 0,
    violations: findViolations(holds).length,
    heldMs,
    utilisation: until > since ? heldMs / (until - since) : 0,
    isHeldNow: holds.some(({ isHeldNow }) => isHeldNow),
    timeline: drawCells(spans, since, until, input.cells),
  };
}

/** Spans that do not overlap, in order: two holders at once do not make a lock more than held. */
function unite(spans: readonly Span[]): Span[] {
  const united: { start: number; end: number }[] = [];
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    const last = united.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else united.push({ start, end });
  }
  return united;
}

/** The share of each cell that is covered. */
function drawCells(spans: readonly Span[], since: number, until: number, cells: number): number[] {
  const width = (until - since) / cells;
  const covered = Array.from<number>({ length: cells }).fill(0);
  if (width <= 0) return covered;
  for (const { start, end } of spans) {
    const [from, to] = [(start - since) / width, Math.min(cells, (end - since) / width)];
    for (let cell = Math.floor(from); cell < to; cell++)
      covered[cell] = (covered[cell] ?? 0) + Math.min(to, cell + 1) - Math.max(from, cell);
  }
  return covered;
}

/** The most spans at once, and when that was first. A lock that is given up is free for who takes it that moment. */
function findPeak(spans: readonly Span[]): { count: number; at: number | null } {
  const starts = Float64Array.from(spans, ({ start }) => start).toSorted();
  const ends = Float64Array.from(spans, ({ end }) => end).toSorted();
  let [gone, most] = [0, 0];
  let at: number | null = null;
  starts.forEach((start, index) => {
    while ((ends[gone] ?? Infinity) <= start) gone++;
    const count = index + 1 - gone;
    if (count > most) [most, at] = [count, start];
  });
  return { count: most, at };
}

/**
 * Holds that began while another of the same lock was not over. Both ends are noted under the lock, so that the order of
 * the notes decides, whatever the clock did; where a release is missing, the end by the record; where nobody knows it,
 * nothing is claimed.
 */
function findViolations(holds: readonly HoldFacts[]): Violation[] {
  const found: Violation[] = [];
  let before: HoldFacts | null = null;
  for (const hold of holds) {
    if (before && isOverlap(before, hold))
      found.push({ lock: hold.lock, first: before.sessionId, second: hold.sessionId, at: hold.takenAt });
    if (!before || endsLater(hold, before)) before = hold;
  }
  return found;
}

function isOverlap(first: HoldFacts, second: HoldFacts): boolean {
  if (first.givenSeq !== null) return first.givenSeq > second.takenSeq;
  return first.isHeldNow || endOf(first) > second.takenAt;
}

/** The one that ends last is the one that the next can overlap with. */
function endsLater(a: HoldFacts, b: HoldFacts): boolean {
  if (b.isHeldNow || a.isHeldNow) return !b.isHeldNow;
  if (a.givenSeq !== null && b.givenSeq !== null) return a.givenSeq > b.givenSeq;
  return endOf(a) > endOf(b);
}

/** The end by the notes or by the record; before all other ends where it is unknown. */
function endOf({ givenAt, endedAt }: HoldFacts): string {
  return givenAt ?? endedAt ?? '';
}
