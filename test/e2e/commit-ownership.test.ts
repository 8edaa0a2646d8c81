import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SessionRecord } from '../../src/domain/record.ts';
import { AGENTS, scratchProject, type ScratchProject } from '../support/scratch.ts';
import { startStint, waitUntil } from '../support/stint.ts';

// Six sessions at the same moment, real processes and real git: a third of the first system's records lied here.

/** What every script can say. The committer's name tells afterwards, without stint, which session made a commit. */
const PROLOGUE = `
me=$STINT_CATEGORY
export GIT_COMMITTER_NAME="$me"
signal() { : >"$SYNC/$1"; }
await() {
  waited=0
  until [ -e "$SYNC/$1" ]; do
    waited=$((waited + 1)); [ $waited -lt 20000 ] || { echo "never came: $1" >&2; exit 3; }
    sleep 0.05
  done
}
# A script that fails must not keep the others waiting.
trap 'signal "done-$me"' EXIT
change() { printf '%s\\n' "$me $1" >>"$me-$1"; git add "$me-$1"; }
commit() { name=$1; shift; change "$name"; git commit -q -m "$me $name" "$@"; }
# Real agents try again when another git holds a lock.
again() {
  tries=0
  until "$@" >"$SYNC/said-$me" 2>&1; do
    tries=$((tries + 1)); [ $tries -lt 2000 ] || { cat "$SYNC/said-$me" >&2; exit 4; }
    sleep 0.05
  done
}
bypass() { git -c core.hooksPath=/dev/null "$@"; }
find_commit() { git log --all --format=%H -1 --grep "^$1$"; }
`;

/** Nobody starts before everybody is there, and nobody is judged before the last has finished. */
function together(scripts: Readonly<Record<string, string>>, sync: string): Record<string, string> {
  const names = Object.keys(scripts);
  return Object.fromEntries(
    names.map((name) => [
      name,
      [
        `SYNC='${sync}'`,
        PROLOGUE,
        'signal "ready-$me"; await go',
        scripts[name] ?? '',
        'signal "done-$me"',
        ...names.map((each) => `await done-${each}`),
      ].join('\n'),
    ]),
  );
}

function configOf(prompts: Readonly<Record<string, string>>, isolation: 'worktree' | 'shared'): string {
  const categories = Object.entries(prompts).map(([name, prompt]) => [name, { prompt }]);
  return JSON.stringify({
    version: 1,
    preamble: false,
    harnesses: { script: { command: [process.execPath, path.join(AGENTS, 'scripted.mjs')] } },
    categories: Object.fromEntries(
      categories.map(([name, category]) => [name, { ...(category as object), harness: 'script', isolation }]),
    ),
    supervise: { sample: '100ms' },
    schedule: { cooldown: '0s' },
  });
}

interface Scene {
  readonly project: ScratchProject;
  /** Files that scripts wait for. */
  readonly sync: string;
  readonly records: Map<string, SessionRecord>;
}

