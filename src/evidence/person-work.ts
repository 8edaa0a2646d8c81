import type { SessionId } from '../domain/ids.ts';
import { compareText } from '../lib/plain-text.ts';
import { countOf } from '../lib/quantities.ts';
import { isGeneratedFile } from './size-of-change.ts';

// Which commits of a person hold the work of which session, from the lines alone. Pure.

/** So large a share of the lines that a session left in the files of its commits has to be in them. */
const SHARE = { of: 5, found: 4 } as const;
/** So many lines of it have to be new. */
const FEWEST_LINES = 5;
/** Fewer new lines in one commit may stand in it by chance. */
const FEWEST_IN_COMMIT = 3;
/** These are no chance where the commit adds this many of the lines, older ones too. */
const FEWEST_AMONG = { isNew: 2, of: FEWEST_LINES } as const;

type Lines = ReadonlyMap<string, ReadonlySet<string>>;

/** A session with the lines that its edits left: marks by file. */
export interface EditedSession {
  readonly id: SessionId;
  /** The moment of its first edit, in whole seconds. */
  readonly firstAt: number;
  /** By path, as its calls name the files. */
  readonly files: Lines;
  /** Nothing that it delivered is known: a commit of a person may hold its work. */
  readonly isOpen: boolean;
}

/** A commit with the marks that it adds, of those that any session left. */
export interface AddingCommit {
  readonly sha: string;
  readonly authoredAt: number;
  /** A session made it, or it only seems to add what was there before. */
  readonly isTaken: boolean;
  /** By path from the top of the repository; empty for a file in which it adds other lines only. */
  readonly files: Lines;
}

/** A history as far as it holds lines of sessions. */
export interface LineHistory {
  readonly top: string;
  /** Marks of lines that stood in any file before the first edit of every open session. */
  readonly base: ReadonlySet<string>;
  /** Newest first. */
  readonly commits: readonly AddingCommit[];
}

/** The work of one session that a repository has. */
export interface PersonWork {
  /** Empty where it is not known to be delivered. */
  readonly commits: readonly string[];
  /** The lines of it in these commits, or in those that do not hold enough. */
  readonly lines: number;
  readonly files: readonly string[];
  /** For people, as a clause. */
  readonly because: string;
}

/** Finds the work of each open session. */
export function findPersonWork(
  sessions: readonly EditedSession[],
  history: LineHistory,
): Map<SessionId, PersonWork> {
  const firsts = findFirsts(history);
  const authors = listAuthors(sessions, history, firsts);
  const claims = authors.map((author) => ({ author, shares: listShares(author, history, firsts) }));
  // One that could not hold enough with all of its commits takes none from another.
  const contest = new Contest(claims.filter(({ author, shares }) => enoughOf(author, shares) !== null));
  return new Map(
    claims
      .filter(({ author }) => author.session.isOpen)
      .map((claim) => [claim.author.session.id, decide(claim, contest)]),
  );
}

/** A session and its lines in the files of the repository, without those that another session wrote there, too. */
interface Author {
  readonly session: EditedSession;
  readonly lines: Lines;
  /** How many of them stood nowhere before. */
  readonly fresh: number;
  /** How many were left out, because another session wrote them in the same file. */
  readonly shared: number;
}

/** What one commit adds of one session's new lines. */
interface Share {
  readonly commit: AddingCommit;
  readonly count: number;
}

interface Claim {
  readonly author: Author;
  readonly shares: readonly Share[];
}

function listAuthors(sessions: readonly EditedSession[], history: LineHistory, firsts: Firsts): Author[] {
  const find = fileFinder(history);
  const all = sessions.map((session) => ({ session, lines: linesInRepository(session, find) }));
  const writers = listWriters(all);
  return all.map(({ session, lines }) => {
    let shared = 0;
    let fresh = 0;
    const own = [...lines].map(([file, marks]) => {
      const kept = [...marks].filter((mark) => writers.get(`${mark} ${file}`) === session);
      shared += marks.size - kept.length;
      fresh += kept.filter((mark) => isNew(mark, session, firsts)).length;
      return [file, new Set(kept)] as const;
    });
    return { session, lines: new Map(own), shared, fresh };
  });
}

