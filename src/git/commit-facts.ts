import { gitAbout, gitAgain, gitOutput, gitTry, linesOf } from './git.ts';
import { contains } from './names.ts';
import { listWorktrees } from './repository.ts';
import { askTogether } from '../lib/ask-together.ts';

// What is asked here by names is asked of git once where several sessions ask at the same time.

/** What git says of one commit. */
export interface CommitFacts {
  readonly sha: string;
  readonly parents: readonly string[];
  /** Author and author time, which name a change through rebases, picks and amends. */
  readonly authored: string;
  readonly email: string;
  /** Written and committed at different times: by an amend, a copy, a slow hook, or a date that was given. */
  readonly isRedated: boolean;
  readonly subject: string;
}

const FORMAT = '--format=%H%x00%P%x00%ae%x00%an %at%x00%at %ct%x00%s';
const PLAIN = ['--no-show-signature', '--no-color', FORMAT];

/** Facts of the commits that git has; missing ones are left out. */
export const readCommits = askTogether(async (repository, shas) => {
  const args = ['log', '--no-walk=unsorted', '--ignore-missing', ...PLAIN, '--stdin'];
  const text = await gitAbout(repository, args, shas);
  return new Map(parseCommits(text).map((facts) => [facts.sha, facts]));
});

/** The whole messages of the commits that git has, one after the other; empty where it cannot say. */
export async function readMessages(repository: string, shas: readonly string[]): Promise<string> {
  const args = ['log', '--no-walk', '--ignore-missing', '--format=%B', ...shas, '--'];
  return (await gitTry(repository, args)) ?? '';
}

/**
 * By commit: the others with the same author, author time and patch, the only ones that can be its original or its
 * copy. Every ref and reflog is searched to its end, because the dates in commits can be anything.
 */
export async function findTwins(
  repository: string,
  shas: readonly string[],
  facts: ReadonlyMap<string, CommitFacts>,
  patchIds: ReadonlyMap<string, string>,
): Promise<Map<string, string[]>> {
  const wanted = shas.flatMap((sha) => (patchIds.has(sha) ? (facts.get(sha) ?? []) : []));
  if (wanted.length === 0) return new Map();
  const authored = new Set(wanted.map(authorship));
  const emails = new Set(wanted.map(({ email }) => email));
  const all = [...(await listByAuthors(repository, [...emails])).values()].flat();
  const same = all.filter((each) => authored.has(authorship(each)));
  const sameShas = same.map(({ sha }) => sha);
  const samePatchIds = await readPatchIds(repository, sameShas);
  const twinsOf = (commit: CommitFacts): string[] =>
    same
      .filter((each) => each.sha !== commit.sha && authorship(each) === authorship(commit))
      .filter((each) => samePatchIds.get(each.sha) === patchIds.get(commit.sha))
      .map(({ sha }) => sha);
  return new Map(wanted.map((commit) => [commit.sha, twinsOf(commit)]));
}

/** The author's time, in seconds since 1970. */
export function authorTimeOf({ authored }: CommitFacts): number {
  return Number(authored.slice(authored.lastIndexOf(' ') + 1));
}

/**
 * The commits that refs and HEADs reach and that were committed at this time or later, newest first. Refs of stint
 * itself, notes and stashes do not count.
 *
 * @param since in seconds since 1970
 */
export async function readReachable(repository: string, since: number): Promise<CommitFacts[]> {
  const tips = (await listWorktrees(repository)).flatMap(({ head }) => head ?? []);
  const refs = ['refs/stint/*', 'refs/stash', 'refs/notes/*'].map((name) => `--exclude=${name}`);
  const when = `--since=${new Date(since * 1000).toISOString()}`;
  // Not --all, which fails while a worktree is being made or removed.
  const args = ['log', when, ...PLAIN, ...refs, '--glob=*', '--stdin'];
  return parseCommits(await gitOutput(repository, args, { input: tips.map((tip) => `${tip}\n`).join('') }));
}

function authorship({ email, authored }: CommitFacts): string {
  return `${email} ${authored}`;
}

