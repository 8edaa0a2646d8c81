import { gitAgain, gitOutput, gitTry } from './git.ts';
import { listWorktrees } from './repository.ts';

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

const FORMAT = '%H%x00%P%x00%ae%x00%an %at%x00%at %ct%x00%s';

/** Facts of the commits that git has; missing ones are left out. */
export async function readCommits(
  repository: string,
  shas: readonly string[],
): Promise<Map<string, CommitFacts>> {
  if (shas.length === 0) return new Map();
  const args = [
    'log',
    '--no-walk=unsorted',
    '--ignore-missing',
    '--no-show-signature',
    '--no-color',
    `--format=${FORMAT}`,
    '--stdin',
  ];
  const text = await gitOutput(repository, args, { input: `${shas.join('\n')}\n` });
  return new Map(parseCommits(text).map((facts) => [facts.sha, facts]));
}

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
  const all = await listByAuthors(repository, [...emails]);
  const same = all.filter((each) => authored.has(authorship(each)));
  const samePatchIds = await readPatchIds(
    repository,
    same.map(({ sha }) => sha),
  );
  return new Map(
    wanted.map((commit) => [
      commit.sha,
      same
        .filter((each) => each.sha !== commit.sha && authorship(each) === authorship(commit))
        .filter((each) => samePatchIds.get(each.sha) === patchIds.get(commit.sha))
        .map(({ sha }) => sha),
    ]),
  );
}

function authorship({ email, authored }: CommitFacts): string {
  return `${email} ${authored}`;
}

async function listByAuthors(repository: string, emails: readonly string[]): Promise<CommitFacts[]> {
  // Not --all: it reads the HEAD of every worktree, and fails while another one is being made or removed.
  const args = ['log', '--glob=*', '--reflog', '--no-mailmap', '--no-show-signature', '--no-color'];
  const filter = ['--fixed-strings', ...emails.map((email) => `--author=<${email}>`)];
  return parseCommits(await gitAgain(repository, [...args, ...filter, `--format=${FORMAT}`]));
}

function parseCommits(text: string): CommitFacts[] {
  return text.split('\n').flatMap((line) => {
    const [sha, parents, email, authored, times, subject] = line.split('\0');
    if (!sha || parents === undefined || email === undefined || !authored || !times) return [];
    const [author, committer] = times.split(' ');
    return [
      {
        sha,
        parents: parents === '' ? [] : parents.split(' '),
        authored,
        email,
        isRedated: author !== committer,
        subject: subject ?? '',
      },
    ];
  });
}

/** Patch ids by commit; merges and empty commits have none. */
export async function readPatchIds(
  repository: string,
  shas: readonly string[],
): Promise<Map<string, string>> {
  if (shas.length === 0) return new Map();
  const diff = await gitOutput(
    repository,
    ['diff-tree', '--stdin', '-p', '-r', '--root', '--no-color', '--no-ext-diff', '--no-textconv'],
    {
      input: `${shas.join('\n')}\n`,
    },
  );
  const ids = await gitOutput(repository, ['patch-id', '--stable'], { input: `${diff}\n` });
  const lines = ids.split('\n').map((line) => line.split(' '));
  return new Map(lines.flatMap(([patchId, sha]) => (patchId && sha ? [[sha, patchId] as const] : [])));
}

/** Which of these commits cannot be reached from the given ones. */
export function selectUnreachable(
  repository: string,
  shas: readonly string[],
  from: readonly string[],
): Promise<Set<string>> {
  return listUnreached(repository, shas, from, []);
}

/** Which of these commits neither a ref nor the HEAD of a worktree reaches; refs of stint itself do not count. */
export async function selectLost(repository: string, shas: readonly string[]): Promise<Set<string>> {
  // Not --all, which fails while a worktree is being made or removed.
  const tips = (await listWorktrees(repository)).flatMap(({ head }) => head ?? []);
  return listUnreached(repository, shas, tips, ['--not', '--exclude=refs/stint/*', '--glob=*']);
}

async function listUnreached(
  repository: string,
  shas: readonly string[],
  from: readonly string[],
  not: readonly string[],
): Promise<Set<string>> {
  if (shas.length === 0) return new Set();
  const input = [...shas, ...from.map((tip) => `^${tip}`)].join('\n');
  const args = ['rev-list', '--ignore-missing', '--stdin', ...not];
  // It must fail aloud: an empty answer would mean that nothing was lost, or that nothing is new.
  const listed = new Set((await gitOutput(repository, args, { input: `${input}\n` })).split('\n'));
  return new Set(shas.filter((sha) => listed.has(sha)));
}

/** How much of one file a commit changes. */
export interface Change {
  readonly path: string;
  readonly lines: number;
}

/** Lines added and removed by path; binary files count as one line. */
export async function readChanges(
  repository: string,
  shas: readonly string[],
): Promise<Map<string, Change[]>> {
  const changes = new Map<string, Change[]>();
  if (shas.length === 0) return changes;
  const args = [
    'diff-tree',
    '--stdin',
    '--numstat',
    '-r',
    '--root',
    '--no-renames',
    '--no-ext-diff',
    '--no-textconv',
    '-z',
  ];
  const text = await gitOutput(repository, args, { input: `${shas.join('\n')}\n` });
  let current: Change[] = [];
  for (const field of text.split('\0')) {
    const head = /^([0-9a-f]{40}|[0-9a-f]{64})$/.exec(field);
    if (head) {
      current = [];
      changes.set(head[1] ?? '', current);
    }
    const change = /^(\d+|-)\t(\d+|-)\t([\s\S]+)$/.exec(field);
    if (!change) continue;
    const isBinary = change[1] === '-';
    current.push({ path: change[3] ?? '', lines: isBinary ? 1 : Number(change[1]) + Number(change[2]) });
  }
  return changes;
}
