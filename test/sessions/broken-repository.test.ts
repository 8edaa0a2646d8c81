import { existsSync, renameSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { SessionRecord } from '../../src/domain/record.ts';
import { AGENTS, scratchProject } from '../support/scratch.ts';
import { stint, stintJson } from '../support/stint-here.ts';

// The agent takes the objects away after its commit, as a dying disk or a careless `rm` would.
const CONFIG = `version: 1
preamble: false
harnesses: { mine: { command: [node, ${AGENTS}/scripted.mjs] } }
supervise: { sample: 100ms }
schedule: { cooldown: 0s }
categories:
  code:
    prompt: |
      if [ -e "$STINT_STATE_DIR/broken" ]; then echo ok >ok; git add ok; git commit -qm ok; exit; fi
      touch "$STINT_STATE_DIR/broken"
      echo work >work; echo more >uncommitted; git add work; git commit -qm work
      objects=$(git rev-parse --path-format=absolute --git-common-dir)/objects
      mv "$objects" "$objects.gone"; mkdir "$objects"
`;

test('a repository that git cannot read: one record that says so, the only copy stays, later sessions are not in its way', async () => {
  const project = scratchProject(CONFIG);
  const record = await stintJson<SessionRecord>(project, 'run', 'code');
  expect(record).toMatchObject({ outcome: 'unknown', grade: null, commits: [] });
  expect(record.reasons[0]).toMatch(/git could not say/);
  expect(record.keptWorktree).not.toBeNull();
  expect(existsSync(path.join(record.keptWorktree ?? '', 'uncommitted'))).toBe(true);
  expect((await stintJson<SessionRecord[]>(project, 'sessions')).length).toBe(1);

  const refused = await stint(project, 'run', 'code');
  expect([refused.code, refused.stderr.trim().split('\n').length]).toEqual([expect.any(Number), 1]);
  expect(refused.stderr).not.toMatch(/ {4}at |inside stint/);

  const objects = path.join(project.folder, '.git', 'objects');
  renameSync(objects, `${objects}.empty`);
  renameSync(`${objects}.gone`, objects);
  expect((await stintJson<SessionRecord>(project, 'run', 'code')).outcome).toBe('productive');
});
