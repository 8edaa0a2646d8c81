import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { SessionRecord } from '../../src/domain/record.ts';
import { scratchProject } from '../support/scratch.ts';
import { configOf, recordedIds } from '../support/sessions.ts';
import { startStint, stintJson, waitUntil } from '../support/stint.ts';

const COMMIT = 'echo $STINT_SESSION_ID > $STINT_CATEGORY; git add .; git commit -qm "feat: more"';

test('what was good runs once more after its cooldown, and no more; what was not, or has nothing to do, does not', async () => {
  const project = scratchProject();
  const tasks = path.join(project.folder, '../tasks');
  writeFileSync(tasks, 'one task\n');
  const config = configOf(
    {
      good: { prompt: COMMIT },
      poor: { prompt: COMMIT, schedule: { respawn: { grade: 0.9 } } },
      off: { prompt: COMMIT, schedule: { respawn: { chain: 0 } } },
      dry: { prompt: `: > '${tasks}'; ${COMMIT}`, supply: ['cat', tasks] },
    },
    { schedule: { top: 4, cooldown: '300ms', respawn: { grade: 0.2 } } },
  );
  project.write('stint.yaml', config);
  const { spawned } = await stintJson<{ spawned: SessionRecord[] }>(project, 'fanout', '--respawn');
  const rows = spawned.map(({ category, runType, chain }) => `${category} ${runType} ${chain}`);
  expect(rows.toSorted()).toEqual([
    'dry timer 0',
    'good respawn 1',
    'good timer 0',
    'off timer 0',
    'poor timer 0',
  ]);
  const [first, second] = spawned.filter(({ category }) => category === 'good');
  const rest = Date.parse(second?.startedAt ?? '') - Date.parse(first?.endedAt ?? '');
  expect(rest).toBeGreaterThanOrEqual(300);
  // One who asks for one session by name hears why there is no further one.
  const named = ['run', 'poor', '--respawn', '--set', 'categories.poor.schedule.cooldown=0s'];
  const { sessions, ended } = await stintJson<{ sessions: SessionRecord[]; ended: string }>(
    project,
    ...named,
  );
  expect(sessions.map(({ runType }) => runType)).toEqual(['manual']);
  expect(ended).toMatch(/^its grade 0\.\d\d is under schedule\.respawn\.grade \(0\.9\)$/);
});

test('Ctrl-C while a category rests: the session that was has its record, and no further one starts', async () => {
  const project = scratchProject(
    configOf({ code: { prompt: COMMIT } }, { schedule: { cooldown: '1h', respawn: { grade: 0.2 } } }),
  );
  const run = startStint(project, 'run', 'code', '--respawn');
  let said = '';
  run.child.stderr?.on('data', (text: string) => (said += text));
  await waitUntil('its rest', () => /: its category starts again at .*, in /.test(said));
  run.child.kill('SIGINT');
  const { code, stdout } = await run.done;
  expect(code).toBe(130);
  expect(stdout).toContain('no further session: it was interrupted (SIGINT)');
  expect(recordedIds(project)).toHaveLength(1);
});
