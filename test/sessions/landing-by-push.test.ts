import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { clockThatSkips, runInProcess } from '../support/in-process.ts';
import {
  addHook,
  addOrigin,
  beside,
  branchesOf,
  commits,
  expectKept,
  personCommits,
  projectOf,
  pushFromClone,
  subjects,
} from '../support/landing.ts';
import { isRunning, readPid } from '../support/sessions.ts';
import { runSession } from '../support/stint-here.ts';

test('push: the remote has it, and the branch here follows', async () => {
  const project = projectOf({ code: { prompt: commits('a'), land: 'push' } });
  const origin = addOrigin(project);
  const record = await runSession(project, 'code');
  expect(record.landing).toMatchObject({ kind: 'landed', how: 'push', onto: 'origin/main' });
  expect(origin.git('rev-parse', 'main')).toBe(record.commits[0]);
  expect(project.git('rev-parse', 'main')).toBe(record.commits[0]);
  expect(existsSync(path.join(project.folder, 'a'))).toBe(true);
  expect(branchesOf(project)).toEqual([]);
});

test('push: what a person has not pushed yet does not go along', async () => {
  const project = projectOf({ code: { prompt: commits('a'), land: 'push' } });
  const origin = addOrigin(project);
  personCommits('mine')(project);
  const record = await runSession(project, 'code');
  expect(record.landing).toMatchObject({
    kind: 'landed',
    detail: expect.stringContaining('stays') as string,
  });
  expect(origin.git('log', '--format=%s', 'main').split('\n')).toEqual(['add a', 'start']);
  expect(subjects(project, 'main')).toEqual(['a person adds mine', 'start']);
});

test('push: another clone was faster, and again while it is being pushed', async () => {
  const project = projectOf({ code: { prompt: commits('a'), land: 'push' } });
  const origin = addOrigin(project);
  pushFromClone(project, 'b');
  const second = beside(project, 'clone-b');
  // The first push of stint meets a commit that came after its fetch.
  addHook(
    path.join(project.folder, '.git'),
    'pre-push',
    `[ ! -e '${beside(project, 'raced')}' ] || exit 0
     : > '${beside(project, 'raced')}'
     unset GIT_DIR; cd '${second}' && echo c > c && git add c && git commit -qm 'theirs c' && git push -q origin main`,
  );
  const record = await runSession(project, 'code');
  expect(existsSync(beside(project, 'raced'))).toBe(true);
  expect(record.landing).toMatchObject({ kind: 'landed', commits: [origin.git('rev-parse', 'main')] });
  expect(origin.git('log', '--format=%s', 'main').split('\n')).toEqual([
    'add a',
    'theirs c',
    'theirs b',
    'start',
  ]);
});

test('push: a remote that says no is quoted, and main stays where it was', async () => {
  const project = projectOf({ code: { prompt: commits('a'), land: 'push' } });
  const origin = addOrigin(project);
  addHook(origin.folder, 'pre-receive', 'echo "main is frozen" >&2; exit 1');
  const record = await runSession(project, 'code');
  expect(record.landing).toMatchObject({
    kind: 'refused',
    reason: 'push-refused',
    detail: expect.stringMatching(/pre-receive hook declined; main is frozen/) as string,
  });
  expectKept(project, record);
});

test('push: no remote, and one that is not there', async () => {
  // Two files: the same change in the same second is the same commit.
  const project = projectOf({
    code: { prompt: commits('a'), land: 'push' },
    docs: { prompt: commits('b'), land: 'push' },
  });
  expect((await runSession(project, 'code')).landing).toMatchObject({ kind: 'refused', reason: 'no-remote' });
  project.git('remote', 'add', 'origin', beside(project, 'nowhere.git'));
  const record = await runSession(project, 'docs');
  expect(record.landing).toMatchObject({ kind: 'refused', reason: 'push-refused' });
  expectKept(project, record);
});

test('push: a hook that hangs ends with the time of the landing, and nothing of it is left', async () => {
  const project = projectOf({ code: { prompt: commits('a'), land: 'push', landTimeout: '77s' } });
  addOrigin(project);
  const pid = beside(project, 'pid');
  addHook(path.join(project.folder, '.git'), 'pre-push', `echo $$ > '${pid}'; sleep 600`);
  // The time is over as soon as the hook is seen to hang.
  const clock = clockThatSkips(77_000, () => readPid(pid));
  const { record } = await runInProcess(project, 'code', clock);
  expect(record.landing).toMatchObject({ kind: 'refused', reason: 'timed-out' });
  const hook = await readPid(pid);
  expect(isRunning(hook)).toBe(false);
  expectKept(project, record);
});

test('a base at the remote: rebase needs a branch here, push does not', async () => {
  const project = projectOf({
    code: { prompt: commits('a'), base: 'origin/main', land: 'push' },
    docs: { prompt: commits('b'), base: 'origin/main', land: 'rebase' },
  });
  const origin = addOrigin(project);
  project.git('checkout', '-q', '-b', 'elsewhere');
  project.git('branch', '-q', '-D', 'main');
  const pushed = await runSession(project, 'code');
  expect(pushed.landing).toMatchObject({ kind: 'landed', onto: 'origin/main' });
  expect(origin.git('log', '-1', '--format=%s', 'main')).toBe('add a');
  const record = await runSession(project, 'docs');
  expect(record.landing).toMatchObject({
    kind: 'refused',
    reason: 'no-base-branch',
    detail: expect.stringContaining('git branch main origin/main') as string,
  });
});
