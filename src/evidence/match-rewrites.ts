import type { SessionId } from '../domain/ids.ts';
import { LONGEST_SUBJECT } from '../domain/session-event.ts';
import type { DatedCommit } from '../domain/transcript-session.ts';
import { authorTimeOf, type CommitFacts } from '../git/commit-facts.ts';
import { countOf } from '../lib/quantities.ts';
import type { History } from './repository-histories.ts';

/** A commit that git named to the session, and that no ref has any more under this name. */
export interface GoneCommit extends DatedCommit {
  /** What git says of it; null where it no longer has it. */
  readonly facts: CommitFacts | null;
}

/** What became of it. */
export type Fate =
  | { readonly kind: 'rewritten'; readonly to: CommitFacts; readonly how: string }
  | { readonly kind: 'owned'; readonly to: CommitFacts; readonly by: SessionId }
  | { readonly kind: 'ambiguous'; readonly among: readonly CommitFacts[] }
  | { readonly kind: 'unseen' };

/** What git has, and what tells its commits apart. */
export interface RewriteEvidence {
  readonly history: History;
  /** When the session ended, in seconds since 1970. */
  readonly until: number;
  /** The authors of the session's other commits, by email; empty where none is known. */
  readonly emails: ReadonlySet<string>;
  readonly patchIds: ReadonlyMap<string, string>;
  /** By commit: the lines that it changes. */
  readonly lines: ReadonlyMap<string, ReadonlySet<string>>;
  /** Other sessions by the commits that they own. */
  readonly owners: ReadonlyMap<string, SessionId>;
}

/** An author's time is looked for in no longer command: there, many others may have made commits. */
const LONGEST_COMMAND_S = 3600;
/** An amend may change some of the lines again. */
const LINES_OF_AMEND = 0.5;
const LINES_OF_SQUASH = 0.8;

const UNSEEN: Fate = { kind: 'unseen' };

/** The first and the last second in which its author's time lies; null where nothing says them. */
export function authorWindow({ calledAt, toldAt }: DatedCommit): readonly [number, number] | null {
  const [from = Number.NaN, to = Number.NaN] = [calledAt, toldAt].map((at) =>
    Math.floor(Date.parse(at ?? '') / 1000),
  );
  return to >= from && to - from <= LONGEST_COMMAND_S ? [from, to] : null;
}

/**
 * Those that may be the commit under another name: of its author and the author's time, which amend, squash and rebase
 * keep. Where git no longer has it, its words to the agent say the time, and the subject has to be the same.
 *
 * @param told all that git named to the session: it says when the session made commits itself
 */
export function heirsOf(
  gone: GoneCommit,
  told: readonly DatedCommit[],
  evidence: Pick<RewriteEvidence, 'history' | 'emails' | 'until'>,
): CommitFacts[] {
  const { facts, subject } = gone;
  const { history, emails } = evidence;
  if (facts) {
    const same = (history.get(authorTimeOf(facts)) ?? []).filter(
      ({ authored, email }) => authored === facts.authored && email === facts.email,
    );
    return same.length > 0 ? same : redatedHeirs(facts, evidence);
  }
  return secondsOf(gone, told)
    .flatMap((second) => history.get(second) ?? [])
    .filter((each) => each.subject.slice(0, LONGEST_SUBJECT) === subject)
    .filter(({ email }) => emails.size === 0 || emails.has(email));
}

/** So many are compared with it: a subject such as `wip` says little. */
const MOST_REDATED = 50;

/**
 * Those of its author, of the session's own time, that took its place or have its subject: an amend may give the author's
 * time anew. Later, another session may have made the same change again.
 */
function redatedHeirs(
  gone: CommitFacts,
  { history, until }: Pick<RewriteEvidence, 'history' | 'until'>,
): CommitFacts[] {
  const { sha, parents, email, subject } = gone;
  return [...history]
    .filter(([at]) => at > authorTimeOf(gone) && at <= until)
    .flatMap(([, commits]) => commits)
    .filter((each) => each.sha !== sha && each.email === email)
    .filter((each) => each.subject === subject || each.parents.join() === parents.join())
    .slice(0, MOST_REDATED);
}

