import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { SessionRecord } from '../../src/domain/record.ts';
import type { ReliabilityReport } from '../../src/report/reliability.ts';
import { scratchEnvironment, scratchFolder, scratchProject } from '../support/scratch.ts';
import { startStint, stint, stintJson, waitUntil } from '../support/stint.ts';

/** A folder outside every repository, as a script on a server stands in. */
function plainFolder() {
  const scratch = scratchFolder();
  const folder = path.join(scratch, 'work');
  mkdirSync(folder);
  return { folder, env: scratchEnvironment(scratch), state: path.join(scratch, 'state', 'stint') };
}

test('a script without repository and configuration gets supervision, verdict and record', async () => {
  const place = plainFolder();
  const result = await stint(
    place,
    'run',
    '--wrap',
    '--',
    'sh',
    '-c',
    'echo "$1" >out; echo said; exit 3',
    'x',
    'two words {prompt} $(touch evil)',
  );
  expect(result.code).toBe(3);
  expect(result.stdout.trim().split('\n').at(-1)).toMatch(/^sh \w+ {2}failed 0\.00 .*crash.*next: /);
  expect(readFileSync(path.join(place.folder, 'out'), 'utf8')).toBe('two words {prompt} $(touch evil)\n');
  expect(readdirSync(place.folder)).toEqual(['out']);
  const records = await stintJson<SessionRecord[]>(place, 'sessions');
  expect(records).toMatchObject([
    { category: 'sh', harness: 'wrap', outcome: 'failed', stop: { reason: 'crashed', exitCode: 3 } },
  ]);
  expect(records[0]?.landing).toEqual({ kind: 'none', detail: 'it had no branch of its own' });
  expect((await stint(place, 'logs', records[0]?.id ?? '')).stdout).toBe('said\n');
  expect(existsSync(path.join(place.state, 'folders'))).toBe(true);
});

test('in a repository its commits are its own, in the folder where the caller stands', async () => {
  const project = scratchProject();
  mkdirSync(path.join(project.folder, 'sub'));
  const sub = { folder: path.join(project.folder, 'sub'), env: project.env };
  const record = await stintJson<SessionRecord & { exitCode: number }>(
    sub,
    'run',
    '--wrap',
    '--category',
    'nightly',
    '--json',
    '--',
    'sh',
    '-c',
    'seq 40 >here && git add here && git commit -qm nightly; kill -TERM $$',
  );
  expect(record).toMatchObject({ category: 'nightly', outcome: 'productive', grade: 0.6404 });
  expect([record.exitCode, record.stop]).toEqual([143, expect.objectContaining({ exitCode: 143 })]);
  expect(record.commits).toEqual([project.git('rev-parse', 'HEAD')]);
  expect(project.git('show', '--format=', '--name-only')).toBe('sub/here');
});

test('two of one category never run at once', async () => {
  const place = plainFolder();
  const first = startStint(
    place,
    'run',
    '--wrap',
    '--category',
    'nightly',
    '--',
    'sh',
    '-c',
    'touch started; while [ ! -e go ]; do sleep 0.05; done',
  );
  await waitUntil('the first script', () => existsSync(path.join(place.folder, 'started')));
  const second = await stint(place, 'run', '--wrap', '--category', 'nightly', '--', 'touch', 'second');
  expect(second.code).toBe(75);
  expect(second.stderr).toMatch(/nightly is busy/);
  expect(existsSync(path.join(place.folder, 'second'))).toBe(false);
  await stint(place, 'run', '--wrap', '--category', 'other', '--', 'touch', 'go');
  expect((await first.done).code).toBe(0);
});

test('its time limit is its own, and kept to', async () => {
  const place = plainFolder();
  // Nobody would look again before the test gives up: the limit itself has to wake it.
  const env = { ...place.env, STINT_SUPERVISE__SAMPLE: '10m' };
  const limited = ['--timeout', '500ms', '--json', '--', 'sleep', '600'];
  const result = await stint({ ...place, env }, 'run', '--wrap', ...limited);
  expect(result.code).toBe(124);
  const record = JSON.parse(result.stdout) as SessionRecord;
  expect(record).toMatchObject({
    exitCode: 124,
    outcome: 'failed',
    stop: { reason: 'timed-out' },
    failureModes: ['abandoned_loop'],
  });
  expect(record.stop.because).toMatch(/its limit is 500ms$/);
});

test('what it ends with is passed on, unless its program could not be run', async () => {
  const place = plainFolder();
  writeFileSync(path.join(place.folder, 'script'), '#!/no/such/interpreter\n', { mode: 0o755 });
  const run = (...words: string[]) =>
    stintJson<SessionRecord & { exitCode: number }>(place, 'run', '--wrap', '--json', '--', ...words);
  expect(await run('true')).toMatchObject({
    outcome: 'unknown',
    failureModes: [],
    reasons: expect.arrayContaining(['unknown: completed; nothing to judge']) as unknown,
    exitCode: 0,
    stop: { exitCode: 0 },
  });
  expect(await run('sh', '-c', 'no-such-command')).toMatchObject({
    outcome: 'failed',
    exitCode: 127,
    stop: { reason: 'crashed', exitCode: 127 },
  });
  expect(await run('./script')).toMatchObject({
    outcome: 'not-run',
    exitCode: 1,
    stop: { reason: 'not-started', exitCode: 127 },
  });
  const report = await stintJson<ReliabilityReport>(place, 'report', 'reliability');
  expect(report.notCounted).toMatchObject({ unknown: 0, notRun: 1, nothingToJudge: 1 });
});