/** By the address of an author. */
const listByAuthors = askTogether(async (repository, emails) => {
  // Not --all: it reads the HEAD of every worktree, and fails while another one is being made or removed.
  const args = ['log', '--glob=*', '--reflog', '--no-mailmap', '--fixed-strings', ...PLAIN];
  const filter = emails.map((email) => `--author=<${email}>`);
  return Map.groupBy(parseCommits(await gitAgain(repository, [...args, ...filter])), ({ email }) => email);
});

function parseCommits(text: string): CommitFacts[] {
  return text.split('\n').flatMap((line) => {
    const [sha, parents, email, authored, times, subject = ''] = line.split('\0');
    if (!sha || parents === undefined || email === undefined || !authored || !times) return [];
    const [author, committer] = times.split(' ');
    const isRedated = author !== committer;
    return [{ sha, parents: parents.split(' ').filter(Boolean), authored, email, isRedated, subject }];
  });
}

/** git looks at the worktree for every diff, and asks the program that a repository names for it. */
const NO_MONITOR = ['-c', 'core.fsmonitor=false'];
/** The change of each commit, by git itself alone. */
const DIFF = [...NO_MONITOR, 'diff-tree', '--stdin', '-r', '--no-ext-diff', '--no-textconv'];

/** Patch ids by commit; merges and empty commits have none. */
export const readPatchIds = askTogether(async (repository, shas) => {
  const diff = await gitAbout(repository, [...DIFF, '-p', '--root', '--no-color'], shas);
  const ids = await gitOutput(repository, ['patch-id', '--stable'], { input: `${diff}\n` });
  const lines = ids.split('\n').map((line) => line.split(' '));
  return new Map(lines.flatMap(([patchId, sha]) => (patchId && sha ? [[sha, patchId] as const] : [])));
});

/** Which of these commits neither a ref nor the HEAD of a worktree reaches; refs of stint itself do not count. */
export async function selectLost(repository: string, shas: readonly string[]): Promise<Set<string>> {
  return new Set((await findLost(repository, shas)).keys());
}

const findLost = askTogether(async (repository, shas) => {
  // Not --all, which fails while a worktree is being made or removed.
  const tips = (await listWorktrees(repository)).flatMap(({ head }) => head ?? []);
  const lost = await selectUnreachable(repository, shas, tips, [
    '--not',
    '--exclude=refs/stint/*',
    '--glob=*',
  ]);
  return new Map([...lost].map((sha) => [sha, true]));
});

/** Which of these commits cannot be reached from the given ones. @param not more words of git's that name some */
export async function selectUnreachable(
  repository: string,
  shas: readonly string[],
  from: readonly string[],
  not: readonly string[] = [],
): Promise<Set<string>> {
  if (shas.length === 0) return new Set();
  const args = ['rev-list', '--ignore-missing', '--stdin', ...not];
  // It must fail aloud: an empty answer would mean that nothing was lost, or that nothing is new.
  const text = await gitAbout(repository, args, [...shas, ...from.map((tip) => `^${tip}`)]);
  const listed = new Set(text.split('\n'));
  return new Set(shas.filter((sha) => listed.has(sha)));
}

/** Which of these commits neither join the history of `base` nor are joined to it by another of them. */
export async function selectUnjoined(
  repository: string,
  shas: readonly string[],
  base: string,
): Promise<Set<string>> {
  const args = ['rev-list', '--parents', '--topo-order', '--reverse', '--stdin'];
  const text = await gitAbout(repository, args, shas.length === 0 ? [] : [...shas, `^${base}`]);
  const entries = linesOf(text).map((line) => line.split(' '));
  const listed = new Set(entries.map(([sha]) => sha));
  const joined = new Set<string>();
  // Parents come first. One that is not listed is in the history of the base.
  for (const [sha = '', ...parents] of entries)
    if (parents.some((parent) => joined.has(parent) || !listed.has(parent))) joined.add(sha);
  for (const [sha = '', ...parents] of entries.toReversed())
    if (joined.has(sha)) for (const parent of parents) joined.add(parent);
  return new Set(shas.filter((sha) => listed.has(sha) && !joined.has(sha)));
}

