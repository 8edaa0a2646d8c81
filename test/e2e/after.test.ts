import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { SessionRecord } from '../../src/domain/record.ts';
import { clockThatSkips, runInProcess } from '../support/in-process.ts';
import { scratchProject, type ScratchProject } from '../support/scratch.ts';
import { configOf, isRunning, readPid, recordedIds, rowsOf, waitFor } from '../support/sessions.ts';
import { runSession, startStint, stint, stintJson, waitUntil } from '../support/stint.ts';

// `after` of stint.yaml: the user's own command after each record.

const WORK = 'echo hi > f; git add f; git commit -qm f';

/** A project whose `after` is a line for a shell; it stands in the checkout. */
function projectWith(after: string, prompt = WORK, more: object = {}): ScratchProject {
  const category = { prompt, after, shell: true, ...more };
  return scratchProject(configOf({ code: category, docs: { prompt: 'true' } }));
}

/** A file beside the checkout. */
function beside(project: ScratchProject, name: string): string {
  return path.join(project.folder, '..', name);
}

function linesOf(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

function logOf(project: ScratchProject, id: string): string {
  return readFileSync(path.join(project.stateFolder, 'sessions', id, 'after.log'), 'utf8');
}

test('it is told how the session ended, and finds the record as JSON in a file that only its user reads', async () => {
  const project = projectWith(
    'printf "%s\\n" "$STINT_SESSION_ID" "$STINT_CATEGORY" "$STINT_OUTCOME" "$STINT_GRADE" "$STINT_RECORD" "$PWD" >../said; cp "$STINT_RECORD" ../record',
  );
  const record = await runSession(project, 'code');
  const file = path.join(project.stateFolder, 'sessions', record.id, 'record.json');
  expect(linesOf(beside(project, 'said'))).toEqual([
    record.id,
    'code',
    'productive',
    String(record.grade),
    file,
    project.folder,
  ]);
  expect(JSON.parse(readFileSync(beside(project, 'record'), 'utf8'))).toEqual(record);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
});

test('a session that could not start has an outcome and no grade', async () => {
  const project = projectWith('echo "$STINT_OUTCOME,$STINT_GRADE," >>../said', 'true', { setup: 'exit 3' });
  const record = await runSession(project, 'code');
  expect(record.grade).toBeNull();
  expect(linesOf(beside(project, 'said'))).toEqual(['not-run,,']);
});

test('it has neither the token nor the hooks of a session, nor what binds git to another repository', async () => {
  const project = projectWith('env >../said');
  // As one that an agent starts from inside its session, and as one that a git hook starts.
  const env = {
    ...project.env,
    STINT_TOKEN: 'secret-of-another',
    STINT_GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: 'user.nickname',
    GIT_CONFIG_VALUE_0: 'mine',
    GIT_CONFIG_KEY_1: 'core.hooksPath',
    GIT_CONFIG_VALUE_1: '/nowhere/hooks',
    GIT_INDEX_FILE: path.join(project.folder, '../no-index'),
  };
  const record = await stintJson<SessionRecord>({ ...project, env }, 'run', 'code');
  expect(record.outcome).toBe('productive');
  const said = linesOf(beside(project, 'said'));
  expect(said.filter((line) => /TOKEN|hooks|INDEX_FILE|STINT_DEADLINE/.test(line))).toEqual([]);
  expect(said.filter((line) => line.startsWith('GIT_CONFIG_')).toSorted()).toEqual([
    'GIT_CONFIG_COUNT=3',
    'GIT_CONFIG_GLOBAL=/dev/null',
    'GIT_CONFIG_KEY_0=user.nickname',
    'GIT_CONFIG_KEY_1=gc.autoDetach',
    'GIT_CONFIG_KEY_2=maintenance.autoDetach',
    'GIT_CONFIG_NOSYSTEM=1',
    'GIT_CONFIG_VALUE_0=mine',
    'GIT_CONFIG_VALUE_1=false',
    'GIT_CONFIG_VALUE_2=false',
  ]);
});

test('one that fails changes nothing of the record; one line says so, without what it printed', async () => {
  const quiet = projectWith('true');
  const failing = projectWith('echo token=hunter2; echo hunter2 >&2; exit 7');
  const [fine, result] = await Promise.all([stint(quiet, 'run', 'code'), stint(failing, 'run', 'code')]);
  expect(result.code).toBe(0);
  const [id] = recordedIds(failing);
  const lines = result.stderr.split('\n').filter((line) => line.startsWith('stint: '));
  expect(lines).toEqual([
    expect.stringMatching(
      /^stint: after \(.*\) of session [a-z0-9]{10} exited with 7; its output is in .*after\.log$/,
    ),
  ]);
  expect(fine.stderr).not.toContain('after');
  expect(logOf(failing, id ?? '')).toBe('token=hunter2\nhunter2\nstint: exited with 7\n');
  const shown = await stintJson<SessionRecord>(failing, 'show', id ?? '');
  expect([shown.outcome, shown.warnings]).toEqual(['productive', []]);
});

test('a program that is not there is said, also beside JSON', async () => {
  const config = configOf({ code: { prompt: WORK, after: './no-such-program.sh' } });
  const project = scratchProject(config);
  const result = await stint(project, 'run', 'code', '--json');
  expect(result.code).toBe(0);
  expect((JSON.parse(result.stdout) as SessionRecord).outcome).toBe('productive');
  expect(result.stderr).toMatch(
    /^stint: after \(\.\/no-such-program\.sh\) of session \w+ could not start: [^\n]*ENOENT[^\n]*\n$/,
  );
});

test('a slow one does not keep its category from the next session', async () => {
  const project = scratchProject();
  const [pid, go] = [beside(project, 'pid'), beside(project, 'go')];
  const after = `echo $$ >'${pid}'; ${waitFor(go)}`;
  project.write('stint.yaml', configOf({ code: { prompt: WORK, after, shell: true } }));
  const first = startStint(project, 'run', 'code');
  await readPid(pid);
  expect(recordedIds(project)).toHaveLength(1);
  // Its own `after` waits too; that it gets a record while the first one still does is what counts.
  const second = startStint(project, 'run', 'code');
  await waitUntil('the second record', () => recordedIds(project).length === 2);
  expect(first.child.exitCode).toBeNull();
  writeFileSync(go, '');
  expect([(await first.done).code, (await second.done).code]).toEqual([0, 0]);
});

test('what it leaves behind is ended', async () => {
  const project = projectWith('sleep 300 & echo $! >../pid');
  expect((await stint(project, 'run', 'code')).code).toBe(0);
  expect(isRunning(await readPid(beside(project, 'pid')))).toBe(false);
});

test('a session whose supervisor was killed: it runs once, with the record that the next start writes', async () => {
  const project = scratchProject();
  const [pid, go] = [beside(project, 'pid'), beside(project, 'go')];
  const after = 'echo "$STINT_SESSION_ID $STINT_OUTCOME" >>../said';
  const prompt = `[ -e '${go}' ] || { echo $$ >'${pid}'; ${waitFor(go)}; }; ${WORK}`;
  project.write(
    'stint.yaml',
    configOf({ code: { prompt, after, shell: true }, docs: { prompt: 'true', after, shell: true } }),
  );
  const killed = startStint(project, 'run', 'code');
  const agent = await readPid(pid);
  killed.child.kill('SIGKILL');
  await killed.done;
  writeFileSync(go, '');
  await waitUntil('the agent is done', () => !isRunning(agent));
  const [orphan] = rowsOf(project);
  const next = await runSession(project, 'docs');
  await runSession(project, 'docs');
  const said = linesOf(beside(project, 'said'));
  expect(said).toHaveLength(3);
  expect(said.filter((line) => line.startsWith(orphan?.id ?? '?'))).toEqual([`${orphan?.id} productive`]);
  expect(said.filter((line) => line.startsWith(next.id))).toHaveLength(1);
});

test('a fan-out runs one for each record', async () => {
  const names = ['a', 'b', 'c'];
  const after = 'echo "$STINT_CATEGORY $STINT_SESSION_ID" >>../said';
  const project = scratchProject(
    configOf(Object.fromEntries(names.map((name) => [name, { prompt: 'true', after, shell: true }]))),
  );
  expect((await stint(project, 'fanout', '--seed', '3', '--top', '3')).code).toBe(0);
  const said = linesOf(beside(project, 'said')).toSorted();
  expect(said).toEqual(
    rowsOf(project)
      .map(({ category, id }) => `${category} ${id}`)
      .toSorted(),
  );
  expect(said.length).toBeGreaterThan(0);
});

test('one that hangs is ended with its whole tree after a minute', async () => {
  const project = projectWith('sleep 300 & echo $! >../child; echo $$ >../pid; wait');
  const pid = beside(project, 'pid');
  // The minute is over as soon as the command is seen to hang.
  const clock = clockThatSkips(60_000, () => readPid(pid));
  const { record, troubles } = await runInProcess(project, 'code', clock);
  expect(record.outcome).toBe('productive');
  expect(troubles).toEqual([
    expect.stringMatching(/^after \(.*\) of session \w+ ran longer than 1m and was ended;/),
  ]);
  const pids = [await readPid(pid), await readPid(beside(project, 'child'))];
  expect(pids.map(isRunning)).toEqual([false, false]);
});
