import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { SessionRecord } from '../../src/domain/record.ts';
import { remoteProject, waitersOf, type RemoteProject } from '../support/remote.ts';
import { startCommand } from '../support/programs.ts';
import { configOf, isRunning, readPid, recordedIds, rowsOf, waitFor } from '../support/sessions.ts';
import { runSession, startStint, waitUntil } from '../support/stint.ts';

// `pull` of stint.yaml: the repository is brought up to date before a session starts: where several take part, or a
// signal. `test/sessions/pull-before-session.test.ts` has the rest.

const WORK = 'echo hi > f; git add f; git commit -qm f';

function lockOf(project: RemoteProject): string {
  return `${project.folder}/.git/pull.lock`;
}

function linesOf(file: string): number {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').length : 0;
}

test('an ssh that waits for a person is not waited for by one who interrupts', async () => {
  const project = remoteProject(configOf({ code: { prompt: WORK, base: 'origin/main' } }));
  const pid = project.beside('pid');
  project.git('remote', 'set-url', 'origin', 'someone@forge.invalid:x.git');
  project.git('config', 'core.sshCommand', `sh -c 'echo $$ >${pid}; exec sleep 300' --`);
  const run = startStint(project, 'run', 'code', '--json');
  const hanging = await readPid(pid);
  run.child.kill('SIGINT');
  const { stdout } = await run.done;
  const record = JSON.parse(stdout) as SessionRecord;
  expect([record.outcome, record.stop.reason]).toEqual(['unknown', 'cancelled']);
  expect(isRunning(hanging)).toBe(false);
  expect(recordedIds(project)).toEqual([record.id]);
});

test('whoever waits for a pull takes what it brought: three sessions, one fetch', async () => {
  const category = { prompt: WORK, base: 'origin/main' };
  const project = remoteProject(configOf({ a: category, b: category, c: category }));
  const [asked, go] = [project.beside('asked'), project.beside('go')];
  const pushed = project.push('theirs', '1');
  project.intercept(`echo asked >>'${asked}'; ${waitFor(go)}; exec git-upload-pack "$@"`);
  const runs = ['a', 'b', 'c'].map((name) => startStint(project, 'run', name, '--json'));
  await waitUntil('two that wait', () => waitersOf(lockOf(project)) === 2);
  writeFileSync(go, '');
  const records = await Promise.all(
    runs.map(async ({ done }) => JSON.parse((await done).stdout) as SessionRecord),
  );
  expect(records.map(({ base, warnings }) => [base, warnings])).toEqual(
    ['a', 'b', 'c'].map(() => [pushed, []]),
  );
  expect(linesOf(asked)).toBe(1);
  // Later ones look again.
  await runSession(project, 'a');
  expect(linesOf(asked)).toBe(2);
});

test('in-place: nothing is pulled under a session that works in the checkout', async () => {
  const project = remoteProject(
    configOf({
      long: { prompt: 'true', isolation: 'shared' },
      code: { prompt: WORK, isolation: 'shared', pull: 'in-place' },
    }),
  );
  const [pid, go] = [project.beside('pid'), project.beside('go')];
  const prompt = `echo edit >README.md; echo $$ >'${pid}'; ${waitFor(go)}; cat README.md >'${project.beside('seen')}'`;
  project.write('stint.local.yaml', JSON.stringify({ categories: { long: { prompt } } }));
  const head = project.git('rev-parse', 'HEAD');
  project.push('theirs', '1');
  const long = startStint(project, 'run', 'long');
  await readPid(pid);
  const record = await runSession(project, 'code');
  expect(record.base).toBe(head);
  const [other] = rowsOf(project);
  expect(record.warnings).toEqual([`pull: the checkout was not pulled: session ${other?.id} is open in it`]);
  writeFileSync(go, '');
  await long.done;
  expect(readFileSync(project.beside('seen'), 'utf8')).toBe('edit\n');
});

test('a session does not begin in a checkout in which a shell script pulls', async () => {
  const began = 'began';
  const project = remoteProject(
    configOf({ code: { prompt: `: >../${began}`, isolation: 'shared' }, tree: { prompt: 'true' } }),
  );
  const go = project.beside('go');
  const shell = startCommand('flock', [lockOf(project), 'sh', '-c', `echo pulling; ${waitFor(go)}`]);
  await shell.said('pulling');
  const run = startStint(project, 'run', 'code', '--json');
  await waitUntil('it waits', () => waitersOf(lockOf(project)) === 1);
  // One with files of its own is not concerned.
  expect((await runSession(project, 'tree')).outcome).not.toBe('not-run');
  expect(existsSync(project.beside(began))).toBe(false);
  writeFileSync(go, '');
  await run.done;
  expect(existsSync(project.beside(began))).toBe(true);
});
