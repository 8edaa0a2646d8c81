import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readProcess } from '../../src/lib/process-table.ts';
import { startCommand } from '../support/programs.ts';
import { remoteProject, waitersOf, type RemoteProject } from '../support/remote.ts';
import { configOf, isRunning, readPid, rowsOf, waitFor } from '../support/sessions.ts';
import { startStint, stint, stintJson, waitUntil } from '../support/stint.ts';

// `stint pull`: this checkout, now.

function project(): RemoteProject {
  const made = remoteProject(configOf({ code: { prompt: 'true', isolation: 'shared' } }));
  made.write('.gitignore', 'ignored\n');
  made.git('add', '.gitignore');
  made.git('commit', '-qm', 'ignore');
  made.git('push', '-q');
  return made;
}

function lockOf({ folder }: RemoteProject): string {
  return `${folder}/.git/pull.lock`;
}

/** All that must not change: commit, branch, state and content of the files, and the list of stashes. */
function standOf(made: RemoteProject): unknown {
  const git = (...args: string[]): string => made.git(...args);
  const read = (file: string): string | null =>
    existsSync(`${made.folder}/${file}`) ? readFileSync(`${made.folder}/${file}`, 'utf8') : null;
  return {
    head: git('rev-parse', 'HEAD'),
    branch: git('symbolic-ref', 'HEAD'),
    status: git('status', '--porcelain'),
    diff: git('diff', 'HEAD'),
    stashes: git('stash', 'list'),
    files: ['untracked', 'ignored', 'README.md'].map(read),
  };
}

/** A commit of its own, and edits of every kind. */
function dirty(made: RemoteProject): void {
  made.write('own', 'own\n');
  made.git('add', 'own');
  made.git('commit', '-qm', 'own');
  made.write('README.md', '# edited\n');
  made.write('untracked', 'u\n');
  made.write('ignored', 'i\n');
}

interface Pulled {
  readonly from: string;
  readonly to: string;
  readonly commits: number;
  readonly ownCommits: number;
  readonly isShared: boolean;
}

test('it says what moved, leaves edits where they are, and says when there is nothing new', async () => {
  const made = project();
  dirty(made);
  const from = made.git('rev-parse', 'HEAD');
  made.push('a', '1');
  made.push('b', '2');
  const first = await stint(made, 'pull');
  const to = made.git('rev-parse', 'HEAD');
  expect([first.code, first.stderr]).toEqual([0, '']);
  expect(first.stdout).toBe(
    `main ${from.slice(0, 7)}..${to.slice(0, 7)}, 2 commits from origin/main, 1 of its own on top\n`,
  );
  expect(made.git('log', '--format=%s', '-3')).toBe("own\nthe neighbour's b\nthe neighbour's a");
  expect(made.git('status', '--porcelain').split('\n')).toEqual(['M README.md', '?? untracked']);
  expect((await stint(made, 'pull')).stdout).toBe(
    `main ${to.slice(0, 7)}, up to date with origin/main, 1 of its own on top\n`,
  );
  expect(await stintJson<Pulled>(made, 'pull')).toEqual({
    branch: 'main',
    upstream: 'origin/main',
    from: to,
    to,
    commits: 0,
    ownCommits: 1,
    isShared: false,
  });
});

test.each([
  ['a commit of its own', 'own', /CONFLICT \(add\/add\): Merge conflict in own/],
  ['what is not committed', 'README.md', /CONFLICT between files that are not committed and what came/],
  ['a file that git does not know', 'untracked', /overwritten by checkout: untracked;/],
])('what conflicts with %s is undone as a whole', async (_what, file, reason) => {
  const made = project();
  dirty(made);
  made.push(file, 'theirs\n');
  const before = standOf(made);
  const result = await stint(made, 'pull');
  expect([result.code, result.stdout]).toEqual([1, '']);
  expect(result.stderr).toMatch(
    /^stint: Nothing was pulled: [^\n]*; the checkout is as before\. See [^\n]*pull\.log\.\n$/,
  );
  expect(result.stderr).toMatch(reason);
  expect(standOf(made)).toEqual(before);
});

