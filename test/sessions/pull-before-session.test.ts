import { existsSync, readFileSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { SessionRecord } from '../../src/domain/record.ts';
import { clockThatSkips, runInProcess } from '../support/in-process.ts';
import { remoteProject } from '../support/remote.ts';
import { configOf, isRunning, readPid } from '../support/sessions.ts';
import { runSession, stintJson } from '../support/stint-here.ts';

// `pull` of stint.yaml: the repository is brought up to date before a session starts.

const WORK = 'echo hi > f; git add f; git commit -qm f';

function linesOf(file: string): number {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').length : 0;
}

test('a worktree starts from what the remote has now, unless it may never look', async () => {
  const project = remoteProject(
    configOf({
      fresh: { prompt: WORK, base: 'origin/main' },
      never: { prompt: WORK, base: 'origin/main', pull: 'never' },
    }),
  );
  const old = project.git('rev-parse', 'HEAD');
  const pushed = project.push('theirs', '1');
  const never = await runSession(project, 'never');
  const fresh = await runSession(project, 'fresh');
  expect([never.base, fresh.base]).toEqual([old, pushed]);
  expect([never.outcome, never.warnings, fresh.outcome, fresh.warnings]).toEqual([
    'productive',
    [],
    'productive',
    [],
  ]);
  // Only the base was fetched: the checkout is its user's.
  expect(project.git('rev-parse', 'HEAD')).toBe(old);
  expect(existsSync(`${project.folder}/.git/FETCH_HEAD`)).toBe(false);
});

test('where no remote is the base, none is asked', async () => {
  const project = remoteProject(
    configOf({
      here: { prompt: 'true' },
      local: { prompt: 'true', base: 'main' },
      remote: { prompt: 'true', base: 'origin/main' },
    }),
  );
  const asked = project.beside('asked');
  project.intercept(`echo asked >>'${asked}'; exec git-upload-pack "$@"`);
  await runSession(project, 'here');
  await runSession(project, 'local');
  expect(linesOf(asked)).toBe(0);
  await runSession(project, 'remote');
  expect(linesOf(asked)).toBe(1);
});

test('a remote that cannot be reached is a warning, and the old base is used', async () => {
  const project = remoteProject(configOf({ code: { prompt: WORK, base: 'origin/main' } }));
  const old = project.git('rev-parse', 'HEAD');
  rmSync(project.beside('origin.git'), { recursive: true });
  const record = await runSession(project, 'code');
  expect([record.outcome, record.base]).toEqual(['productive', old]);
  expect(record.warnings).toEqual([
    expect.stringMatching(/^pull: fetch of origin failed, the base is as it was: fatal: .*origin\.git/),
  ]);
});

test('a base that the remote has no more is a warning, and what was last seen is used', async () => {
  const project = remoteProject(configOf({ code: { prompt: WORK, base: 'origin/other' } }));
  project.git('push', '--quiet', 'origin', 'HEAD:other');
  project.git('fetch', '--quiet', 'origin');
  const base = project.git('rev-parse', 'HEAD');
  project.git('push', '--quiet', project.beside('origin.git'), ':other');
  const record = await runSession(project, 'code');
  expect(record.warnings).toEqual([
    'pull: origin has no branch other any more, the base is as it was last seen',
  ]);
  expect(record).toMatchObject({ outcome: 'productive', base });
});

test('a half-made worktree does not fail the fetch', async () => {
  const project = remoteProject(configOf({ code: { prompt: WORK, base: 'origin/main' } }));
  const pushed = project.push('theirs', '1');
  // As `git worktree add` leaves it for a moment.
  const half = `${project.folder}/.git/worktrees/half`;
  project.write('.git/worktrees/half/HEAD', `${'0'.repeat(40)}\n`);
  project.write('.git/worktrees/half/commondir', '../..\n');
  project.write('.git/worktrees/half/gitdir', `${project.beside('half')}/.git\n`);
  const asked = project.beside('asked');
  project.intercept(
    `[ ! -e '${asked}' ] || rm -rf '${half}'; echo asked >>'${asked}'; exec git-upload-pack "$@"`,
  );
  const record = await runSession(project, 'code');
  expect([record.base, record.warnings]).toEqual([pushed, []]);
  expect(linesOf(asked)).toBe(2);
});

test('what a remote says is recorded without the password of its address', async () => {
  const project = remoteProject(configOf({ code: { prompt: WORK, base: 'origin/main' } }));
  project.intercept('echo "fatal: no entry for https://me:hunter2@forge.invalid/x" >&2; exit 1');
  const record = await runSession(project, 'code');
  expect(record.warnings.join()).toContain('https://forge.invalid/x');
  expect(record.warnings.join()).not.toContain('hunter2');
});

test('a remote that hangs is given a minute, then ended with all that it started', async () => {
  const project = remoteProject(configOf({ code: { prompt: WORK, base: 'origin/main' } }));
  const pid = project.beside('pid');
  project.intercept(`echo $$ >'${pid}'; exec sleep 300`);
  const { record } = await runInProcess(
    project,
    'code',
    clockThatSkips(60_000, () => readPid(pid)),
  );
  expect(record.outcome).toBe('productive');
  expect(record.warnings).toEqual([
    'pull: fetch of origin failed, the base is as it was: git fetch ran longer than 1m and was ended',
  ]);
  expect(isRunning(await readPid(pid))).toBe(false);
});

test('in-place: the checkout is pulled before the session, with what is not committed left in it', async () => {
  const project = remoteProject(
    configOf({
      shared: { prompt: WORK, isolation: 'shared', pull: 'in-place' },
      tree: { prompt: WORK, pull: 'in-place' },
    }),
  );
  const pushed = project.push('theirs', '1');
  project.write('README.md', '# mine\n');
  const shared = await runSession(project, 'shared');
  expect([shared.base, shared.outcome, shared.warnings]).toEqual([pushed, 'productive', []]);
  const next = project.push('theirs', '2');
  const tree = await runSession(project, 'tree');
  expect(tree.warnings).toEqual([]);
  expect(project.git('merge-base', tree.base ?? '', next)).toBe(next);
  expect(readFileSync(`${project.folder}/README.md`, 'utf8')).toBe('# mine\n');
});

test('in-place: what does not fit is a warning, every file is as before, and the session runs', async () => {
  const project = remoteProject(configOf({ code: { prompt: WORK, isolation: 'shared', pull: 'in-place' } }));
  project.push('both', 'theirs\n');
  project.write('both', 'mine\n');
  project.git('add', 'both');
  project.git('commit', '-qm', 'mine');
  project.write('README.md', '# edited\n');
  project.write('untracked', 'x\n');
  const head = project.git('rev-parse', 'HEAD');
  const record = await runSession(project, 'code');
  expect([record.outcome, record.base]).toEqual(['productive', head]);
  expect(record.warnings).toEqual([
    expect.stringMatching(/^pull: the checkout was not pulled: CONFLICT .*both; the checkout is as before$/),
  ]);
  expect(project.git('status', '--porcelain').split('\n')).toEqual(['M README.md', '?? untracked']);
  expect(readFileSync(`${project.folder}/README.md`, 'utf8')).toBe('# edited\n');
});

test('in-place without a branch to follow is a warning', async () => {
  const project = remoteProject(configOf({ code: { prompt: WORK, pull: 'in-place' } }));
  project.git('branch', '--unset-upstream');
  const record = await stintJson<SessionRecord>(project, 'run', 'code');
  expect(record.warnings).toEqual([
    expect.stringMatching(/^pull: the checkout was not pulled: main in .* follows no branch of a remote$/),
  ]);
});
