import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import {
  beside,
  commits,
  moveWhile,
  personCommits,
  projectOf,
  subjects,
  type Landed,
} from '../support/landing.ts';
import { scratchProject } from '../support/scratch.ts';
import { configOf, worktreesOf } from '../support/sessions.ts';
import { runSession, stint, stintJson } from '../support/stint-here.ts';

test('a command gets the work in a worktree of its own, and its exit code decides', async () => {
  const project = scratchProject();
  const told = beside(project, 'told');
  const script = `pwd > '${told}'; ls a >> '${told}'; env | grep '^STINT_' | sort >> '${told}'; exit $(cat '${beside(project, 'code')}')`;
  const land = ['sh', '-c', script];
  project.write(
    'stint.yaml',
    configOf({
      code: { prompt: commits('a'), land },
      here: { prompt: commits('a', 'again'), land, isolation: 'shared' },
    }),
  );
  writeFileSync(beside(project, 'code'), '0');
  const record = await runSession(project, 'code');
  expect(record.landing).toMatchObject({ kind: 'landed', how: 'command', head: record.commits[0] });
  const lines = readFileSync(told, 'utf8').split('\n');
  expect(lines[0]).toContain(`/land-${record.id}-`);
  expect(lines).toEqual(
    expect.arrayContaining([
      'a',
      `STINT_SESSION_ID=${record.id}`,
      'STINT_CATEGORY=code',
      `STINT_BRANCH=${record.branch}`,
      `STINT_BASE=${record.base}`,
      `STINT_HEAD=${record.commits[0]}`,
      'STINT_OUTCOME=productive',
      `STINT_GRADE=${record.grade}`,
    ]),
  );
  expect(worktreesOf(project)).toEqual([]);
  writeFileSync(beside(project, 'code'), '7');
  const here = await runSession(project, 'here');
  expect(readFileSync(told, 'utf8')).toContain('STINT_BRANCH=\n');
  expect(here.landing).toMatchObject({ kind: 'refused', reason: 'command-failed' });
});

test('land ID: after a conflict, with what a person made of the branch', async () => {
  const { project, record } = await moveWhile({ check: ['test', '-e', 'a'] }, personCommits('a'));
  const refused = await stint(project, 'land', record.id);
  expect(refused.code).toBe(1);
  expect(refused.stdout).toContain('not landed (conflict)');
  expect(refused.stdout).toContain(`next: rebase ${record.branch} by hand, then stint land ${record.id}`);
  project.git('checkout', '-q', record.branch ?? '');
  expect(() => project.git('rebase', 'main')).toThrow();
  project.write('a', 'theirs and ours\n');
  project.git('add', 'a');
  project.git('-c', 'core.editor=true', 'rebase', '--continue');
  project.git('checkout', '-q', 'main');
  const landed = await stintJson<Landed>(project, 'land', record.id);
  expect(landed.landing).toMatchObject({ kind: 'landed', commits: [project.git('rev-parse', 'main')] });
  expect(readFileSync(path.join(project.folder, 'a'), 'utf8')).toBe('theirs and ours\n');
});

test('land ID: a check that fails holds it, and a person may go without', async () => {
  const project = projectOf({ code: { prompt: commits('a'), check: 'false' } });
  const record = await runSession(project, 'code');
  const held = await stint(project, 'land', record.id);
  expect([held.code, held.stdout]).toEqual([1, expect.stringContaining('(check-failed)')]);
  const landed = await stint(project, 'land', record.id, '--no-check');
  expect(landed.code).toBe(0);
  expect(subjects(project, 'main')).toEqual(['add a', 'start']);
});

test('land ID: what cannot land is refused before anything is tried', async () => {
  const project = projectOf({
    code: { prompt: commits('a') },
    idle: { prompt: 'true' },
    here: { prompt: commits('b'), isolation: 'shared' },
  });
  const [code, idle, here] = [
    await runSession(project, 'code'),
    await runSession(project, 'idle'),
    await runSession(project, 'here'),
  ];
  const codeOf = async (...args: string[]): Promise<unknown> =>
    (await stintJson<{ error: { code: string } }>(project, 'land', ...args)).error.code;
  expect(await codeOf(idle.id)).toBe('nothing_to_land');
  expect(await codeOf(here.id)).toBe('nothing_to_land');
  expect(await codeOf(code.id, '--how', 'command')).toBe('usage');
  project.env['STINT_SESSION_ID'] = idle.id;
  project.env['STINT_TOKEN'] = 'token';
  expect(await codeOf(code.id)).toBe('in_session');
  delete project.env['STINT_SESSION_ID'];
  delete project.env['STINT_TOKEN'];
  project.git('branch', '-D', code.branch ?? '');
  expect(await codeOf(code.id)).toBe('branch_gone');
});
