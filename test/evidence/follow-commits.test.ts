import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { SessionId } from '../../src/domain/ids.ts';
import type { DatedCommit } from '../../src/domain/transcript-session.ts';
import { confirmCommits } from '../../src/evidence/confirm-commits.ts';
import type { GatheredCommits } from '../../src/evidence/gather-commits.ts';
import { RepositoryHistories } from '../../src/evidence/repository-histories.ts';
import { commitsIn } from '../../src/harness/reading/tool-calls.ts';
import { scratchFolder, scratchProject, type ScratchProject } from '../support/scratch.ts';
import { sessionId } from '../support/records.ts';

// Git names a commit to the agent, and afterwards the commit gets another name: real git, in real repositories.

const A = sessionId(1);
const B = sessionId(2);

afterEach(() => void vi.unstubAllEnvs());

function timeAt(second: number): string {
  return new Date(Date.UTC(2026, 0, 5, 12, 0, second)).toISOString();
}

function scratch() {
  const project = scratchProject();
  const sh = (script: string, env: NodeJS.ProcessEnv = {}): string =>
    execFileSync('/bin/sh', ['-euc', script], {
      cwd: project.folder,
      env: { ...project.env, GIT_EDITOR: 'true', ...env },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  /** The agent runs this at this second; what git then tells it. */
  const agent = (second: number, script: string): DatedCommit[] => {
    const at = timeAt(second);
    const said = sh(script, { GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at });
    const window = { calledAt: timeAt(second - 1), toldAt: timeAt(second + 1) };
    return (commitsIn(said).commits ?? []).map((commit) => ({ ...commit, ...window }));
  };
  const head = (name = 'HEAD'): string => sh(`git rev-parse ${name}`);
  const collect = (): void => void sh('git reflog expire --expire=now --all; git gc --quiet --prune=now');
  return { ...project, sh, agent, head, collect };
}

/** Git's commands that add a file, or more lines to one, and commit it. */
function adds(file: string, subject: string, lines = 4): string {
  return `for n in $(seq ${lines}); do echo "${file} $n" >>${file}; done; git add ${file}; git commit -m '${subject}'`;
}

interface Given {
  readonly session?: SessionId;
  readonly owners?: ReadonlyMap<string, SessionId>;
  readonly histories?: RepositoryHistories;
  readonly turn?: Promise<void>;
}

function confirm(
  { folder }: Pick<ScratchProject, 'folder'>,
  told: readonly DatedCommit[],
  {
    session = A,
    owners = new Map(),
    histories = new RepositoryHistories(),
    turn = Promise.resolve(),
  }: Given = {},
): Promise<GatheredCommits> {
  return confirmCommits({
    folder,
    repository: path.join(folder, '.git'),
    session,
    printed: told.map(({ name }) => name),
    told,
    endedAt: timeAt(3000),
    histories,
    turn,
    findOwners: async (shas) => new Map([...owners].filter(([sha]) => shas.includes(sha))),
  });
}

const shasOf = ({ commits }: GatheredCommits): string[] => commits.map(({ sha }) => sha);
const toldOf = ({ notCounted }: GatheredCommits): string[] => notCounted.map(({ because }) => because);

describe('a commit that was amended', () => {
  test('by a person, with the same message and more lines', async () => {
    const repo = scratch();
    const told = repo.agent(10, adds('a', 'add a'));
    repo.sh('echo more >>a; git commit -qa --amend --no-edit');
    const found = await confirm(repo, told);
    expect(found.commits).toMatchObject([
      { sha: repo.head(), subject: 'add a', lines: 5, files: ['a'], source: 'transcript' },
    ]);
    expect(found.commits[0]?.was).toEqual([repo.head('HEAD@{1}')]);
    expect(toldOf(found)).toEqual([`it was amended to ${repo.head().slice(0, 12)}`]);
  });

  test('with another message, and with another message and other lines', async () => {
    const repo = scratch();
    const told = repo.agent(10, adds('a', 'add a'));
    repo.sh(`git commit -q --amend -m 'feat: a file'`);
    expect(shasOf(await confirm(repo, told))).toEqual([repo.head()]);
    repo.sh(`echo more >>a; git commit -qa --amend -m 'feat: a larger file'`);
    expect(shasOf(await confirm(repo, told))).toEqual([repo.head()]);
  });

  test('by the session itself, which counts it once', async () => {
    const repo = scratch();
    const told = [
      ...repo.agent(10, adds('a', 'add a')),
      ...repo.agent(20, `echo more >>a; git commit -a --amend -m 'add all of a'`),
    ];
    const found = await confirm(repo, told);
    expect(shasOf(found)).toEqual([repo.head()]);
    expect(found.notCounted).toEqual([
      { sha: repo.head('HEAD@{1}'), because: `it was amended to ${repo.head().slice(0, 12)}` },
    ]);
  });

  test('by the session itself under another message, when its first object is gone', async () => {
    const repo = scratch();
    const told = [
      ...repo.agent(10, adds('a', 'add a')),
      ...repo.agent(20, `echo more >>a; git commit -a --amend -m 'add all of a'`),
      ...repo.agent(30, adds('b', 'add b')),
    ];
    repo.collect();
    const found = await confirm(repo, told);
    expect(shasOf(found)).toEqual([repo.head('HEAD~'), repo.head()]);
    expect(found.notCounted).toEqual([
      { sha: told[0]?.name, because: `it was amended to ${repo.head('HEAD~').slice(0, 12)}` },
    ]);
  });

  test('with the author’s time anew: in the session, and then only the same change tells it', async () => {
    const repo = scratch();
    const told = repo.agent(10, adds('a', 'add a'));
    repo.agent(90, 'git commit -q --amend --no-edit --reset-author');
    const found = await confirm(repo, told);
    expect([shasOf(found), toldOf(found)]).toEqual([
      [repo.head()],
      [`it was amended to ${repo.head().slice(0, 12)}`],
    ]);
    // Afterwards, another may have made the same change once more.
    repo.agent(4000, 'git commit -q --amend --no-edit --reset-author');
    expect(await confirm(repo, told)).toMatchObject({ commits: [], notCounted: { length: 1 } });
    repo.agent(90, 'echo more >>a; git commit -qa --amend --no-edit --reset-author');
    expect(await confirm(repo, told)).toMatchObject({ commits: [], notCounted: { length: 1 } });
  });

  test('and whose object is gone: its subject and the time of the call tell it', async () => {
    const repo = scratch();
    const told = [...repo.agent(10, adds('a', 'add a')), ...repo.agent(20, adds('b', 'add b'))];
    repo.sh('git rebase -q -i --root -x "git commit -q --amend --no-edit --signoff"; echo more >>b');
    repo.collect();
    const found = await confirm(repo, told);
    expect(shasOf(found)).toEqual([repo.head('HEAD~'), repo.head()]);
    expect(found.commits.map(({ was }) => was)).toEqual(told.map(({ name }) => [name]));
    expect(toldOf(found)).toEqual([
      `it was rewritten to ${repo.head('HEAD~').slice(0, 12)}`,
      `it was rewritten to ${repo.head().slice(0, 12)}`,
    ]);
  });

  test('twice, both times in the session, before a rebase: git told the time of its author', async () => {
    const repo = scratch();
    const told = [
      ...repo.agent(10, adds('a', 'add a')),
      ...repo.agent(500, 'echo more >>a; git commit -a --amend --no-edit'),
    ];
    expect(told[1]).toMatchObject({ authoredAt: timeAt(10) });
    repo.sh(`git checkout -q -b moved HEAD~; ${adds('other', 'else')} >&2; git rebase -q moved main`);
    repo.sh('git branch -qD moved');
    repo.collect();
    expect(shasOf(await confirm(repo, told))).toEqual([repo.head('main')]);
  });
});

describe('a commit that was rebased', () => {
  test('onto a main that has moved', async () => {
    const repo = scratch();
    repo.sh('git checkout -qb topic');
    const told = [...repo.agent(10, adds('a', 'add a')), ...repo.agent(20, adds('b', 'add b'))];
    repo.sh(`git checkout -q main; ${adds('c', 'add c')} >&2; git rebase -q main topic`);
    const found = await confirm(repo, told);
    expect(shasOf(found)).toEqual([repo.head('topic~'), repo.head('topic')]);
    expect(toldOf(found)).toEqual([
      `it was rewritten to ${repo.head('topic~').slice(0, 12)}`,
      `it was rewritten to ${repo.head('topic').slice(0, 12)}`,
    ]);
  });

  test('by a pull from a bare repository, which is asked afterwards', async () => {
    const repo = scratch();
    const bare = path.join(scratchFolder(), 'bare.git');
    repo.sh(`git clone -q --bare . '${bare}'; git remote add origin '${bare}'; git fetch -q`);
    const told = repo.agent(10, adds('a', 'add a'));
    repo.sh(`git clone -q '${bare}' ../other; cd ../other; ${adds('c', 'add c')} >&2; git push -q`);
    repo.sh('git pull -q --rebase origin main; git push -q origin main');
    expect(shasOf(await confirm({ folder: bare }, told))).toEqual([repo.head()]);
    const shallow = path.join(scratchFolder(), 'shallow');
    repo.sh(`git clone -q --depth 1 'file://${bare}' '${shallow}'`);
    expect(shasOf(await confirm({ folder: shallow }, told))).toEqual([repo.head()]);
  });

  test('by a pick into another branch, whose old one was deleted', async () => {
    const repo = scratch();
    repo.sh('git checkout -qb topic');
    const told = repo.agent(10, adds('a', 'add a'));
    repo.sh(`git checkout -q main; ${adds('c', 'add c')} >&2; git cherry-pick topic; git branch -qD topic`);
    repo.collect();
    expect(shasOf(await confirm(repo, told))).toEqual([repo.head()]);
  });

  test('to a change that stands on two branches, which are one', async () => {
    const repo = scratch();
    repo.sh('git branch release; git checkout -qb topic');
    const told = repo.agent(10, adds('a', 'add a'));
    repo.sh(`git checkout -q release; ${adds('c', 'add c')} >&2; git cherry-pick topic >&2
      git checkout -q main; ${adds('d', 'add d')} >&2; git cherry-pick topic >&2; git branch -qD topic`);
    repo.collect();
    const found = await confirm(repo, told);
    expect(found.commits).toHaveLength(1);
    expect([repo.head('main'), repo.head('release')]).toContain(found.commits[0]?.sha);
  });
});

test('a change that was adapted to each of two branches is one, and two of the same second are not', async () => {
  const repo = scratch();
  const told = repo.agent(10, adds('a', 'add a', 10));
  repo.sh(`git checkout -q -b one; echo one >>a; git commit -qa --amend --no-edit
    git checkout -q main; echo two >>a; git commit -qa --amend --no-edit`);
  repo.collect();
  const found = await confirm(repo, told);
  expect(found.commits).toHaveLength(1);
  expect([repo.head('main'), repo.head('one')]).toContain(found.commits[0]?.sha);
  repo.sh(`git branch -qD one; ${adds('b', 'add a', 10)}`, { GIT_AUTHOR_DATE: timeAt(10) });
  expect(await confirm(repo, told)).toMatchObject({
    commits: [],
    notCounted: [{ because: expect.stringContaining('ambiguous: 2 commits') as string }],
  });
});

describe('commits that were squashed', () => {
  const three = (repo: ReturnType<typeof scratch>): DatedCommit[] => [
    ...repo.agent(10, adds('a', 'add a')),
    ...repo.agent(20, adds('b', 'add b')),
    ...repo.agent(30, adds('a', 'more of a')),
  ];

  test.each(['squash', 'fixup'])('by rebase -i with %s', async (word) => {
    const repo = scratch();
    const told = three(repo);
    repo.sh('git rebase -q -i HEAD~3', { GIT_SEQUENCE_EDITOR: `sed -i -e '2,$s/^pick/${word}/'` });
    const found = await confirm(repo, told);
    expect(shasOf(found)).toEqual([repo.head()]);
    expect(found.commits[0]).toMatchObject({ lines: 12, was: { length: 3 } });
    const to = `it was squashed into ${repo.head().slice(0, 12)}`;
    expect(toldOf(found)).toEqual([to, to, to]);
  });

  test('under a new message', async () => {
    const repo = scratch();
    const told = three(repo);
    repo.sh(`git reset -q --soft HEAD~2; git commit -q --amend -m 'feat: all of it'`);
    expect(shasOf(await confirm(repo, told))).toEqual([repo.head()]);
  });

  test('by the session with a reset and a new commit', async () => {
    const repo = scratch();
    const told = [...three(repo), ...repo.agent(40, `git reset -q --soft HEAD~3; git commit -m 'feat: all'`)];
    const found = await confirm(repo, told);
    expect(shasOf(found)).toEqual([repo.head()]);
    const to = `it was squashed into ${repo.head().slice(0, 12)}`;
    expect(toldOf(found)).toEqual([to, to, to]);
  });

  test('by a person with a reset and a new commit: that one is the person’s', async () => {
    const repo = scratch();
    const told = three(repo);
    repo.sh(`git reset -q --soft HEAD~3; git commit -qm 'add a'`);
    const found = await confirm(repo, told);
    expect(found.commits).toEqual([]);
    expect(toldOf(found)).toEqual(Array.from({ length: 3 }, () => 'no branch has it any more'));
  });

  test('and whose objects are gone: the first names the squash', async () => {
    const repo = scratch();
    const told = three(repo);
    repo.sh('git rebase -q -i HEAD~3', { GIT_SEQUENCE_EDITOR: `sed -i -e '2,$s/^pick/fixup/'` });
    repo.collect();
    const found = await confirm(repo, told);
    expect(shasOf(found)).toEqual([repo.head()]);
    expect(found.notCounted.map(({ sha }) => sha)).toEqual([told[0]?.name]);
  });
});

describe('no commit is followed', () => {
  const wip = (repo: ReturnType<typeof scratch>, second: number, file: string): DatedCommit[] =>
    repo.agent(second, adds(file, 'wip'));
  /** Gives each commit since the start another name, and forgets the old ones. */
  const rewriteAll = (repo: ReturnType<typeof scratch>): void => {
    repo.sh('git rebase -q -i --root -x "git commit -q --amend --no-edit --signoff"');
    repo.collect();
  };

  test('of another session, where both said the same words', async () => {
    const repo = scratch();
    const [mine, theirs] = [wip(repo, 10, 'a'), wip(repo, 60, 'b')];
    rewriteAll(repo);
    expect(shasOf(await confirm(repo, mine))).toEqual([repo.head('HEAD~')]);
    expect(shasOf(await confirm(repo, theirs, { session: B }))).toEqual([repo.head()]);
  });

  test('where two fit, and one session named one of them', async () => {
    const repo = scratch();
    const [mine] = [wip(repo, 10, 'a'), wip(repo, 11, 'b')];
    rewriteAll(repo);
    const found = await confirm(repo, mine);
    expect(found.commits).toEqual([]);
    const [first, second] = [repo.head('HEAD~'), repo.head()].map((sha) => sha.slice(0, 12));
    expect(toldOf(found)).toEqual([
      `claimed (transcript): ambiguous: 2 commits may be it under another name (${first}, ${second})`,
    ]);
  });

  test('but both are, where one session named both', async () => {
    const repo = scratch();
    const both = [...wip(repo, 10, 'a'), ...wip(repo, 11, 'b')];
    rewriteAll(repo);
    expect(shasOf(await confirm(repo, both))).toEqual([repo.head('HEAD~'), repo.head()]);
  });

  test('that another session owns: in the store, or given to it a moment ago', async () => {
    const repo = scratch();
    const told = repo.agent(10, adds('a', 'add a'));
    repo.sh('echo more >>a; git commit -qa --amend --no-edit');
    const short = repo.head().slice(0, 12);
    const because = [`it was rewritten to ${short}, which session ${B} made first`];
    const stored = await confirm(repo, told, { owners: new Map([[repo.head(), B]]) });
    expect([shasOf(stored), toldOf(stored)]).toEqual([[], because]);
    const histories = new RepositoryHistories();
    expect(shasOf(await confirm(repo, told, { session: B, histories }))).toEqual([repo.head()]);
    const second = await confirm(repo, told, { histories });
    expect([shasOf(second), toldOf(second)]).toEqual([[], because]);
  });

  test('that a session which is judged at the same time, and came earlier, is given', async () => {
    const repo = scratch();
    const told = repo.agent(10, adds('a', 'add a'));
    repo.sh('echo more >>a; git commit -qa --amend --no-edit');
    const histories = new RepositoryHistories();
    const { promise: turn, resolve } = Promise.withResolvers<void>();
    const second = confirm(repo, told, { histories, turn });
    const first = await confirm(repo, told, { session: B, histories });
    resolve();
    expect([shasOf(first), shasOf(await second)]).toEqual([[repo.head()], []]);
  });

  test('that another session amended: the one that is judged first has it, under either name', async () => {
    const repo = scratch();
    const first = repo.agent(10, adds('a', 'add a'));
    const second = repo.agent(20, 'echo more >>a; git commit -a --amend --no-edit');
    const histories = new RepositoryHistories();
    expect(shasOf(await confirm(repo, first, { histories }))).toEqual([repo.head()]);
    expect(await confirm(repo, second, { session: B, histories })).toMatchObject({
      notCounted: [{ sha: repo.head(), because: `session ${A} made it first` }],
    });
    const other = new RepositoryHistories();
    expect(shasOf(await confirm(repo, second, { session: B, histories: other }))).toEqual([repo.head()]);
    expect(shasOf(await confirm(repo, first, { histories: other }))).toEqual([]);
  });

  test('of a colleague, whose commit the session picked', async () => {
    const repo = scratch();
    repo.sh(adds('c', 'add c'), {
      GIT_AUTHOR_DATE: timeAt(1),
      GIT_AUTHOR_EMAIL: 'colleague@example.invalid',
    });
    const colleague = repo.head();
    repo.sh(`git checkout -qb topic HEAD~; ${adds('d', 'add d')} >&2`);
    const told = repo.agent(30, `git cherry-pick ${colleague}`);
    expect(told).toMatchObject([{ subject: 'add c', authoredAt: timeAt(1) }]);
    repo.sh('git checkout -q main; git branch -qD topic');
    expect(shasOf(await confirm(repo, told))).toEqual([]);
    repo.collect();
    expect(shasOf(await confirm(repo, told))).toEqual([]);
  });

  test('of another author in the same second, nor with other lines under another subject', async () => {
    const repo = scratch();
    const told = [...repo.agent(1, adds('x', 'stays')), ...repo.agent(10, adds('a', 'add a'))];
    repo.sh('git reset -q --hard HEAD~');
    const at = { GIT_AUTHOR_DATE: timeAt(10) };
    repo.sh(adds('z', 'add z'), at);
    repo.sh(adds('y', 'add a'), { ...at, GIT_AUTHOR_EMAIL: 'colleague@example.invalid' });
    expect(await confirm(repo, told)).toMatchObject({ commits: [{ subject: 'stays' }] });
    repo.collect();
    expect(await confirm(repo, told)).toMatchObject({ commits: [{ subject: 'stays' }] });
  });

  test('where nothing says when it was made, or a call took half a day', async () => {
    const repo = scratch();
    const told = wip(repo, 10, 'a');
    rewriteAll(repo);
    for (const calledAt of [null, timeAt(-12 * 3600)])
      expect(
        await confirm(
          repo,
          told.map((each) => ({ ...each, calledAt })),
        ),
      ).toEqual({
        commits: [],
        notCounted: [],
      });
  });
});

describe('git', () => {
  /** Each start of git stands in the file afterwards, by its first word that is no option. */
  function countingGit(): () => number {
    const [folder, real] = [scratchFolder(), execFileSync('which', ['git'], { encoding: 'utf8' }).trim()];
    const log = path.join(folder, 'log');
    mkdirSync(path.join(folder, 'bin'));
    const program = path.join(folder, 'bin/git');
    writeFileSync(program, `#!/bin/sh\necho "$*" >>'${log}'\nexec '${real}' "$@"\n`);
    chmodSync(program, 0o755);
    vi.stubEnv('PATH', `${path.join(folder, 'bin')}:${process.env['PATH']}`);
    return () => {
      appendFileSync(log, '');
      const count = readFileSync(log, 'utf8').split('\n').length - 1;
      writeFileSync(log, '');
      return count;
    };
  }

  test('is asked as often for many commits as for one, and once about the history', async () => {
    const repo = scratch();
    const told = Array.from({ length: 12 }, (_, n) => repo.agent(10 * n, adds(`f${n}`, `add ${n}`))).flat();
    repo.sh('git rebase -q -i --root -x "git commit -q --amend --no-edit --signoff"');
    repo.collect();
    const count = countingGit();
    await confirm(repo, told.slice(0, 1));
    const forOne = count();
    const histories = new RepositoryHistories();
    expect((await confirm(repo, told, { histories })).commits).toHaveLength(12);
    expect(count()).toBe(forOne);
    await confirm(repo, told.slice(3, 5), { histories });
    // The list of worktrees and the history stay known.
    expect(count()).toBe(forOne - 2);
  });

  test('is not asked where all commits stand, or none was named', async () => {
    const repo = scratch();
    const told = repo.agent(10, adds('a', 'add a'));
    const histories = new RepositoryHistories();
    const read = vi.spyOn(histories, 'of');
    expect(shasOf(await confirm(repo, told, { histories }))).toEqual([repo.head()]);
    expect(await confirm(repo, [], { histories })).toEqual({ commits: [], notCounted: [] });
    expect(read).not.toHaveBeenCalled();
  });
});
