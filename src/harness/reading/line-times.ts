/** Lines that are further from the others than that were not written in one session. */
const LONGEST_GAP_MS = 365 * 24 * 3_600_000;

/** The lines of one month. */
interface Month {
  first: string;
  last: string;
  lines: number;
}

/** When a session was, from the times of its lines, in whatever order these stand. */
export class LineTimes {
  /** By `YYYY-MM`: there are few between the earliest time that is possible and now. */
  readonly #months = new Map<string, Month>();
  #impossible = 0;
  #activeMs = 0;
  /** Of the last line that said something. */
  #spokenAt: string | null = null;
  /** The same before a line of quite another time. */
  #left: string | null = null;

  note(at: string): void {
    const month = this.#months.get(at.slice(0, 7));
    if (!month) this.#months.set(at.slice(0, 7), { first: at, last: at, lines: 1 });
    else {
      month.lines++;
      if (at < month.first) month.first = at;
      if (at > month.last) month.last = at;
    }
  }

  /** A line whose time cannot be true, or is none. */
  noteImpossible(): void {
    this.#impossible++;
  }

  /** A line that says something: the time since the last one is work, but for the time before a prompt. */
  noteWords(at: string, isPrompt: boolean): void {
    if (this.#spokenAt !== null && !isNear(at, this.#spokenAt)) {
      const before = this.#left !== null && isNear(at, this.#left) ? this.#left : null;
      this.#left = this.#spokenAt;
      this.#spokenAt = before;
    }
    const last = this.#spokenAt;
    // Chatter may come hours later: only what goes forward is work.
    if (last !== null && at <= last) return;
    if (last !== null && !isPrompt) this.#activeMs += Date.parse(at) - Date.parse(last);
    this.#spokenAt = at;
  }

  facts() {
    const groups = groupsOf([...this.#months.values()]);
    const own = groups.toSorted((a, b) => b.lines - a.lines)[0] ?? null;
    const others = groups.reduce((sum, { lines }) => sum + lines, 0) - (own?.lines ?? 0);
    return {
      startedAt: own?.first ?? null,
      endedAt: own?.last ?? null,
      activeMs: this.#activeMs,
      impossibleTimes: this.#impossible + others,
    };
  }
}

function isNear(a: string, b: string): boolean {
  return a.slice(0, 4) === b.slice(0, 4) || Math.abs(Date.parse(a) - Date.parse(b)) <= LONGEST_GAP_MS;
}

/** Months that follow each other without a long gap are of one session. */
function groupsOf(months: readonly Month[]): Month[] {
  const groups: Month[] = [];
  for (const month of months.toSorted((a, b) => (a.first < b.first ? -1 : 1))) {
    const group = groups.at(-1);
    if (!group || Date.parse(month.first) - Date.parse(group.last) > LONGEST_GAP_MS)
      groups.push({ ...month });
    else {
      group.last = month.last;
      group.lines += month.lines;
    }
  }
  return groups;
}