/** By commit: the lines that it adds and removes, with path and sign, without blank ones. Merges have none. */
export const readChangedLines = askTogether(async (repository, shas) => {
  const args = ['-c', 'core.quotePath=false', ...DIFF, '-p', '-U0', '--root', '--no-color', '--no-renames'];
  const text = await gitAbout(repository, args, shas);
  const lines = new Map<string, Set<string>>();
  let current = new Set<string>();
  let file = '';
  let isInHunk = false;
  for (const line of text.split('\n')) {
    if (line.startsWith('diff --git ')) [file, isInHunk] = [line, false];
    else if (line.startsWith('@@ ')) isInHunk = true;
    else if (isInHunk && /^[+-].*\S/.test(line)) current.add(`${file}\n${line}`);
    else if (COMMIT.test(line)) lines.set(line, (current = new Set()));
  }
  return lines;
});

/** How much of one file a commit changes. */
export interface Change {
  readonly path: string;
  readonly lines: number;
}

const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Lines added and removed by path; binary files count as one line. */
export const readChanges = askTogether(async (repository, shas) => {
  const args = [...DIFF, '--numstat', '--root', '--no-renames', '-z'];
  const text = await gitAbout(repository, args, shas);
  const changes = new Map<string, Change[]>();
  let current: Change[] = [];
  for (const field of text.split('\0')) {
    if (COMMIT.test(field)) changes.set(field, (current = []));
    const change = /^(\d+|-)\t(\d+|-)\t([\s\S]+)$/.exec(field);
    if (!change) continue;
    const isBinary = change[1] === '-';
    current.push({ path: change[3] ?? '', lines: isBinary ? 1 : Number(change[1]) + Number(change[2]) });
  }
  return changes;
});

/**
 * What merges themselves change: the lines that differ from every parent, as in a resolved conflict. What a merge only
 * brings together is the work of those who wrote it.
 */
export const readMergeChanges = askTogether(async (repository, shas) => {
  const args = ['-c', 'core.quotePath=false', ...DIFF, '--cc', '-p', '--no-color'];
  const text = await gitAbout(repository, args, shas);
  const changes = new Map<string, Change[]>();
  let current: Change[] = [];
  let isInHunk = false;
  for (const line of text.split('\n')) {
    const file = /^diff --(?:cc|combined) (.+)$/.exec(line)?.[1];
    if (COMMIT.test(line)) changes.set(line, (current = []));
    else if (file !== undefined) {
      current.push({ path: file, lines: 0 });
      isInHunk = false;
    } else if (line.startsWith('@@@')) {
      isInHunk = true;
    } else if (isInHunk && /^(\+\+|--)/.test(line)) {
      const last = current.pop();
      if (last) current.push({ ...last, lines: last.lines + 1 });
    }
  }
  return changes;
});

/** A commit that takes another back. */
export interface Revert {
  readonly reverted: string;
  readonly by: string;
}

const WORDS = 'This reverts commit ';
const NAMED = /^This reverts commit ([0-9a-f]{40}|[0-9a-f]{64})\b/gm;

/**
 * What was taken back in the history of `tips` and not brought back by taking back the revert, too. The words in a
 * message are a claim: it counts only where the commit that it names is in the history of the one that names it.
 */
export async function findReverts(folder: string, tips: readonly string[]): Promise<Revert[]> {
  const args = ['log', '-z', '--fixed-strings', `--grep=${WORDS}`, '--format=%H%n%B', '--stdin'];
  const text = await gitAbout(folder, args, tips);
  const claimed = text.split('\0').flatMap((entry) => {
    const [by = ''] = entry.split('\n', 1);
    return [...entry.matchAll(NAMED)].map((match): Revert => ({ reverted: match[1] ?? '', by }));
  });
  const reverts: Revert[] = [];
  for (const each of claimed)
    if (each.reverted !== each.by && (await contains(folder, each.by, each.reverted))) reverts.push(each);
  const byReverted = Map.groupBy(reverts, ({ reverted }) => reverted);
  // A commit cannot name one that comes after it, so this ends.
  const isStanding = ({ by }: Revert): boolean => !(byReverted.get(by) ?? []).some(isStanding);
  return reverts.filter(isStanding);
}
