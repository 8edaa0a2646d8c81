import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openProject } from '../../src/control/project/project.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { runInProcess } from '../support/in-process.ts';
import { scratchProject } from '../support/scratch.ts';
import { configOf } from '../support/sessions.ts';

test('a file in the place of the folder of start logs keeps no session from its record', async () => {
  const project = scratchProject(configOf({ code: { prompt: 'true' } }));
  const { folder, env } = project;
  const opened = await openProject({ folder, env, clock: systemClock, access: 'write' });
  writeFileSync(opened.layout.starts, 'not a folder');
  await opened.close();
  const { record, troubles } = await runInProcess(project, 'code', systemClock);
  expect(record).toMatchObject({ outcome: 'noop', stop: { reason: 'completed' } });
  expect(troubles).toEqual([
    expect.stringMatching(/^the start log of session \w+ stays where it is: ENOTDIR/),
  ]);
});