/** Plays the scripts in six sessions; a person pushes to origin and commits to main after all have started. */
async function play(
  scripts: Readonly<Record<string, string>>,
  isolation: 'worktree' | 'shared',
): Promise<Scene> {
  const project = scratchProject();
  const scratch = path.dirname(project.folder);
  const sync = path.join(scratch, 'sync');
  mkdirSync(sync);
  project.write('stint.yaml', configOf(together(scripts, sync), isolation));
  project.git('add', 'stint.yaml');
  project.git('commit', '-qm', 'settings');
  project.git('init', '-q', '--bare', '--initial-branch=main', '../origin.git');
  project.git('remote', 'add', 'origin', path.join(scratch, 'origin.git'));
  project.git('push', '-q', 'origin', 'main');
  const started = Object.keys(scripts).map((name) => startStint(project, 'run', name, '--json'));
  await waitUntil('every session is ready', () => {
    const ready = readdirSync(sync).filter((file) => file.startsWith('ready-'));
    return ready.length === started.length || started.every(({ child }) => child.exitCode !== null);
  });
  playPerson(project, isolation);
  writeFileSync(path.join(sync, 'go'), '');
  const records = new Map<string, SessionRecord>();
  for (const { done } of started) {
    const result = await done;
    expect(result.stdout, result.stderr).toMatch(/^\{\s*"id"/);
    const record = JSON.parse(result.stdout) as SessionRecord;
    records.set(record.category, record);
  }
  return { project, sync, records };
}

/** Somebody else, without a session: three commits pushed to origin, and one on main where that is nobody's checkout. */
function playPerson(project: ScratchProject, isolation: 'worktree' | 'shared'): void {
  const scratch = path.dirname(project.folder);
  const clone = path.join(scratch, 'clone');
  const git = (folder: string, ...args: string[]): string =>
    execFileSync('git', ['-C', folder, ...args], { env: project.env, encoding: 'utf8' });
  git(scratch, 'clone', '-q', 'origin.git', 'clone');
  for (const name of ['one', 'two', 'three']) {
    writeFileSync(path.join(clone, `person-${name}`), name);
    git(clone, 'add', '--all');
    git(clone, 'commit', '-qm', `person ${name}`);
  }
  git(clone, 'push', '-q', 'origin', 'main');
  if (isolation === 'shared') return;
  project.write('person-local', 'local');
  project.git('add', 'person-local');
  project.git('commit', '-qm', 'person local');
}

/**
 * What each session must be credited with, from git alone: commits on any ref that it committed and whose change is its
 * own; and its changes that somebody else rewrote, where its own commit is gone. In worktrees a change belongs to the
 * session that its subject names. In a shared checkout `git commit -m` itself mixes the messages up (they all go
 * through one COMMIT_EDITMSG), so that there the author's name says it, and the patch tells a rewritten commit from one
 * that a neighbour's amend added to.
 */
function expectedCommits(project: ScratchProject, names: ReadonlySet<string>): Expected {
  const format = '--format=%H%x09%cn%x09%an%x09%s%x09%ai';
  const steps = project.git('log', '--walk-reflogs', '--format=%H %gs', 'HEAD').split('\n');
  const amended = new Set(
    steps.filter((step) => step.includes(' commit (amend): ')).map((step) => step.split(' ')[0]),
  );
  const read = (...from: string[]): GitCommit[] =>
    project
      .git('log', ...from, format)
      .split('\n')
      .map((line) => {
        const [sha = '', committer = '', author = '', subject = '', written = ''] = line.split('\t');
        const isShared = names.has(author);
        const change = isShared ? `${written} ${patchId(project, sha)}` : subject;
        // A neighbour's unfinished pick gives a commit its author; the words are those of the one who committed.
        const isAmended = amended.has(sha) || subject.startsWith(`${committer} `);
        return {
          sha,
          isAmended,
          committer,
          writer: isShared ? author : (subject.split(' ')[0] ?? ''),
          change,
        };
      });
  const onRefs = read('--exclude=refs/stash', '--all');
  const ever = read('--all', '--reflog');
  return {
    credited: new Map([...names].map((name) => [name, creditedTo(name, onRefs, ever).toSorted()])),
    undecided: findUndecided(ever),
  };
}

interface Expected {
  /** By session. */
  readonly credited: ReadonlyMap<string, readonly string[]>;
  /** Commits of which git alone cannot tell the owner. */
  readonly undecided: ReadonlySet<string>;
}

/**
 * In one index a neighbour's commit can take a change along under a third one's name, and its owner amends the words
 * then: two sessions committed the same change, and its author is neither of them.
 */
function findUndecided(ever: readonly GitCommit[]): Set<string> {
  const groups = [...Map.groupBy(ever, ({ change }) => change).values()];
  const isShared = (group: readonly GitCommit[]): boolean =>
    new Set(group.map(({ committer }) => committer)).size > 1 &&
    group.every(({ committer, writer }) => committer !== writer);
  return new Set(groups.filter(isShared).flatMap((group) => group.map(({ sha }) => sha)));
}

interface GitCommit {
  readonly sha: string;
  readonly committer: string;
  readonly writer: string;
  readonly isAmended: boolean;
  /** Names the change through copies. */
  readonly change: string;
}

function creditedTo(name: string, onRefs: readonly GitCommit[], ever: readonly GitCommit[]): string[] {
  const writtenBy = (writer: string, commits: readonly GitCommit[]): Set<string> =>
    new Set(
      commits
        .filter((each) => each.writer === writer && each.committer === writer)
        .map(({ change }) => change),
    );
  const [kept, once] = [writtenBy(name, onRefs), writtenBy(name, ever)];
  return onRefs
    .filter(({ writer, committer, change, isAmended }) => {
      if (committer === name) return writer === name || (isAmended && !writtenBy(writer, ever).has(change));
      return writer === name && once.has(change) && !kept.has(change);
    })
    .map(({ sha }) => sha);
}

function patchId(project: ScratchProject, sha: string): string {
  const show = execFileSync('git', ['diff-tree', '-p', '--root', sha], { cwd: project.folder });
  const id = execFileSync('git', ['patch-id', '--stable'], { cwd: project.folder, input: show });
  return id.toString().split(' ')[0] ?? '';
}

function expectTruth({ project, records }: Scene): void {
  const subjects = (shas: readonly string[]): string[] =>
    shas.length === 0
      ? []
      : project
          .git('log', '--no-walk', '--format=%s %h', ...shas)
          .split('\n')
          .toSorted();
  for (const [name, record] of records) {
    const output = path.join(project.stateFolder, 'sessions', record.id, 'stderr');
    expect(record.stop.reason, `${name}: ${readFileSync(output, 'utf8')}`).toBe('completed');
    // Its commit in the submodule is nowhere else.
    const kept = 'the worktree is kept: sub is a repository of its own, with work that is nowhere else';
    const inSubmodule = name === 'rooter' ? [kept] : [];
    expect(record.warnings).toEqual([...inSubmodule, ...describeApart(project, name, record)]);
  }
  const claimed = [...records.values()].flatMap((record) => record.commits);
  const { credited, undecided } = expectedCommits(project, new Set(records.keys()));
  const decided = (shas: readonly string[]): string[] => subjects(shas.filter((sha) => !undecided.has(sha)));
  for (const [name, shas] of credited) {
    const record = records.get(name);
    expect(decided(record?.commits ?? []), describeScene(project, record)).toEqual(decided(shas));
  }
  expect(new Set(claimed).size).toBe(claimed.length);
}

/** The work of a worktree's session that its branch lacks, and no remote has: it does not land with the branch. */
function describeApart(project: ScratchProject, name: string, { branch }: SessionRecord): unknown[] {
  if (branch === null) return [];
  const others = ['brancher-tree', 'rooter-root'].filter((other) => other.startsWith(name));
  const range = [...others, '--not', '--remotes', branch];
  const apart = others.length === 0 ? '' : project.git('log', '--format=%H', `--grep=^${name} `, ...range);
  if (apart === '') return [];
  const [sha = '', ...more] = apart.split('\n');
  expect(more).toEqual([]);
  return [`1 commit (${sha.slice(0, 12)}) on another branch will not land with ${branch}: land them by hand`];
}

/** What one needs to see when a record and git disagree. */
function describeScene(project: ScratchProject, record: SessionRecord | undefined): string {
  const log = path.join(project.stateFolder, 'sessions', record?.id ?? '', 'refs.log');
  const all = project.git('log', '--all', '--reflog', '--format=%h %p | %cn | %an %at | %s | %D');
  return [record?.category, JSON.stringify(record?.notCounted), readFileSync(log, 'utf8'), all].join('\n');
}

/** Each does, in a worktree of its own, what a part of the first system's sessions did. */
const IN_WORKTREES = {
  plain: `
    commit one; signal plain-one
    commit two
    change two; git commit -q --amend --no-edit
    commit three; git commit -q --amend -m "plain three said better"
    commit unverified --no-verify
    commit thrown-away; git reset -q --hard HEAD~1
    git checkout -q --detach; commit detached
  `,
  puller: `
    base=$(git rev-parse HEAD)
    commit one; commit two
    again git pull -q --rebase origin main
    commit three
    git rebase -q --onto main HEAD~2
    git checkout -q -b follow "$base"
    git merge -q --ff-only "$(find_commit 'person one')"
    git merge -q --ff-only origin/main
    git checkout -q -
    again git -c pull.rebase=false pull -q --no-edit --no-ff origin main; git commit -q --amend -m "puller pulled"
  `,
  brancher: `
    commit one
    git checkout -q -b brancher-side; commit two
    git checkout -q -; commit three
    git merge -q --no-ff -m "brancher merge of main" main
    git merge -q -m "brancher merge of its side" brancher-side
    git branch brancher-copy HEAD~1
    git worktree add -q "$SYNC/brancher-tree" -b brancher-tree
    (cd "$SYNC/brancher-tree"; commit four)
  `,
  lander: `
    base=$(git rev-parse HEAD)
    commit one
    again git pull -q --rebase origin main; again git push -q origin HEAD:main
    git reset -q --hard "$base"
    commit two; again git push -q . HEAD:refs/heads/landing; git reset -q --hard HEAD~1
    git checkout -q --detach main; commit three; git update-ref refs/heads/main HEAD
    git checkout -q -; git reset -q --hard "$base"
  `,
  picker: `
    await plain-one
    git cherry-pick "$(find_commit 'plain one')" >/dev/null
    git commit -q --amend --no-edit --author 'Somebody Else <else@example.invalid>'
    commit one; commit two; commit three
    git reset -q --soft HEAD~2; git commit -q -m "picker squashed"
    commit four; change one; git commit -q --fixup HEAD
    GIT_SEQUENCE_EDITOR=: git rebase -q -i --autosquash HEAD~2
    await done-plain
    bypass cherry-pick "$(find_commit 'plain two')" >/dev/null
    git format-patch -q -1 --stdout "$(find_commit 'plain unverified')" | git am -q
    git revert --no-edit HEAD >/dev/null; git commit -q --amend -m "picker reverted"
  `,
  rooter: `
    commit one; home=$(git branch --show-current)
    git checkout -q --orphan rooter-root; git rm -rfq .; commit root
    git checkout -q -f "$home"
    change bypassed; bypass commit -q -m "rooter fix checkout: Fast-forward (start)"
    change bypassed; bypass commit -q -m "rooter bypassed"
    change bypassed; bypass commit -q --amend --no-edit
    git init -q "$SYNC/other"; (cd "$SYNC/other"; commit elsewhere)
    git -c protocol.file.allow=always submodule --quiet add "$SYNC/../origin.git" sub >&2
    (cd sub; commit in-submodule)
    git add sub; git commit -q -m "rooter submodule"
    printf stashed >rooter-stash; git add rooter-stash; git stash -q; git stash pop -q; git rm -qf rooter-stash
  `,
};

/**
 * One checkout, one index, one HEAD for all six: every step may find a lock, another branch, or a neighbour's rebase. A
 * step that writes and commits is tried again as a whole, because a neighbour's `reset --hard` takes staged files along.
 */
const SHARED_PROLOGUE = `
export GIT_AUTHOR_NAME="$me"
make() { change "$1" && shift && git commit -q "$@"; }
# Whoever finds a neighbour's conflict in the way throws it away.
make_file() {
  made=$1; shift; change "$made" && git commit -q -m "$me $made" "$@" && return
  [ -z "$(git ls-files --unmerged)" ] || git reset -q --hard; return 1
}
commit() { again make_file "$@"; }
# What neighbours may make impossible for good is given up after a while.
attempt() {
  tries=0
  until "$@" >"$SYNC/said-$me" 2>&1; do
    tries=$((tries + 1)); [ $tries -lt 20 ] || return 0
    sleep 0.05
  done
}
`;

const IN_ONE_CHECKOUT = {
  plain: `
    commit one; signal plain-one; commit two; commit three --no-verify
    again make four -m "plain four"; commit five
  `,
  amender: `
    commit one
    amend() { change "$1" && git commit -q --amend -m "amender $1"; }
    again amend two
    commit three; again amend four
  `,
  brancher: `
    commit one; attempt git checkout -q -b brancher-side; commit two; attempt git checkout -q main; commit three
    attempt git merge -q --no-ff -m "brancher merge" brancher-side
    attempt git checkout -q --orphan brancher-root; commit root; attempt git checkout -q -f main
    attempt git checkout -q --detach; commit detached; git branch -f brancher-kept; attempt git checkout -q -f main
  `,
  lander: `
    commit one; attempt git fetch -q origin; attempt git merge -q -m "lander merge" origin/main
    attempt git push -q -f origin HEAD:main; attempt git reset -q --hard HEAD~1; commit two
  `,
  puller: `
    commit one
    rebase() { git pull -q --rebase origin main || { git rebase --abort || git rebase --quit; return 1; }; }
    attempt rebase
    commit two
  `,
  picker: `
    await plain-one
    pick() { git cherry-pick "$(find_commit 'plain one')" || { git cherry-pick --abort || git cherry-pick --quit; return 1; }; }
    attempt git checkout -q -B picker-side "$(git rev-list --max-parents=0 main)"; attempt pick
    commit one; commit two
    squash() { git reset -q --soft HEAD~2 && git commit -q -m "picker squashed"; }
    attempt squash
    attempt git checkout -q -f main; commit three
  `,
};

describe('six sessions at the same moment', () => {
  test('each in a worktree of its own', async () => {
    const scene = await play(IN_WORKTREES, 'worktree');
    expectTruth(scene);
  });

  test('all in one shared checkout', async () => {
    const scripts = Object.entries(IN_ONE_CHECKOUT).map(([name, text]) => [name, SHARED_PROLOGUE + text]);
    const scene = await play(Object.fromEntries(scripts) as Record<string, string>, 'shared');
    expectTruth(scene);
  });
});
