import { expect, test } from 'vitest';
import { hookedSessions, installHook, type HookedSession } from '../support/hooked-git.ts';
import { scratchProject, type ScratchProject } from '../support/scratch.ts';

interface Scene {
  readonly project: ScratchProject;
  readonly a: HookedSession;
  readonly b: HookedSession;
  readonly c: HookedSession;
}

/** Three sessions at work in one repository, whose list of `git stash` they share. */
function scene(prepare: (project: ScratchProject) => void = () => undefined): Scene {
  const project = scratchProject();
  prepare(project);
  const start = hookedSessions(project);
  return { project, a: start('sessionaaa'), b: start('sessionbbb'), c: start('sessionccc') };
}

/** Writes a file of ten lines and puts it aside. */
const aside = (file: string, word: string): string =>
  `for i in 1 2 3 4 5 6 7 8 9 10; do echo "${word} $i"; done >'${file}'; git add -A; git stash -q`;
const COMMIT_ALL = 'git add -A; git commit -qm work';

async function delivered(session: HookedSession): Promise<unknown[]> {
  const { commits } = await session.stashes();
  return commits.map(({ files, foreignFiles = [], lines }) => ({ files, foreignFiles, lines }));
}

function pins(project: ScratchProject): string[] {
  return project.git('for-each-ref', '--format=%(refname)', 'refs/stint/stash').split('\n').filter(Boolean);
}

test('two sessions that take up each other’s entry: neither delivers it, and both are told', async () => {
  const { project, a, b } = scene();
  a.run(aside('a file "é".txt', 'of a'));
  b.run(aside('b.txt', 'of b'));
  a.run(`git stash pop -q; ${COMMIT_ALL}`);
  b.run(`git stash pop -q; ${COMMIT_ALL}`);
  expect(await delivered(a)).toEqual([{ files: [], foreignFiles: ['b.txt'], lines: 0 }]);
  expect(await delivered(b)).toEqual([{ files: [], foreignFiles: ['a file "é".txt'], lines: 0 }]);
  const { facts, warnings, spent } = await a.stashes();
  expect(facts).toMatchObject([
    { state: 'taken', session: 'sessionbbb', files: ['a file "é".txt'], ref: pins(project)[0] },
    { state: 'foreign', session: 'sessionbbb', files: ['b.txt'], ref: null },
  ]);
  expect(warnings).toEqual([
    expect.stringMatching(
      /^session sessionbbb brought back its stash entry .*; refs\/stint\/stash\/.* keeps it$/,
    ),
    expect.stringMatching(
      /^changes of b.txt in commit \w{12} come from the stash entry .* of session sessionbbb/,
    ),
  ]);
  expect(spent).toEqual([]);
});

test('its maker is told also where the other’s commit stands in the same checkout', async () => {
  const { a, b } = scene();
  b.run(aside('f', 'of b'));
  a.run(`git stash pop -q; ${COMMIT_ALL}`);
  b.run('git merge -q branch-sessionaaa');
  expect((await b.stashes()).facts).toMatchObject([{ state: 'taken', session: 'sessionaaa' }]);
});

test('three sessions, each with the entry of another', async () => {
  const { a, b, c } = scene();
  for (const [session, name] of [
    [a, 'a'],
    [b, 'b'],
    [c, 'c'],
  ] as const)
    session.run(aside(name, name));
  a.run(`git stash pop -q; ${COMMIT_ALL}`);
  c.run(`git stash pop -q stash@{1}; ${COMMIT_ALL}`);
  b.run(`git stash pop -q; ${COMMIT_ALL}`);
  expect([await delivered(a), await delivered(b), await delivered(c)]).toMatchObject([
    [{ files: [], foreignFiles: ['c'] }],
    [{ files: ['b'], foreignFiles: [] }],
    [{ files: [], foreignFiles: ['a'] }],
  ]);
});

test.each([
  ['alone', 'true'],
  ['with a file of its own', 'echo mine >own; git add own'],
  ['twice', 'git stash -q; git stash pop -q'],
])('putting another’s change aside again leaves it the other’s: %s', async (_, words) => {
  const { a, b } = scene();
  b.run(aside('f', 'of b'));
  a.run(`git stash pop -q; ${words}; git stash -q; git stash pop -q; ${COMMIT_ALL}`);
  const files = words.includes('own') ? ['own'] : [];
  expect(await delivered(a)).toMatchObject([{ files, foreignFiles: ['f'] }]);
});

