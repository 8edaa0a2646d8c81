import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isLocked } from '../../src/lib/lock-table.ts';
import type { ConcurrencyReport } from '../../src/report/concurrency.ts';
import { scratchProject } from '../support/scratch.ts';
import { configOf, readPid, waitFor } from '../support/sessions.ts';
import { startStint, stint, stintJson, waitUntil } from '../support/stint.ts';

test('every hold is noted, also of a supervisor that is killed: held, then unknown, then as its record says', async () => {
  const project = scratchProject();
  const [started, go] = [path.join(project.folder, '../started'), path.join(project.folder, '../go')];
  onTestFinished(() => writeFileSync(go, ''));
  const config = { code: { prompt: `echo $$ > '${started}'; ${waitFor(go)}` }, docs: { prompt: 'true' } };
  project.write('stint.yaml', configOf(config));
  const report = (): Promise<ConcurrencyReport> =>
    stintJson(project, 'report', 'concurrency', '--since', '2h');
  const code = async () => (await report()).locks.find(({ lock }) => lock === 'code');

  const run = startStint(project, 'run', 'code');
  await readPid(started);
  expect((await stint(project, 'run', 'code')).code).toBe(75);
  expect((await stint(project, 'run', 'docs')).code).toBe(0);
  expect(await report()).toMatchObject({
    peak_concurrency: 2,
    total_acquisitions: 2,
    same_lock_violations: 0,
    refusals: 1,
    unknownReleases: 0,
  });

  run.child.kill('SIGKILL');
  await run.done;
  // Its agent has the lock on.
  expect(await code()).toMatchObject({ isHeldNow: true, acquisitions: 1, refusals: 1 });
  writeFileSync(go, '');
  await waitUntil('the lock is free', () => !isLocked(path.join(project.stateFolder, 'locks/code.lock')));
  expect(await report()).toMatchObject({ unknownReleases: 1, total_acquisitions: 2 });
  expect((await stint(project, 'report', 'concurrency')).stdout).toContain(
    '1 hold of a killed supervisor: until when is unknown until the next start; drawn to the end',
  );

  // Of a history of seconds, a day would show nothing.
  const young = await stintJson<ConcurrencyReport>(project, 'report', 'concurrency');
  expect(young).toMatchObject({ total_acquisitions: 2, refusals: 1 });
  expect(Date.parse(young.until) - Date.parse(young.since)).toBeLessThan(3_600_000);

  // The next start settles it, before it notes its own.
  expect((await stint(project, 'run', 'code')).code).toBe(0);
  expect(await report()).toMatchObject({
    peak_concurrency: 2,
    total_acquisitions: 3,
    same_lock_violations: 0,
    unknownReleases: 0,
  });
  expect(await code()).toMatchObject({ isHeldNow: false, acquisitions: 2, violations: 0 });
});
