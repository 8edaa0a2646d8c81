import { cpSync, existsSync, renameSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { SessionRecord } from '../../src/domain/record.ts';
import { AGENTS, scratchProject, type ScratchProject } from '../support/scratch.ts';
import { startStint, stint, stintJson, waitUntil } from '../support/stint.ts';

const configOf = (prompt: string): string => `version: 1
preamble: false
harnesses: { mine: { command: [node, ${AGENTS}/scripted.mjs] } }
supervise: { sample: 100ms }
schedule: { cooldown: 0s }
categories: { code: { prompt: ${JSON.stringify(prompt)} }, docs: { prompt: "true" } }
`;

const elsewhere = (project: ScratchProject, folder: string): ScratchProject => ({ ...project, folder });

test('incident 28: a copy of a repository never touches the sessions of the original', async () => {
  const project = scratchProject(
    configOf(
      'touch "$STINT_STATE_DIR/started"; while [ ! -e "$STINT_STATE_DIR/go" ]; do sleep 0.05; done; echo done >done; git add done; git commit -qm done',
    ),
  );
  const run = startStint(project, 'run', 'code', '--json');
  const [started, go] = ['started', 'go'].map((name) => path.join(project.stateFolder, name));
  await waitUntil('the agent', () => existsSync(started ?? ''));
  const copy = elsewhere(project, `${project.folder}-copy`);
  cpSync(project.folder, copy.folder, { recursive: true });
  const refused = await stint(copy, 'run', 'docs');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(
    /^stint: The state in .*-copy\/\.git\/stint belongs to .*project\/\.git, .* remove /,
  );
  await stint(project, 'run', '--wrap', '--', 'touch', go ?? '');
  expect((JSON.parse((await run.done).stdout) as SessionRecord).outcome).toBe('productive');
});

test('two repositories do not share one state', async () => {
  const [one, two] = [scratchProject(configOf('true')), scratchProject(configOf('true'))];
  const shared = path.join(one.folder, '..', 'shared');
  const env = { ...one.env, STINT_STATE_DIR: shared };
  expect((await stint({ ...one, env }, 'run', 'docs')).code).toBe(0);
  const refused = await stint({ ...two, env }, 'run', 'docs');
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('belongs to')]);
  expect((await stintJson<SessionRecord[]>({ ...one, env }, 'sessions')).length).toBe(1);
});

test('a repository that was moved takes its records along', async () => {
  const project = scratchProject(configOf('true'));
  await stint(project, 'run', 'docs');
  const moved = elsewhere(project, `${project.folder}-moved`);
  renameSync(project.folder, moved.folder);
  expect((await stint(moved, 'run', 'docs')).code).toBe(0);
  expect((await stintJson<SessionRecord[]>(moved, 'sessions')).length).toBe(2);
});
