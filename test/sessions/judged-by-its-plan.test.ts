import { expect, test } from 'vitest';
import { scratchProject } from '../support/scratch.ts';
import { configOf } from '../support/sessions.ts';
import { stint, stintJson } from '../support/stint-here.ts';

test('a session that commits another configuration is judged by the one that it was planned with', async () => {
  const agent = `sed -i 's/"test -e never"/"true"/' stint.yaml && seq 40 >work.txt && git add -A && git commit -qm work`;
  const project = scratchProject(
    configOf(
      { code: { harness: 'shell', prompt: 'x', check: 'test -e never' } },
      { harnesses: { shell: { command: ['sh', '-c', agent] } } },
    ),
  );
  const record = await stintJson<{ branch: string; check: { result: string; detail: string } }>(
    project,
    'run',
    'code',
  );
  expect(project.git('show', `${record.branch}:stint.yaml`)).toContain('"check":"true"');
  expect(record.check).toMatchObject({
    result: 'failed-before',
    detail: expect.stringContaining('test -e never') as string,
  });
});

test('run says when it sets up and when it judges: both may take minutes', async () => {
  const project = scratchProject(
    configOf({ code: { prompt: 'work', setup: 'true', check: 'test -e README.md' } }),
  );
  const { stderr } = await stint(project, 'run', 'code');
  const at = ['setting up its worktree: true', 'ended; judging it: test -e README.md'].map((words) =>
    stderr.indexOf(words),
  );
  expect(at[0]).toBeGreaterThanOrEqual(0);
  expect(at[1]).toBeGreaterThan(at[0] ?? 0);
});