test('its own change stays its own after another has put it aside again', async () => {
  const { a, b } = scene();
  a.run(aside('f', 'of a'));
  b.run('git stash pop -q; echo mine >g; git add g; git stash -q');
  a.run(`git stash pop -q; ${COMMIT_ALL}`);
  expect(await delivered(a)).toMatchObject([{ files: ['f'], foreignFiles: ['g'] }]);
});

test.each([
  ['pop', 'git stash pop -q'],
  ['apply and drop', 'git stash apply -q; git stash drop -q'],
  ['a branch of its own', 'git stash branch mine'],
])('its own entry counts as its work, and the pin goes: %s', async (_, words) => {
  const { project, a } = scene();
  a.run(`${aside('f', 'mine')}; ${words}; ${COMMIT_ALL}`);
  expect(pins(project)).toHaveLength(1);
  const { facts, warnings, spent } = await a.stashes();
  expect(await delivered(a)).toMatchObject([{ files: ['f'], foreignFiles: [] }]);
  expect({ facts, warnings }).toEqual({ facts: [], warnings: [] });
  expect(spent.map(({ ref }) => ref)).toEqual(pins(project));
});

test.each([
  ['apply by its name', 'git stash apply -q $(git rev-parse stash@{0})'],
  ['pop by its number', 'git stash pop -q 0'],
  ['a branch', 'git stash branch other'],
  ['a checkout of its files', 'git checkout -q stash@{0} -- f'],
])('what comes from another’s entry is not delivered, however it comes: %s', async (_, words) => {
  const { a, b } = scene();
  b.run(aside('f', 'of b'));
  a.run(`${words}; ${COMMIT_ALL}`);
  expect(await delivered(a)).toMatchObject([{ files: [], foreignFiles: ['f'] }]);
});

test('a pop past every hook is seen by what is gone from the list and whole in the commit', async () => {
  const { a, b } = scene();
  b.run(aside('f', 'of b'));
  a.run(`bypass stash pop -q; ${COMMIT_ALL}`);
  expect(await delivered(a)).toMatchObject([{ files: [], foreignFiles: ['f'] }]);
});

test('a commit with own work beside another’s delivers its own files alone', async () => {
  const { a, b } = scene();
  b.run(aside('theirs', 'of b'));
  a.run(`echo own >own; git stash pop -q; ${COMMIT_ALL}`);
  expect(await delivered(a)).toEqual([{ files: ['own'], foreignFiles: ['theirs'], lines: 1 }]);
});