/**
 * Whose a line in a file is: null where several sessions wrote it. Two whose first edits were made in one moment are one
 * session and a copy that went on: what both have is the shorter one's.
 */
function listWriters(all: readonly Pick<Author, 'session' | 'lines'>[]): Map<string, EditedSession | null> {
  const writers = new Map<string, EditedSession | null>();
  const length = ({ files }: EditedSession): number =>
    [...files.values()].reduce((sum, { size }) => sum + size, 0);
  const shortestFirst = all.toSorted(
    (a, b) => length(a.session) - length(b.session) || compareText(a.session.id, b.session.id),
  );
  for (const { session, lines } of shortestFirst)
    for (const [file, marks] of lines)
      for (const mark of marks) {
        const name = `${mark} ${file}`;
        const first = writers.get(name);
        if (first === undefined) writers.set(name, session);
        else if (first !== null && first.firstAt !== session.firstAt) writers.set(name, null);
      }
  return writers;
}

function linesInRepository({ files }: EditedSession, find: (path: string) => string | null): Lines {
  const lines = new Map<string, Set<string>>();
  for (const [path, marks] of files) {
    const file = find(path);
    if (file === null || isGeneratedFile(file)) continue;
    lines.set(file, new Set([...(lines.get(file) ?? []), ...marks]));
  }
  return lines;
}

/** Finds the file of a repository that a path of any machine means: the longest that the path ends with. */
function fileFinder({ top, commits }: LineHistory): (path: string) => string | null {
  const known = new Set(commits.flatMap(({ files }) => [...files.keys()]));
  const folder = `${slashed(top).replace(/\/$/, '')}/`;
  return (given) => {
    const path = slashed(given);
    if (path.startsWith(folder) && known.has(path.slice(folder.length))) return path.slice(folder.length);
    for (let at = path.startsWith('/') ? 0 : -1; ;) {
      const rest = path.slice(at + 1);
      if (known.has(rest)) return rest;
      at = path.indexOf('/', at + 1);
      if (at === -1) return null;
    }
  };
}

/** Windows parts folders by backslashes; elsewhere one is a part of a name, and rare. */
function slashed(path: string): string {
  return /^[a-z]:[\\/]|^\\\\|^[^/]*\\/i.test(path) ? path.replaceAll('\\', '/') : path;
}

/** Which commit brought a line first: of that author date or an earlier one, in any file and in each. */
interface Firsts {
  readonly anywhere: ReadonlyMap<string, number>;
  readonly inFile: ReadonlyMap<string, AddingCommit>;
}

function findFirsts({ commits, base }: LineHistory): Firsts {
  const anywhere = new Map<string, number>([...base].map((mark) => [mark, -Infinity]));
  const inFile = new Map<string, AddingCommit>();
  for (const commit of byAuthorDate(commits))
    for (const [file, marks] of commit.files)
      for (const mark of marks) {
        if (!anywhere.has(mark)) anywhere.set(mark, commit.authoredAt);
        if (!inFile.has(`${mark} ${file}`)) inFile.set(`${mark} ${file}`, commit);
      }
  return { anywhere, inFile };
}

/** Copies have the author date of their original: one that a session made comes first, then the one that git got first. */
function byAuthorDate(commits: readonly AddingCommit[]): AddingCommit[] {
  return commits
    .toReversed()
    .toSorted((a, b) => a.authoredAt - b.authoredAt || Number(b.isTaken) - Number(a.isTaken));
}

/** The commits that bring enough lines of a session for the first time, oldest first. */
function listShares({ session, lines }: Author, { commits }: LineHistory, firsts: Firsts): Share[] {
  const counts = new Map<AddingCommit, number>();
  for (const [file, marks] of lines)
    for (const mark of marks) {
      const commit = firsts.inFile.get(`${mark} ${file}`);
      if (commit === undefined || commit.isTaken || !isNew(mark, session, firsts)) continue;
      counts.set(commit, (counts.get(commit) ?? 0) + 1);
    }
  return byAuthorDate(commits)
    .map((commit) => ({ commit, count: counts.get(commit) ?? 0 }))
    .filter(({ commit, count }) => {
      const isAmong = count >= FEWEST_AMONG.isNew && countAdded(lines, commit) >= FEWEST_AMONG.of;
      return count >= FEWEST_IN_COMMIT || isAmong;
    });
}

