import { chmodSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Finding } from '../../src/control/setup/doctor.ts';
import { scratchProject, type ScratchProject } from '../support/scratch.ts';
import { runSession, stint, stintJson } from '../support/stint-here.ts';

// What a CLI has no means to do is said before, and in each record; it stops nobody.

const CLAUSE = 'maxTurns: 5 is not kept: pi has no such limit';

function projectWithPi(): ScratchProject {
  const project = scratchProject();
  const program = path.join(project.folder, '..', 'pi');
  project.write(
    'stint.yaml',
    JSON.stringify({
      version: 1,
      permissions: 'full',
      harnesses: { pi: { command: [program] } },
      categories: {
        code: { prompt: 'x', maxTurns: 5 },
        docs: { prompt: 'x' },
        more: { prompt: 'x', maxTurns: 5 },
      },
    }),
  );
  project.write('../pi', '#!/bin/sh\ncat >/dev/null\necho well\n');
  chmodSync(program, 0o755);
  return project;
}

test('config validate and doctor say it once, with the categories', async () => {
  const project = projectWithPi();
  const expected = { harness: 'pi', categories: ['code', 'more'], detail: CLAUSE };
  expect(await stintJson(project, 'config', 'validate')).toMatchObject({ notHonoured: [expected] });
  expect((await stint(project, 'config', 'validate')).stdout).toContain(`pi (code, more): ${CLAUSE}.`);
  const { findings } = await stintJson<{ findings: Finding[] }>(project, 'doctor');
  expect(findings.filter(({ name, level }) => name === 'harness pi' && level === 'warn')).toMatchObject([
    { detail: `code, more: ${CLAUSE}` },
  ]);
});

test('the record of each session that it holds for says it', async () => {
  const project = projectWithPi();
  expect((await runSession(project, 'code')).warnings).toEqual([CLAUSE]);
  expect((await runSession(project, 'docs')).warnings).toEqual([]);
});
