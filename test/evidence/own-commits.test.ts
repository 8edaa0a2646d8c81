import { rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hookedSessions, installHook, person } from '../support/hooked-git.ts';
import { scratchProject } from '../support/scratch.ts';

/** Every commit in one and the same second: the dates then say nothing, and must not be needed. */
const ONE_SECOND = `export GIT_AUTHOR_DATE='1700000000 +0000' GIT_COMMITTER_DATE='1700000000 +0000'
`;

describe('commits of other people', () => {
  test('a fetch into a branch brings one commit, which is not counted', async () => {
    const project = scratchProject();
    const elsewhere = person(project);
    const session = hookedSessions(project)('one');
    elsewhere('commit foreign; git push -q origin HEAD:main');
    session.run('git checkout -q --detach; git fetch -q origin main:fetched; git checkout -q fetched');
    session.run('git remote remove origin');
    expect((await session.judge()).own).toEqual([]);
  });

  test('a fetch that fast-forwards a branch, through an alias', async () => {
    const project = scratchProject();
    const elsewhere = person(project);
    const session = hookedSessions(project)('one');
    elsewhere('commit foreign; git push -q origin HEAD:main');
    session.run(`
      git branch same; git remote remove origin
      git -c alias.bring='fetch -q' bring ../origin.git main:same`);
    expect((await session.judge()).own).toEqual([]);
  });

  test('a pull from an address without a remote brings one commit, which is not counted', async () => {
    const project = scratchProject();
    const elsewhere = person(project);
    const session = hookedSessions(project)('one');
    project.git('remote', 'remove', 'origin');
    elsewhere('commit foreign; git push -q origin HEAD:main');
    session.run('git pull -q --ff-only ../origin.git main; commit mine');
    expect((await session.judge()).own).toEqual(['mine']);
  });

  test('a pull past the hook brings one commit, which is not counted', async () => {
    const project = scratchProject();
    const elsewhere = person(project);
    const session = hookedSessions(project)('one');
    elsewhere('commit foreign; git push -q origin HEAD:main');
    session.run('bypass pull -q --ff-only origin main; bypass merge -q --ff-only origin/main; commit mine');
    expect((await session.judge()).own).toEqual(['mine']);
  });

  test('an amend of words or of the author leaves a commit to the one who wrote it', async () => {
    const project = scratchProject();
    const elsewhere = person(project);
    const session = hookedSessions(project)('one');
    elsewhere('commit foreign; git push -q origin HEAD:main');
    session.run(`
      git pull -q --ff-only origin main
      git commit -q --amend -m 'said better'
      git commit -q --amend --no-edit --author 'Me <me@example.invalid>'`);
    expect((await session.judge()).own).toEqual([]);
  });

  test('an amend that adds to a commit makes it the session’s', async () => {
    const project = scratchProject();
    const elsewhere = person(project);
    const session = hookedSessions(project)('one');
    elsewhere('commit foreign; git push -q origin HEAD:main');
    session.run('git pull -q --ff-only origin main; echo more >>foreign; git commit -qa --amend -m more');
    expect((await session.judge()).own).toEqual(['more']);
  });

  test.each(['', 'bypass() { git "$@"; }\n'])('picks, patches and rebases in one second', async (hooked) => {
    const project = scratchProject();
    const start = hookedSessions(project);
    const neighbour = start('neighbour');
    const session = start('one');
    neighbour.run(`${ONE_SECOND} commit a; commit b; commit c; commit d`);
    session.run(`${ONE_SECOND} ${hooked}
      commit mine
      bypass cherry-pick branch-neighbour~3 >/dev/null
      git format-patch -q -1 --stdout branch-neighbour~2 | bypass am -q
      git checkout -q -b other; git cherry-pick branch-neighbour~1 >/dev/null
      git checkout -q -b third main; commit another
      git checkout -q -b fourth branch-neighbour; git reset -q --hard main; commit base
      git checkout -q -b fifth branch-neighbour
      bypass rebase -q --apply --onto fourth branch-neighbour~1`);
    expect((await session.judge()).own.toSorted()).toEqual(['another', 'base', 'mine']);
    expect((await neighbour.judge()).own).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('own commits', () => {
  test.each([
    ['years ahead', '2040-01-01T00:00:00Z', '2041-01-01T00:00:00Z'],
    ['years ago', '1999-01-01T00:00:00Z', '1998-01-01T00:00:00Z'],
    ['written ahead, committed long ago', '2040-01-01T00:00:00Z', '1999-01-01T00:00:00Z'],
  ])('clocks that are wrong change nothing: %s', async (_, author, committer) => {
    const project = scratchProject();
    const elsewhere = person(project);
    const start = hookedSessions(project);
    const skew = `export GIT_AUTHOR_DATE=${author} GIT_COMMITTER_DATE=${committer}\n`;
    elsewhere(`${skew} commit foreign; git push -q origin HEAD:main`);
    const neighbour = start('neighbour');
    const session = start('one');
    neighbour.run(`${skew} commit theirs`);
    session.run(`${skew}
      commit one; commit two; echo more >>two; git commit -qa --amend --no-edit
      git fetch -q origin; git rebase -q origin/main
      bypass cherry-pick branch-neighbour >/dev/null
      unset GIT_COMMITTER_DATE; commit three
      git rebase -q --force-rebase HEAD~2
      commit gone; git reset -q --hard HEAD~1`);
    expect((await session.judge()).own).toEqual(['one', 'two', 'three']);
    expect((await neighbour.judge()).own).toEqual(['theirs']);
  });

  test('the same change by two sessions in one second belongs to both, each in its own commit', async () => {
    const start = hookedSessions(scratchProject());
    const [one, two] = [start('one'), start('two')];
    one.run(`${ONE_SECOND} echo same >file; git add file; git commit -qm first`);
    two.run(`${ONE_SECOND} echo same >file; git add file; git commit -qm second`);
    expect((await one.judge()).own).toEqual(['first']);
    expect((await two.judge()).own).toEqual(['second']);
  });

  test('commits that their session squashes, amends and rebases count once, under their last names', async () => {
    const project = scratchProject();
    const session = hookedSessions(project)('one');
    session.run(`
      git checkout -qb work; commit first; commit second; commit third
      GIT_SEQUENCE_EDITOR="sed -i 2s/^pick/squash/" GIT_EDITOR=true git rebase -q -i HEAD~3
      git commit -q --amend -m better
      git checkout -qb moved HEAD~2; commit other; git rebase -q moved work`);
    const { own } = await session.judge();
    expect(own.toSorted()).toEqual(['better', 'first', 'other']);
  });

  test('a twin that another session keeps is no heir of one that was thrown away', async () => {
    const start = hookedSessions(scratchProject());
    const [one, two] = [start('one'), start('two')];
    one.run(`${ONE_SECOND} echo same >file; git add file; git commit -qm first`);
    two.run(`${ONE_SECOND} echo same >file; git add file; git commit -qm second`);
    one.run('git reset -q --hard HEAD~1');
    expect((await one.judge()).own).toEqual([]);
    expect((await two.judge()).own).toEqual(['second']);
  });

  test('one and the same commit, made twice, has one owner', async () => {
    const start = hookedSessions(scratchProject());
    const [one, two] = [start('one'), start('two')];
    one.run(`${ONE_SECOND} commit same`);
    two.run(`${ONE_SECOND} commit same`);
    expect((await one.judge()).own).toEqual(['same']);
    expect((await two.judge()).own).toEqual([]);
  });

  test('what another session brings back stays with the one who threw it away', async () => {
    const start = hookedSessions(scratchProject());
    const [one, two] = [start('one'), start('two')];
    const sha = one.run('commit lost >&2; git rev-parse HEAD; git reset -q --hard HEAD~1');
    // Its session is long over, and nothing of it is left but git's own memory.
    rmSync(one.log);
    two.run(`git branch rescued ${sha}; git merge -q --ff-only ${sha}`);
    expect((await two.judge()).own).toEqual([]);
  });

  test('a commit past the hook counts, wherever hooked commands take it', async () => {
    const session = hookedSessions(scratchProject())('one');
    session.run(`
      echo 1 >file; git add file; bypass commit -q -m 'fix checkout: Fast-forward (start)'
      git checkout -q -b other
      echo 2 >file; bypass commit -qam 'past the hook'; git branch kept
      git checkout -q -b third; bypass commit -q --amend -m 'past the hook, amended'
      git commit -q --amend -m 'amended with the hook'`);
    const { commits } = await session.judge();
    expect(commits.map(({ subject, source }) => `${source}: ${subject}`).toSorted()).toEqual([
      'hook: amended with the hook',
      'reflog: fix checkout: Fast-forward (start)',
      'reflog: past the hook',
    ]);
  });

  test('a commit past the hook in a shared checkout needs the reflog and git’s word to the agent', async () => {
    const start = hookedSessions(scratchProject());
    const [session, neighbour] = [start('one'), start('neighbour')];
    const make = (name: string): string =>
      session.run(`echo ${name} >${name}; git add ${name}; bypass commit -qm ${name}; git rev-parse HEAD`);
    const [named, , contested] = [make('named'), make('silent'), make('contested')];
    // Only moved to: the reflog does not call it made, whatever the output says.
    const theirs = neighbour.run('commit theirs; git rev-parse HEAD');
    const amended = session.run(`bypass checkout -q --detach
      bypass reset -q --hard ${theirs}; echo more >>named2; git add named2; bypass commit -qm soon
      echo more >>named2; bypass commit -qa --amend -m amended; git branch kept; git rev-parse HEAD`);
    const shas = [named, contested, theirs, amended];
    const printed = shas.map((sha) => sha.slice(0, 7));
    const { commits, because } = await session.judge({ printed, rivals: [contested] });
    expect(commits.map(({ subject, source }) => [subject, source])).toEqual([
      ['named', 'reflog+stream'],
      ['amended', 'reflog+stream'],
    ]);
    expect(because.filter((each) => each.startsWith('claimed (reflog)'))).toHaveLength(2);
    const alone = await session.judge({ printed: [] });
    expect(alone.own).toEqual([]);
    expect(alone.because).toHaveLength(4);
  });

  test('git’s word alone is a claim, and that of commits which were there is none', async () => {
    const project = scratchProject();
    const session = hookedSessions(project)('one');
    const before = project.git('rev-parse', 'main');
    const plumbed = session.run(
      'bypass update-ref refs/heads/made $(git commit-tree -p HEAD -m plumbed HEAD^{tree}); git rev-parse made',
    );
    const printed = [before.slice(0, 8), plumbed.slice(0, 8), 'abcdef0', plumbed.slice(0, 3)];
    const { own, because } = await session.judge({ printed });
    expect(own).toEqual([]);
    expect(because).toEqual(['claimed (stream): its output names it, and no log of its own has it']);
  });

  test('a slow hook of the repository gives a commit two dates, and it is still no copy', async () => {
    const project = scratchProject();
    const start = hookedSessions(project);
    const [session, neighbour] = [start('one'), start('neighbour')];
    session.run(`GIT_AUTHOR_DATE='1700000000 +0000' commit mine`);
    neighbour.run('bypass cherry-pick branch-one >/dev/null; git push -q . HEAD:refs/heads/taken');
    expect((await session.judge()).own).toEqual(['mine']);
    expect((await neighbour.judge()).own).toEqual([]);
  });

  test('an own commit that a forge rebased stays the session’s', async () => {
    const project = scratchProject();
    const elsewhere = person(project);
    const session = hookedSessions(project)('one');
    session.run(`
      commit mine; git commit -q --amend -m 'mine, amended'; git push -q origin HEAD:pull-request`);
    elsewhere(`
      commit foreign; git fetch -q origin; git cherry-pick origin/pull-request >/dev/null
      git push -q origin HEAD:main`);
    session.run('git fetch -q origin');
    expect((await session.judge()).own).toEqual(['mine, amended']);
    session.run('git reset -q --hard main; git push -q origin :pull-request');
    const { own, shas } = await session.judge();
    expect(own).toEqual(['mine, amended']);
    expect(shas).toEqual([project.git('rev-parse', 'origin/main')]);
  });

  test('a stale pick of a neighbour in the same folder does not take the next commit', async () => {
    const project = scratchProject();
    const elsewhere = person(project);
    elsewhere('commit foreign; git push -q origin HEAD:main');
    project.git('fetch', '-q', 'origin');
    const session = hookedSessions(project)('one');
    // Somebody without stint left it there.
    session.run('unset STINT_SESSION_ID; git update-ref CHERRY_PICK_HEAD origin/main');
    session.run('commit mine');
    expect((await session.judge()).own).toEqual(['mine']);
  });

  test('a move that the repository’s own hook refuses makes no commit', async () => {
    const project = scratchProject();
    const session = hookedSessions(project)('one');
    installHook(project, 'reference-transaction', '[ "$1" != prepared ] || ! grep -q forbidden\n');
    session.run(`commit mine; git update-ref refs/heads/forbidden HEAD && exit 9 || :
      sha=$(git commit-tree -p HEAD -m forbidden HEAD^{tree})
      git update-ref refs/heads/forbidden-too $sha && exit 9 || :`);
    expect((await session.judge()).own).toEqual(['mine']);
  });

  test('a patch from a mail that is applied twice has no other owner', async () => {
    const session = hookedSessions(scratchProject())('one');
    session.run(`
      commit mailed; git format-patch -q -1 --stdout >../mail; git reset -q --hard HEAD~1
      sed -i 's/^From: .*/From: Mailer <mailer@example.invalid>/' ../mail
      git am -q ../mail; git checkout -q -b other HEAD~1; commit base; git am -q ../mail`);
    expect((await session.judge()).own).toEqual(['mailed', 'base', 'mailed']);
  });

  test('commits made with plumbing count where they become a branch', async () => {
    const session = hookedSessions(scratchProject())('one');
    session.run('git update-ref refs/heads/made $(git commit-tree -p HEAD -m plumbed HEAD^{tree})');
    expect((await session.judge()).own).toEqual(['plumbed']);
  });

  test('another repository and a submodule are none of this repository’s', async () => {
    const project = scratchProject();
    person(project);
    const session = hookedSessions(project)('one');
    session.run(`
      git -c protocol.file.allow=always submodule --quiet add "$PWD/../origin.git" sub
      (cd sub; commit inside)
      git commit -qam 'the submodule'
      git init -q ../another; (cd ../another; commit elsewhere)
      (git clone -q . ../cloned; cd ../cloned; commit cloned; git push -q origin HEAD:from-clone)`);
    expect((await session.judge()).own).toEqual(['the submodule']);
  });
});