function countAdded(lines: Lines, { files }: AddingCommit): number {
  const added = [...lines].map(([file, marks]) => [...marks].filter((mark) => files.get(file)?.has(mark)));
  return added.flat().length;
}

/** Whether a line stood nowhere before the first edit of the session. */
function isNew(mark: string, { firstAt }: EditedSession, { anywhere }: Firsts): boolean {
  return (anywhere.get(mark) ?? Infinity) >= firstAt;
}

/** Gives each commit to the session with the most lines in it, and to none where several have as many. */
class Contest {
  readonly #best = new Map<AddingCommit, { readonly count: number; readonly ids: readonly SessionId[] }>();

  constructor(claims: readonly Claim[]) {
    for (const { author, shares } of claims)
      for (const { commit, count } of shares) {
        const before = this.#best.get(commit);
        const { id } = author.session;
        if (before === undefined || count > before.count) this.#best.set(commit, { count, ids: [id] });
        else if (count === before.count) this.#best.set(commit, { count, ids: [...before.ids, id] });
      }
  }

  isWon({ commit }: Share, id: SessionId): boolean {
    const ids = this.#best.get(commit)?.ids ?? [];
    return ids.length === 1 && ids[0] === id;
  }

  /** Whether another session has it, or has as many lines in it. */
  isLost({ commit }: Share, id: SessionId): boolean {
    return (this.#best.get(commit)?.ids ?? []).some((each) => each !== id);
  }

  /** Who stands in the way of a commit that is not won, as a clause. */
  describeRival({ commit, count }: Share, id: SessionId): string {
    const best = this.#best.get(commit);
    const rival = best?.ids.find((each) => each !== id) ?? id;
    const sha = commit.sha.slice(0, 12);
    return best?.count === count
      ? `ambiguous: commit ${sha} has as many lines of session ${rival}, ${count}`
      : `commit ${sha} has ${count} of its lines, and ${best?.count ?? 0} of session ${rival}`;
  }
}

function decide({ author, shares }: Claim, contest: Contest): PersonWork {
  const { session } = author;
  const won = shares.filter((share) => contest.isWon(share, session.id));
  const enough = enoughOf(author, won);
  if (enough !== null) return delivered(measureWork(author, enough), enough);
  const own = shares.filter((share) => !contest.isLost(share, session.id));
  const { found } = measureWork(author, own);
  return { commits: [], lines: found, files: [], because: whyNot({ author, shares }, own, contest) };
}

/** Those of the commits that together hold enough of a session's work; null where they do not. */
function enoughOf({ lines }: Author, shares: readonly Share[]): readonly Share[] | null {
  // A commit may hold few of the lines left in a file that it touches: without it, the others may hold enough.
  const leastFirst = shares
    .map((share, index) => ({ share, index, held: heldShare(lines, share) }))
    .toSorted((a, b) => a.held - b.held || b.index - a.index);
  const holding = new Holding(lines, shares);
  for (const [gone, { share }] of leastFirst.entries()) {
    if (isEnough(holding)) {
      const kept = new Set(leastFirst.slice(gone).map((each) => each.share));
      return shares.filter((each) => kept.has(each));
    }
    holding.remove(share);
  }
  return null;
}

/** The share that one commit holds of the lines left in its files. */
function heldShare(lines: Lines, share: Share): number {
  const { found, of } = new Holding(lines, [share]);
  return found / of;
}

/** The lines of a session that some commits hold, counted anew in few steps when one commit is left out. */
class Holding {
  of = 0;
  found = 0;
  isNew = 0;
  readonly #lines: Lines;
  /** How many of the commits touch a file, and hold a line. */
  readonly #touching = new Map<string, number>();
  readonly #holding = new Map<string, number>();

