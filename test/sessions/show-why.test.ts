import { expect, test } from 'vitest';
import type { Evidence } from '../../src/domain/evidence.ts';
import { scratchProject } from '../support/scratch.ts';
import { configOf } from '../support/sessions.ts';
import { runSession, stint, stintJson } from '../support/stint-here.ts';

test('the stored evidence is behind the verdict, in words at 80 columns and as JSON', async () => {
  const prompt = 'seq 40 > new.txt; git add new.txt; git commit -qm "feat: forty lines"; echo x > left.txt';
  const project = scratchProject(configOf({ code: { prompt } }));
  const { id, commits } = await runSession(project, 'code');
  const said = await stintJson<{ evidence: Evidence }>(project, 'show', id, '--why');
  expect(said.evidence.commits.map(({ sha, lines }) => [sha, lines])).toEqual([[commits[0], 40]]);
  expect(said.evidence.uncommitted).toEqual(['left.txt']);
  expect(await stintJson(project, 'show', id)).not.toHaveProperty('evidence');
  const { stdout } = await stint({ ...project, env: { ...project.env, COLUMNS: '80' } }, 'show', id, '--why');
  const why = stdout.slice(stdout.indexOf('\nwhy\n'), stdout.indexOf('\nnext '));
  expect(why).toMatch(/abandoned_loop \(agent\): uncommitted work in 1 file[^]*uncommitted: left\.txt/);
  expect(why).toContain(`${commits[0]?.slice(0, 12)}, 40 lines: seen by the git hook`);
  for (const line of why.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});
