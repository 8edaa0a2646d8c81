import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Status } from '../../src/control/desk/status.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import {
  addHook,
  addOrigin,
  beside,
  branchesOf,
  commits,
  expectKept,
  projectOf,
  subjects,
  type Landed,
} from '../support/landing.ts';
import { scratchProject } from '../support/scratch.ts';
import { configOf, isRunning, readPid, recordedIds, waitFor, worktreesOf } from '../support/sessions.ts';
import { runSession, startStint, stint, stintJson, waitUntil } from '../support/stint.ts';

// Landings of several processes, and of one that is killed; `test/sessions/landing-*.test.ts` have the rest.

test('a session works in the checkout of the base branch: its files do not move under it', async () => {
  const project = scratchProject();
  const [ready, go] = [beside(project, 'ready'), beside(project, 'go')];
  project.write(
    'stint.yaml',
    configOf({
      code: { prompt: commits('a'), land: 'rebase' },
      here: { prompt: `: > '${ready}'; ${waitFor(go)}; ${commits('b')}`, isolation: 'shared' },
    }),
  );
  project.git('add', '--all');
  project.git('commit', '-qm', 'settings');
  const here = startStint(project, 'run', 'here', '--json');
  await waitUntil('it works', () => existsSync(ready));
  const record = await runSession(project, 'code');
  expect(record.landing).toMatchObject({ kind: 'refused', reason: 'checkout-busy' });
  expectKept(project, record);
  writeFileSync(go, '');
  const shared = JSON.parse((await here.done).stdout) as SessionRecord;
  expect(shared.commitDetails.map(({ subject }) => subject)).toEqual(['add b']);
});

test('six sessions land at once: every commit once, and nothing lost', async () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const project = scratchProject();
  const go = beside(project, 'go');
  const category = (name: string): object => ({
    prompt: `${commits(name)}; ${waitFor(go)}`,
    land: 'rebase',
    check: `test -e ${name}`,
  });
  project.write('stint.yaml', configOf(Object.fromEntries(names.map((name) => [name, category(name)]))));
  project.git('add', '--all');
  project.git('commit', '-qm', 'settings');
  const runs = names.map((name) => startStint(project, 'run', name, '--json'));
  await waitUntil('all have committed', () => {
    const made = branchesOf(project);
    return made.length === 6 && made.every((each) => subjects(project, each)[0] !== 'settings');
  });
  writeFileSync(go, '');
  const results = await Promise.all(runs.map(({ done }) => done));
  const records = results.map(({ stdout }) => JSON.parse(stdout) as SessionRecord);
  expect(records.map(({ landing }) => landing.kind)).toEqual(names.map(() => 'landed'));
  expect(subjects(project, 'main').toSorted()).toEqual([
    ...names.map((each) => `add ${each}`),
    'settings',
    'start',
  ]);
  expect(records.map((each) => each.commitDetails.map(({ subject }) => subject))).toEqual(
    names.map((each) => [`add ${each}`]),
  );
  expect(project.git('status', '--porcelain')).toBe('');
  expect(branchesOf(project)).toEqual([]);
});

test('killed in the middle of its landing: it is settled, and lands once', async () => {
  const project = scratchProject();
  const origin = addOrigin(project);
  const [pid, go] = [beside(project, 'pid'), beside(project, 'go')];
  project.write(
    'stint.yaml',
    configOf({
      code: { prompt: commits('a'), land: 'push' },
      docs: { prompt: 'true' },
    }),
  );
  // The remote has taken it, and stint has not heard of it yet.
  addHook(origin.folder, 'post-receive', `echo $$ > '${pid}'; ${waitFor(go)}`);
  const run = startStint(project, 'run', 'code', '--json');
  await readPid(pid);
  run.child.kill('SIGKILL');
  await run.done;
  expect(recordedIds(project)).toEqual([]);
  writeFileSync(go, '');
  await runSession(project, 'docs');
  const record = (await stintJson<SessionRecord[]>(project, 'sessions')).find(
    ({ category }) => category === 'code',
  );
  expect(record?.outcome).toBe('productive');
  expect(record?.landing).toMatchObject({ kind: 'landed', how: 'push', commits: record?.commits ?? [] });
  expect(origin.git('log', '--format=%s', 'main').split('\n')).toEqual(['add a', 'start']);
  expect(branchesOf(project)).toEqual([]);
  expect(worktreesOf(project)).toEqual([]);
});

test('a command that was running when stint was killed is not started again by itself', async () => {
  const project = scratchProject();
  const [pid, go] = [beside(project, 'pid'), beside(project, 'go')];
  const land = ['sh', '-c', `echo started >> '${pid}.all'; echo $$ > '${pid}'; ${waitFor(go)}`];
  project.write('stint.yaml', configOf({ code: { prompt: commits('a'), land }, docs: { prompt: 'true' } }));
  const run = startStint(project, 'run', 'code', '--json');
  const command = await readPid(pid);
  run.child.kill('SIGKILL');
  await run.done;
  await runSession(project, 'docs');
  expect(isRunning(command)).toBe(false);
  writeFileSync(go, '');
  const records = await stintJson<SessionRecord[]>(project, 'sessions', '--category', 'code');
  expect(records[0]?.landing).toMatchObject({ kind: 'refused', reason: 'interrupted' });
  expect(readFileSync(`${pid}.all`, 'utf8')).toBe('started\n');
  expect(worktreesOf(project)).toEqual([]);
  const landed = await stintJson<Landed>(project, 'land', records[0]?.id ?? '');
  expect(landed.landing).toMatchObject({ kind: 'landed', how: 'command' });
});

test('land ID: work that waits is in `status`, lands when asked, and once', async () => {
  const project = projectOf({ code: { prompt: commits('a') }, idle: { prompt: 'true' } });
  const record = await runSession(project, 'code');
  const before = await stintJson<Status>(project, 'status');
  expect(before.unlanded).toEqual([
    {
      id: record.id,
      category: 'code',
      branch: record.branch,
      onto: 'main',
      commits: 1,
      reason: null,
      next: `stint land ${record.id}`,
    },
  ]);
  expect((await stint(project, 'status')).stdout).toContain(
    `unlanded: code ${record.id.slice(0, 4)}  1 commit that main lacks; next: stint land ${record.id}`,
  );
  const both = await Promise.all([stint(project, 'land', record.id), stint(project, 'land', record.id)]);
  // The second finds it landed, or the first at it.
  expect(both.map(({ code }) => code).filter((code) => code !== 75)).toContain(0);
  const again = await stint(project, 'land', record.id);
  expect(again.code).toBe(0);
  expect(again.stdout).toBe(
    `code ${record.id.slice(0, 4)}  before: landed: 1 commit fast-forwarded onto main\n`,
  );
  expect(subjects(project, 'main')).toEqual(['add a', 'start']);
  expect(branchesOf(project)).toEqual([]);
  const after = await stintJson<SessionRecord & { retry: object }>(project, 'show', record.id);
  expect(after).toEqual({ ...record, landing: after.landing, retry: after.retry });
  expect(after.landing).toMatchObject({ kind: 'landed', how: 'rebase' });
  expect((await stintJson<Status>(project, 'status')).unlanded).toEqual([]);
});