  constructor(lines: Lines, shares: readonly Share[]) {
    this.#lines = lines;
    for (const share of shares) this.#change(share, 1);
  }

  remove(share: Share): void {
    this.#change(share, -1);
  }

  #change({ commit, count }: Share, by: 1 | -1): void {
    this.isNew += by * count;
    for (const [file, added] of commit.files) {
      const left = this.#lines.get(file);
      if (left === undefined) continue;
      this.of += left.size * step(this.#touching, file, by);
      for (const mark of added) if (left.has(mark)) this.found += step(this.#holding, `${mark} ${file}`, by);
    }
  }
}

/** Counts up or down. @returns 1 for the first, -1 for the last, else 0 */
function step(counts: Map<string, number>, key: string, by: 1 | -1): number {
  const before = counts.get(key) ?? 0;
  counts.set(key, before + by);
  return before === 0 || before + by === 0 ? by : 0;
}

/** How many of the lines that a session left in the files of some commits stand in these commits. */
interface Measure {
  readonly of: number;
  readonly found: number;
  /** Of those found, how many stood nowhere before. */
  readonly isNew: number;
  readonly files: readonly string[];
}

function measureWork({ lines }: Author, shares: readonly Share[]): Measure {
  const held = new Map<string, Set<string>>();
  for (const { commit } of shares)
    for (const [file, added] of commit.files) {
      const known = held.get(file) ?? new Set();
      for (const mark of added) known.add(mark);
      held.set(file, known);
    }
  const files: string[] = [];
  let of = 0;
  let found = 0;
  for (const [file, marks] of lines) {
    const added = held.get(file);
    if (added === undefined) continue;
    of += marks.size;
    const count = [...marks].filter((mark) => added.has(mark)).length;
    found += count;
    if (count > 0) files.push(file);
  }
  const isNew = shares.reduce((sum, { count }) => sum + count, 0);
  return { of, found, isNew, files: files.toSorted(compareText) };
}

function isEnough({ of, found, isNew }: Omit<Measure, 'files'>): boolean {
  return isNew >= FEWEST_LINES && found * SHARE.of >= of * SHARE.found;
}

function delivered({ of, found, files }: Measure, shares: readonly Share[]): PersonWork {
  const where = `${countOf(shares.length, 'commit')} that no session is known to have made`;
  const because = `${found} of the ${countOf(of, 'line')} that its edits left in ${countOf(files.length, 'file')} stand in ${where}`;
  return { commits: shares.map(({ commit }) => commit.sha), lines: found, files, because };
}

function whyNot({ author, shares }: Claim, won: readonly Share[], contest: Contest): string {
  const { session, lines, shared, fresh } = author;
  const rivals = shares.filter((share) => !won.includes(share));
  const lost = rivals.slice(0, 1).map((share) => contest.describeRival(share, session.id));
  if (won.length > 0) {
    const { found, of } = measureWork(author, won);
    const few = fresh < FEWEST_LINES ? [`at least ${FEWEST_LINES} new lines are needed`] : [];
    const seen = `its lines: ${found} of ${of} found in ${countOf(won.length, 'commit')}`;
    return [seen, ...few, ...lost].join('; ');
  }
  if (lost.length > 0) return lost.join('; ');
  const left = [...lines.values()].reduce((sum, marks) => sum + marks.size, 0);
  if (lines.size === 0) {
    const isGenerated = [...session.files.keys()].some((path) => isGeneratedFile(slashed(path)));
    const apart = isGenerated ? ', generated files apart' : '';
    return `no commit since its first edit adds to a file that it edited${apart}`;
  }
  if (fresh >= FEWEST_LINES)
    return `its lines: none of ${fresh} found in a commit that no session is known to have made`;
  const others = [
    ...(left > fresh ? [`${left - fresh} stood in the repository before`] : []),
    ...(shared > 0 ? [`another session wrote ${shared}, too`] : []),
  ];
  const few = `its edits left ${countOf(fresh, 'distinctive new line')} of its own, and ${FEWEST_LINES} are needed`;
  return [few, ...others].join('; ');
}
