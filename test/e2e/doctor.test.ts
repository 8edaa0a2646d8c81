import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Finding } from '../../src/control/setup/doctor.ts';
import { openProject } from '../../src/control/project/project.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { findScopeHome } from '../../src/run/session-scope.ts';
import { insertRecord } from '../../src/store/records.ts';
import { recordOf, sessionId } from '../support/records.ts';
import {
  scratchEnvironment,
  scratchFolder,
  scratchProject,
  type ScratchProject,
} from '../support/scratch.ts';
import { stint } from '../support/stint.ts';

interface Examined {
  readonly code: number | null;
  readonly isWell: boolean;
  readonly findings: readonly Finding[];
}

async function examine(project: Pick<ScratchProject, 'folder' | 'env'>): Promise<Examined> {
  const { code, stdout } = await stint(project, 'doctor', '--json');
  return { code, ...(JSON.parse(stdout) as { isWell: boolean; findings: Finding[] }) };
}

const find = (examined: Examined, name: string): Finding | undefined =>
  examined.findings.find((each) => each.name === name);

const CONFIG = 'version: 1\nharnesses: { mine: { command: [sh] } }\ncategories: { code: { prompt: work } }\n';

test('a machine and a project that are well', async () => {
  const project = scratchProject(CONFIG);
  const before = readdirSync(path.join(project.folder, '.git'));
  const examined = await examine(project);
  expect(examined.findings.filter(({ level }) => level === 'fail' || level === 'warn')).toEqual([]);
  expect([examined.code, examined.isWell]).toEqual([0, true]);
  expect(find(examined, 'configuration')?.detail).toMatch(/stint\.yaml, 1 category$/);
  expect(readdirSync(path.join(project.folder, '.git'))).toEqual(before);
});

test('each line that fails has a remedy, and the exit code says so', async () => {
  const project = scratchProject(CONFIG.replace('[sh]', '[no-such-agent]'));
  const examined = await examine(project);
  expect(find(examined, 'harness mine')).toMatchObject({
    level: 'fail',
    detail: expect.stringContaining('no-such-agent'),
    remedy: expect.stringContaining('Install'),
  });
  expect([examined.code, examined.isWell]).toEqual([1, false]);
});

test.each<[string, (project: ScratchProject) => void, string, Finding['level'], RegExp]>([
  [
    'a configuration that is wrong',
    (project) => project.write('stint.yaml', 'version: 2\n'),
    'project',
    'fail',
    /stint\.yaml:1:10/,
  ],
  [
    'reflogs that are off',
    (project) => void project.git('config', 'core.logAllRefUpdates', 'false'),
    'reflogs',
    'warn',
    /core\.logAllRefUpdates/,
  ],
  [
    'a state that is no database',
    (project) => {
      mkdirSync(project.stateFolder);
      writeFileSync(path.join(project.stateFolder, 'stint.db'), 'x'.repeat(5000));
    },
    'project',
    'fail',
    /stint\.db/,
  ],
])('finds %s', async (_, prepare, name, level, detail) => {
  const project = scratchProject(CONFIG);
  prepare(project);
  const found = find(await examine(project), name);
  expect(found).toMatchObject({ level, detail: expect.stringMatching(detail), remedy: expect.any(String) });
});

test('works outside a repository', async () => {
  const folder = scratchFolder();
  const examined = await examine({ folder, env: scratchEnvironment(folder) });
  expect(find(examined, 'project')).toMatchObject({
    level: 'fail',
    detail: expect.stringContaining('no git repository'),
  });
  expect(find(examined, 'git')?.level).toBe('ok');
});

test('an old Node and an old git are told apart from a new one', async () => {
  const folder = scratchFolder();
  const bin = path.join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(path.join(bin, 'git'), '#!/bin/sh\necho git version 2.25.1\n', { mode: 0o755 });
  const env = { ...scratchEnvironment(folder), PATH: `${bin}:${process.env['PATH']}` };
  expect(find(await examine({ folder, env }), 'git')).toMatchObject({
    level: 'fail',
    detail: expect.stringContaining('2.25'),
  });
});

test('says whether sessions get a cgroup, and what recent ones left behind', async () => {
  const project = scratchProject(CONFIG);
  const cgroups = find(await examine(project), 'cgroups');
  const home = findScopeHome();
  if (home === null)
    expect(cgroups).toMatchObject({ level: 'info', remedy: expect.stringContaining('--scope') });
  else expect(cgroups).toMatchObject({ level: 'ok', detail: expect.stringContaining(home) });
  const opened = await openProject({ ...project, clock: systemClock, access: 'write' });
  onTestFinished(() => opened.close());
  await insertRecord(opened.store, recordOf(1, { leftovers: ['sleep', 'node'] }), '/repo/.git');
  const ended = { level: 'ok', detail: expect.stringContaining('1 left processes behind (2 in all)') };
  expect(find(await examine(project), 'leaks')).toMatchObject(ended);
  await insertRecord(opened.store, recordOf(2, { leftovers: ['sleep'], survivors: ['sleep'] }), '/repo/.git');
  expect(find(await examine(project), 'leaks')).toMatchObject({
    level: 'warn',
    detail: expect.stringContaining(sessionId(2)),
    remedy: expect.any(String),
  });
  const { stdout } = await stint(project, 'report', 'reliability');
  expect(stdout).toMatch(
    /left behind: 3 processes of 2 sessions\ncould not be ended: 1 process of 1 session\n/,
  );
});