/** Of a pick of what another wrote, git tells a time at which the session made no commit. */
function secondsOf(gone: GoneCommit, told: readonly DatedCommit[]): number[] {
  if (gone.authoredAt !== undefined) {
    const second = Math.floor(Date.parse(gone.authoredAt) / 1000);
    const own = told.filter(({ authoredAt }) => authoredAt === undefined).map(authorWindow);
    return own.some((window) => window && window[0] <= second && second <= window[1]) ? [second] : [];
  }
  const [from, to] = authorWindow(gone) ?? [0, -1];
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/**
 * The fate of each. Several with the same heirs share them, where there are no more heirs than commits: then each heir
 * is one of these commits. Pure.
 */
export function findFates(
  gone: readonly GoneCommit[],
  told: readonly DatedCommit[],
  evidence: RewriteEvidence,
): Fate[] {
  const heirs = gone.map((each) => likely(each, heirsOf(each, told, evidence), evidence));
  const free = heirs.map((each) =>
    changesAmong(
      each.filter(({ sha }) => !evidence.owners.has(sha)),
      evidence,
    ),
  );
  const nameOf = (commits: readonly CommitFacts[]): string => commits.map(({ sha }) => sha).join();
  const groups = Map.groupBy(gone.keys(), (index) => nameOf(free[index] ?? []));
  return gone.map((each, index): Fate => {
    const among = free[index] ?? [];
    if (among.length === 0) return ownedFate(heirs[index] ?? [], evidence);
    const group = groups.get(nameOf(among)) ?? [];
    if (among.length > group.length) return { kind: 'ambiguous', among };
    const to = among[Math.min(group.indexOf(index), among.length - 1)];
    return to ? { kind: 'rewritten', to, how: howRewritten(each, to, evidence) } : UNSEEN;
  });
}

function ownedFate([to]: readonly CommitFacts[], { owners }: RewriteEvidence): Fate {
  const by = to && owners.get(to.sha);
  return to && by ? { kind: 'owned', to, by } : UNSEEN;
}

/** Of those with the author and the author's time, the ones that have its change, its subject or its lines. */
function likely(
  { facts }: GoneCommit,
  heirs: readonly CommitFacts[],
  evidence: RewriteEvidence,
): readonly CommitFacts[] {
  if (facts === null || heirs.length === 0) return heirs;
  const samePatch = heirs.filter((each) => isSamePatch(facts, each, evidence));
  if (samePatch.length > 0) return samePatch;
  // Under another time of its author, nothing less than the same change tells it.
  if (heirs.some(({ authored }) => authored !== facts.authored)) return [];
  const sameSubject = heirs.filter(({ subject }) => subject === facts.subject);
  if (sameSubject.length > 0) return sameSubject;
  return heirs.filter((each) => shareOf(facts, each, evidence) >= LINES_OF_AMEND);
}

function isSamePatch(a: CommitFacts, b: CommitFacts, { patchIds }: RewriteEvidence): boolean {
  const patchId = patchIds.get(a.sha);
  return patchId !== undefined && patchIds.get(b.sha) === patchId;
}

/**
 * Of each change the oldest commit, in the order of the author's time: a change is one, on however many branches and bases
 * it stands.
 */
function changesAmong(commits: readonly CommitFacts[], evidence: RewriteEvidence): CommitFacts[] {
  const oldest: CommitFacts[] = [];
  for (const commit of commits.toReversed())
    if (!oldest.some((each) => isSameChange(each, commit, evidence))) oldest.push(commit);
  return oldest.toSorted((a, b) => authorTimeOf(a) - authorTimeOf(b));
}

function isSameChange(a: CommitFacts, b: CommitFacts, evidence: RewriteEvidence): boolean {
  if (a.email !== b.email || a.authored !== b.authored) return false;
  if (isSamePatch(a, b, evidence)) return true;
  const share = Math.min(shareOf(a, b, evidence), shareOf(b, a, evidence));
  return a.subject === b.subject && share >= LINES_OF_AMEND;
}

/**
 * The same fates, and for commits without one the commit of the session that holds their lines: of those that a squash
 * joins, only the first gives it the author's time.
 *
 * @param own commits of the session that stand
 */
export function withSquashes(
  gone: readonly GoneCommit[],
  fates: readonly Fate[],
  own: readonly CommitFacts[],
  evidence: RewriteEvidence,
): Fate[] {
  const followed = fates.flatMap((fate) => (fate.kind === 'rewritten' ? [fate.to] : []));
  const targets = new Map([...own, ...followed].map((each) => [each.sha, each]));
  const squashes = new Set<string>();
  const found = fates.map((fate, index): Fate => {
    const each = gone[index];
    if (fate.kind !== 'unseen' || !each) return fate;
    const { facts } = each;
    if (facts === null) return amendOf(each, own) ?? fate;
    const holders = [...targets.values()].filter((each) => shareOf(facts, each, evidence) >= LINES_OF_SQUASH);
    const [to] = holders;
    if (!to || holders.length > 1) return fate;
    squashes.add(to.sha);
    return { kind: 'rewritten', to, how: SQUASHED };
  });
  return found.map((fate) =>
    fate.kind === 'rewritten' && squashes.has(fate.to.sha) ? { ...fate, how: SQUASHED } : fate,
  );
}

const SQUASHED = 'squashed into';

/** The commit of the session that git dated anew, and whose author's time is that of a commit which is gone. */
function amendOf(gone: GoneCommit, own: readonly CommitFacts[]): Fate | null {
  const [from, to] = authorWindow(gone) ?? [0, -1];
  const amends = own.filter(
    (each) => each.isRedated && authorTimeOf(each) >= from && authorTimeOf(each) <= to,
  );
  const [amend] = amends;
  return amend && amends.length === 1 ? { kind: 'rewritten', to: amend, how: 'amended to' } : null;
}

/** How much of what the one changes the other changes too. */
function shareOf(a: CommitFacts, b: CommitFacts, { lines }: RewriteEvidence): number {
  const [own, others] = [lines.get(a.sha), lines.get(b.sha)];
  if (!own || !others || own.size === 0) return 0;
  return [...own].filter((line) => others.has(line)).length / own.size;
}

function howRewritten({ facts }: GoneCommit, to: CommitFacts, evidence: RewriteEvidence): string {
  if (facts === null) return 'rewritten to';
  if (facts.parents.join() === to.parents.join()) return 'amended to';
  return isSamePatch(facts, to, evidence) ? 'rebased to' : 'rewritten to';
}

/** A fate in words; null where nothing is known. */
export function tellFate(fate: Fate): string | null {
  switch (fate.kind) {
    case 'rewritten':
      return `it was ${fate.how} ${fate.to.sha.slice(0, 12)}`;
    case 'owned':
      return `it was rewritten to ${fate.to.sha.slice(0, 12)}, which session ${fate.by} made first`;
    case 'ambiguous': {
      const names = fate.among.slice(0, 3).map(({ sha }) => sha.slice(0, 12));
      return `claimed (transcript): ambiguous: ${countOf(fate.among.length, 'commit')} may be it under another name (${names.join(', ')})`;
    }
    case 'unseen':
      return null;
  }
}