test('a remote that is gone: git says why, and nothing is touched', async () => {
  const made = project();
  dirty(made);
  const before = standOf(made);
  made.git('remote', 'set-url', 'origin', made.beside('nowhere.git'));
  const result = await stint(made, 'pull', '--json');
  expect(result.code).toBe(1);
  expect(JSON.parse(result.stdout)).toMatchObject({ error: { code: 'pull_failed' } });
  expect(result.stderr).toMatch(/nowhere\.git/);
  expect(standOf(made)).toEqual(before);
});

test('a branch that the remote has no more is said, though git still knows what it was', async () => {
  const made = project();
  const before = standOf(made);
  made.git('push', '--quiet', 'origin', 'HEAD:other', 'HEAD:stays');
  made.git('branch', '--quiet', '--set-upstream-to=origin/other');
  made.git('push', '--quiet', made.beside('origin.git'), ':other');
  const result = await stint(made, 'pull');
  expect([result.code, result.stdout]).toEqual([1, '']);
  expect(result.stderr).toMatch(
    /Nothing was pulled: origin has no branch other any more; the checkout is as/,
  );
  expect(standOf(made)).toEqual(before);
  made.git('branch', '--quiet', '--set-upstream-to=origin/stays');
  expect((await stint(made, 'pull')).stdout).toMatch(/up to date with origin\/stays/);
});

test('a lock that another git left is named', async () => {
  const made = project();
  const lock = path.join(made.folder, '.git/index.lock');
  writeFileSync(lock, '');
  const result = await stint(made, 'pull');
  expect(result.code).toBe(1);
  expect(result.stderr).toContain(`Nothing was pulled: ${lock} is there: another git works in the checkout`);
});

test('while a session works in the checkout it is refused with 75 and its name; a worktree is in nobody’s way', async () => {
  const made = remoteProject(
    configOf({ code: { prompt: 'true', isolation: 'shared' }, tree: { prompt: 'true' } }),
  );
  const go = made.beside('go');
  const prompt = (name: string): string => `echo $$ >'${made.beside(name)}'; ${waitFor(go)}`;
  const categories = { code: { prompt: prompt('code') }, tree: { prompt: prompt('tree') } };
  made.write('stint.local.yaml', JSON.stringify({ categories }));
  made.push('a', '1');
  const tree = startStint(made, 'run', 'tree');
  await readPid(made.beside('tree'));
  expect((await stint(made, 'pull')).code).toBe(0);
  const code = startStint(made, 'run', 'code');
  await readPid(made.beside('code'));
  const head = made.push('a', '2');
  const refused = await stint(made, 'pull');
  const id = rowsOf(made).find(({ category }) => category === 'code')?.id;
  expect(refused.code).toBe(75);
  expect(refused.stderr).toContain(`session ${id} is open in it. Try again when it has ended`);
  writeFileSync(go, '');
  await Promise.all([tree.done, code.done]);
  expect((await stintJson<Pulled>(made, 'pull')).to).toBe(head);
});

test('it waits for a shell script that pulls behind `flock .git/pull.lock`', async () => {
  const made = project();
  const go = made.beside('go');
  const shell = startCommand('flock', [lockOf(made), 'sh', '-c', `echo pulling; ${waitFor(go)}`]);
  await shell.said('pulling');
  const head = made.push('a', '1');
  const pull = startStint(made, 'pull');
  await waitUntil('it waits', () => waitersOf(lockOf(made)) === 1);
  expect(made.git('rev-parse', 'HEAD')).not.toBe(head);
  writeFileSync(go, '');
  expect((await pull.done).code).toBe(0);
  expect(made.git('rev-parse', 'HEAD')).toBe(head);
});

test('a shell script waits for it, also when stint is killed and its git is not', async () => {
  const made = project();
  const [pid, go] = [made.beside('pid'), made.beside('go')];
  made.intercept(`echo $$ >'${pid}'; ${waitFor(go)}; exec git-upload-pack "$@"`);
  onTestFinished(() => writeFileSync(go, ''));
  const pull = startStint(made, 'pull');
  await readPid(pid);
  const canLock = async (): Promise<boolean> =>
    (await startCommand('flock', ['-n', lockOf(made), 'true']).done).code === 0;
  expect(await canLock()).toBe(false);
  pull.child.kill('SIGKILL');
  await pull.done;
  expect(await canLock()).toBe(false);
  writeFileSync(go, '');
  await waitUntil('the lock is free', canLock);
});

