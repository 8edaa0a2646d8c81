import { expect, test } from 'vitest';
import { scratchProject } from '../support/scratch.ts';
import { configOf } from '../support/sessions.ts';
import { runSession, stint, stintJson } from '../support/stint-here.ts';

interface Audited {
  readonly findings: readonly { readonly kind: string; readonly sessionId: string }[];
}

test('saved work whose ref a person dropped is named by the audit, until it is accepted', async () => {
  const project = scratchProject(
    configOf({ code: { prompt: 'seq 40 >left' }, docs: { prompt: 'seq 30 >kept' } }),
  );
  const dropped = await runSession(project, 'code');
  const kept = await runSession(project, 'docs');
  expect([dropped.outcome, kept.outcome]).toEqual(['unknown', 'unknown']);
  expect((await stint(project, 'audit')).code).toBe(0);

  project.git('update-ref', '-d', dropped.salvage ?? '');
  const found = await stintJson<Audited>(project, 'audit');
  expect(found.findings).toMatchObject([{ kind: 'salvage-missing', sessionId: dropped.id }]);
  expect((await stint(project, 'audit')).stdout).toContain(
    `${dropped.salvage}, and git does not have that ref`,
  );
  // Only the audit asks git.
  expect((await stint(project, 'status')).stdout).toMatch(/^audit: clean$/m);

  const accepted = await stint(
    project,
    'audit',
    '--accept',
    'salvage-missing',
    '--why',
    'taken over by hand',
  );
  expect([accepted.code, accepted.stderr]).toEqual([0, '']);
  project.git('update-ref', '-d', kept.salvage ?? '');
  expect((await stintJson<Audited>(project, 'audit')).findings).toMatchObject([{ sessionId: kept.id }]);
});

test('git is asked nothing where no session left anything, and refs of others mean nothing', async () => {
  const project = scratchProject(configOf({ code: { prompt: 'true' } }));
  await runSession(project, 'code');
  project.git('update-ref', 'refs/stint/salvage/other', 'HEAD');
  expect((await stint(project, 'audit')).code).toBe(0);
});
