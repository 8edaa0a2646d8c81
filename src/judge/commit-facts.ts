import { git, gitTry } from '../lib/git.ts';

/** What git says of one commit. */
export interface CommitFacts {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly authored: string;
  readonly isRedated: boolean;
  readonly subject: string;
}

/** Author and time together name a change through rebases, picks and amends. */
const FORMAT = '%H%x00%P%x00%ae %an %at%x00%at %ct%x00%s';

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
  const text = await gitTry(repository, args, { input: `${shas.join('\n')}\n` });
  return new Map(parseCommits(text ?? '').map((facts) => [facts.sha, facts]));
}

/**
 * Commits, other than `sha`, that carry the same author and author time: the only ones that can be its original or its
 * copy. Every ref and reflog is searched, back to two days before the change was written (clocks differ).
 */
export async function findSameAuthored(repository: string, facts: CommitFacts): Promise<CommitFacts[]> {
  const seconds = Number(facts.authored.split(' ').at(-1));
  const since = Math.max(0, seconds - 2 * 86_400);
  const args = [
    'log',
    '--all',
    '--reflog',
    '--no-show-signature',
    '--no-color',
    `--since=${since}`,
    `--format=${FORMAT}`,
  ];
  const text = await gitTry(repository, args);
  return parseCommits(text ?? '').filter(
    (each) => each.sha !== facts.sha && each.authored === facts.authored,
  );
}

function parseCommits(text: string): CommitFacts[] {
  return text.split('\n').flatMap((line) => {
    const [sha, parents, authored, times, subject] = line.split('\0');
    if (!sha || parents === undefined || authored === undefined || times === undefined) return [];
    const [author, committer] = times.split(' ');
    return [
      {
        sha,
        parents: parents === '' ? [] : parents.split(' '),
        authored,
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
  const diff = await gitTry(
    repository,
    ['diff-tree', '--stdin', '-p', '-r', '--root', '--no-color', '--no-ext-diff', '--no-textconv'],
    {
      input: `${shas.join('\n')}\n`,
    },
  );
  const ids = await gitTry(repository, ['patch-id', '--stable'], { input: `${diff ?? ''}\n` });
  const lines = (ids ?? '').split('\n').map((line) => line.split(' '));
  return new Map(lines.flatMap(([patchId, sha]) => (patchId && sha ? [[sha, patchId] as const] : [])));
}

/** Which of these commits cannot be reached from the given starting points. */
export async function selectUnreachable(
  repository: string,
  shas: readonly string[],
  from: readonly string[] | 'refs',
): Promise<Set<string>> {
  if (shas.length === 0) return new Set();
  const not = from === 'refs' ? ['--not', '--exclude=refs/stint/*', '--all'] : [];
  const excluded = from === 'refs' ? [] : from.map((tip) => `^${tip}`);
  const result = await git(repository, ['rev-list', '--ignore-missing', '--stdin', ...not], {
    input: `${[...shas, ...excluded].join('\n')}\n`,
  });
  const listed = new Set(result.stdout.split('\n'));
  return new Set(shas.filter((sha) => listed.has(sha)));
}

/** Lines added and removed by path; binary files count as one line. */
export async function readChanges(
  repository: string,
  shas: readonly string[],
): Promise<Map<string, { path: string; lines: number }[]>> {
  const changes = new Map<string, { path: string; lines: number }[]>();
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
  const text = (await gitTry(repository, args, { input: `${shas.join('\n')}\n` })) ?? '';
  let current: { path: string; lines: number }[] = [];
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