test('whoever waits takes what the other brought, and says so', async () => {
  const made = project();
  const [asked, go] = [made.beside('asked'), made.beside('go')];
  const head = made.push('a', '1');
  made.intercept(`echo x >>'${asked}'; ${waitFor(go)}; exec git-upload-pack "$@"`);
  const first = startStint(made, 'pull');
  await waitUntil('the first has begun', () => existsSync(asked));
  const second = startStint(made, 'pull');
  await waitUntil('the second waits', () => waitersOf(lockOf(made)) === 1);
  writeFileSync(go, '');
  const said = [(await first.done).stdout, (await second.done).stdout];
  expect(said[1]).toBe(`${said[0]?.trim()} (pulled by another process meanwhile)\n`);
  expect(readFileSync(asked, 'utf8')).toBe('x\n');
  expect(made.git('rev-parse', 'HEAD')).toBe(head);
});

test('one who was interrupted leaves the checkout as before, and nothing for those who wait', async () => {
  const made = project();
  dirty(made);
  const [pid, go] = [made.beside('pid'), made.beside('go')];
  const head = made.push('a', '1');
  const before = standOf(made);
  // In the middle of the rebase: the branch is left, and the edits are put aside.
  made.write('.git/hooks/post-checkout', `#!/bin/sh\n[ -e '${go}' ] || { echo $$ >'${pid}'; sleep 300; }\n`);
  await startCommand('chmod', ['+x', `${made.folder}/.git/hooks/post-checkout`]).done;
  const pull = startStint(made, 'pull');
  const hanging = await readPid(pid);
  const waiter = startStint(made, 'pull', '--json');
  await waitUntil('another waits', () => waitersOf(lockOf(made)) === 1);
  writeFileSync(go, '');
  pull.child.kill('SIGINT');
  const { code, stderr } = await pull.done;
  expect([code, isRunning(hanging)]).toEqual([130, false]);
  expect(stderr).toMatch(/^stint: The pull was not finished: it was interrupted \(SIGINT\)\./);
  const next = JSON.parse((await waiter.done).stdout) as Pulled;
  expect([next.isShared, next.commits, next.ownCommits]).toEqual([false, 1, 1]);
  expect(next.from).toBe((before as { head: string }).head);
  expect(made.git('merge-base', 'HEAD', head)).toBe(head);
  expect(made.git('diff', 'HEAD')).toContain('+# edited');
});

test('stint and its git killed in the middle of the rebase: the next pull puts the edits back first', async () => {
  const made = project();
  dirty(made);
  const [pid, go] = [made.beside('pid'), made.beside('go')];
  const head = made.push('a', '1');
  made.write('.git/hooks/post-checkout', `#!/bin/sh\n[ -e '${go}' ] || { echo $$ >'${pid}'; sleep 300; }\n`);
  await startCommand('chmod', ['+x', `${made.folder}/.git/hooks/post-checkout`]).done;
  const pull = startStint(made, 'pull');
  const hook = readProcess(await readPid(pid));
  pull.child.kill('SIGKILL');
  await pull.done;
  // git leads a group of its own, which the test's own stint started.
  process.kill(-(hook?.pgrp ?? 0), 'SIGKILL');
  await waitUntil('they are gone', () => !isRunning(hook?.pid ?? 0));
  expect(readFileSync(`${made.folder}/README.md`, 'utf8')).toBe('# scratch\n');
  writeFileSync(go, '');
  const next = await stint(made, 'pull');
  expect([next.code, next.stderr]).toEqual([0, '']);
  expect(made.git('merge-base', 'HEAD', head)).toBe(head);
  expect(made.git('status', '--porcelain').split('\n')).toEqual(['M README.md', '?? untracked']);
  expect(readFileSync(`${made.folder}/README.md`, 'utf8')).toBe('# edited\n');
  expect(made.git('stash', 'list')).toBe('');
});