test('the same patch on another base is the other’s too; a file with more is its own, and named', async () => {
  const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`).join('\n');
  const { a, b } = scene((project) => {
    project.write('same', lines);
    project.write('more', lines);
    project.git('add', '-A');
    project.git('commit', '-qm', 'lines');
  });
  b.run(`sed -i 's/^line 30$/of b/' same more; git stash -q`);
  a.run(`sed -i 's/^line 2$/of a/' same; git commit -qam first; sed -i 's/^line 2$/of a/' more; git add -A
    git stash pop -q; ${COMMIT_ALL}`);
  const { warnings } = await a.stashes();
  expect(await delivered(a)).toMatchObject([
    { files: ['same'], foreignFiles: [] },
    { files: ['more'], foreignFiles: ['same'] },
  ]);
  expect(warnings.at(-1)).toMatch(/^more in commit \w{12} may also hold changes of the stash entry/);
});

test('whose entry it was is known when its maker has it too, has ended, and needs its pin no longer', async () => {
  const { project, a, b } = scene();
  b.run(`${aside('f', 'of b')}; git stash apply -q; ${COMMIT_ALL}`);
  a.run(`git stash pop -q; ${COMMIT_ALL}`);
  const { spent } = await b.stashes();
  for (const { ref } of spent) project.git('update-ref', '-d', ref);
  expect(pins(project)).toEqual([]);
  expect(await delivered(b)).toMatchObject([{ files: ['f'] }]);
  expect((await a.stashes()).facts).toMatchObject([{ state: 'foreign', session: 'sessionbbb' }]);
});

test('what both wrote alike is the work of each', async () => {
  const { a, b } = scene();
  a.run(aside('f', 'the same'));
  b.run(aside('f', 'the same'));
  a.run(`git stash pop -q; ${COMMIT_ALL}`);
  // Another message: the same commit of the same second would be one commit.
  b.run('git stash pop -q; git add -A; git commit -qm "work of b"');
  expect([await delivered(a), await delivered(b)]).toMatchObject([
    [{ files: ['f'], foreignFiles: [] }],
    [{ files: ['f'], foreignFiles: [] }],
  ]);
});

test('the same file as in another’s entry, without a look at the list, is its own', async () => {
  const { a, b } = scene();
  b.run(aside('package-lock.json', 'generated'));
  a.run(`${aside('package-lock.json', 'generated').replace('; git stash -q', '')}; git commit -qm lock`);
  expect(await delivered(a)).toMatchObject([{ files: ['package-lock.json'], foreignFiles: [] }]);
});

test('an entry from before the session is not its work', async () => {
  const { a } = scene((project) => {
    project.write('f', 'of a person\n');
    project.git('add', '-A');
    project.git('stash', '-q');
  });
  a.run(`git stash pop -q; ${COMMIT_ALL}`);
  const { facts, warnings } = await a.stashes();
  expect(await delivered(a)).toMatchObject([{ files: [], foreignFiles: ['f'] }]);
  expect(facts).toMatchObject([{ state: 'foreign', session: null }]);
  expect(warnings).toEqual([expect.stringContaining('from before it')]);
});

test('what a session goes on from put aside is its own', async () => {
  const { a, b } = scene();
  b.run(aside('f', 'of the first attempt'));
  a.run(`git stash pop -q; ${COMMIT_ALL}`);
  const { commits } = await a.stashes({ earlier: ['sessionbbb'] });
  expect(commits).toMatchObject([{ files: ['f'] }]);
});

test.each([
  ['push -u', 'echo x >f; git stash push -q -u'],
  ['only some paths', 'echo x >f; git add f; echo y >g; git stash push -q -- f; rm g'],
  ['store', 'echo x >f; git add f; e=$(git stash create); git reset -q --hard; git stash store -m mine $e'],
])('an entry that is left in the list is named with the ref that keeps it: %s', async (_, words) => {
  const { project, a } = scene();
  a.run(words);
  const { facts, spent } = await a.stashes();
  expect(facts).toMatchObject([{ state: 'left', files: ['f'], ref: pins(project)[0], session: null }]);
  expect(spent).toEqual([]);
});

test('an entry that has only come back is not new', () => {
  const { project, a, b } = scene();
  b.run(aside('f', 'of b'));
  a.run('e=$(git rev-parse stash@{0}); git stash drop -q; git stash store -m again $e');
  b.run('e=$(git rev-parse stash@{0}); git stash store -m twice $e');
  expect(pins(project)).toEqual([expect.stringContaining('/sessionbbb/')]);
});

test('an emptied list: what another emptied is said with its name; what it dropped itself is only kept', async () => {
  const { project, a, b } = scene();
  a.run(aside('f', 'of a'));
  b.run(`${aside('g', 'of b')}; git stash drop -q; git stash clear`);
  expect((await a.stashes()).facts).toMatchObject([{ state: 'dropped', session: 'sessionbbb' }]);
  expect((await b.stashes()).facts).toMatchObject([{ state: 'dropped', session: null }]);
  expect(pins(project)).toHaveLength(2);
  // Nothing of it is lost: the pin brings the work back.
  a.run(`git stash apply -q ${pins(project)[0]}; test "$(head -1 f)" = "of a 1"`);
});

test('an entry that its session brought back and then threw away needs no pin', async () => {
  const { a } = scene();
  a.run(`${aside('f', 'of a')}; git stash pop -q; git rm -qf f`);
  const { facts, spent, warnings } = await a.stashes();
  expect([facts, warnings]).toEqual([[], []]);
  expect(spent).toHaveLength(1);
});

test('the pin calls no hook of the repository, and git does not fail where it cannot be made', () => {
  const { project, a } = scene();
  installHook(project, 'reference-transaction', `sed "s/^/$1 /" >>"${project.folder}/../seen"`);
  a.run(aside('f', 'of a'));
  expect(a.run(`cat "${project.folder}/../seen"`)).not.toContain('refs/stint');
  expect(a.run(`cat "${project.folder}/../seen"`)).toContain('refs/stash');
  // A file where the folder of the pins should be.
  project.git('update-ref', 'refs/stint/stash/sessionccc', 'HEAD');
  const other = hookedSessions(project)('sessionddd');
  project.git('update-ref', 'refs/stint/stash/sessionddd', 'HEAD');
  other.run(`${aside('g', 'of d')}; git stash pop -q`);
});
