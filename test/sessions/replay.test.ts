import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Replay } from '../../src/control/desk/replay-session.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import { clockThatRuns, runInProcess, RUNNING } from '../support/in-process.ts';
import { scratchFolder, scratchProject, type ScratchProject } from '../support/scratch.ts';
import { configOf, LOOKED_AT } from '../support/sessions.ts';
import { runSession, stint, stintJson } from '../support/stint-here.ts';

// What was decided can be asked again, from what was written down: 2-liveness, first paragraph.

const steps = [{ say: 'hm' }, { bash: LOOKED_AT }, { say: 'done' }, { result: {} }];

async function played(category: object = {}): Promise<{ project: ScratchProject; record: SessionRecord }> {
  const prompt = JSON.stringify(steps);
  const project = scratchProject(configOf({ code: { harness: 'stream', prompt, ...category } }));
  return { project, record: await runSession(project, 'code') };
}

const pulsesOf = (project: ScratchProject, id: string): string =>
  path.join(project.stateFolder, 'sessions', id, 'pulses.jsonl');

test('asked again it is the same; with another limit it is what that would have done', async () => {
  const { project, record } = await played();
  const again = await stintJson<Replay>(project, 'show', record.id, '--replay');
  expect([again.changedLine, again.hasOutput]).toEqual([null, true]);
  expect(again.steps.map(({ state, recorded }) => [state, recorded.state])).toEqual(
    again.steps.map(({ recorded }) => [recorded.state, recorded.state]),
  );
  expect(again.steps.map(({ state }) => state)).toContain('in-tool');
  expect(again.last?.state).toBe('gone');

  const shorter = await stintJson<Replay>(
    project,
    'show',
    record.id,
    '--replay',
    '--set',
    'supervise.output=1B',
  );
  expect(shorter.last?.end?.reason).toBe('budget');
  expect(shorter.last?.recorded.end).toBeNull();
  const text = await stint(project, 'show', record.id, '--replay', '--set', 'supervise.output=1B');
  expect(text.stdout).toContain('It would have been ended here (budget); it was not.');

  const early = await stintJson<Replay>(project, 'show', record.id, '--replay', '--at', '+1ms');
  expect(early.looks).toBeGreaterThan(0);
  expect(early.looks).toBeLessThan(again.looks);
  const moment = again.steps[0]?.at ?? '';
  const at = await stintJson<Replay>(project, 'show', record.id, '--replay', '--at', moment);
  expect(at.looks).toBe(1);
});

test('a session that was ended says so again, and would have lived with a longer limit', async () => {
  const said = path.join(scratchFolder(), 'said');
  const prompt = JSON.stringify([{ say: 'hm' }, { spawn: ['touch', said] }, { hang: true }]);
  const code = { harness: 'stream', prompt, timeout: '5m', supervise: RUNNING };
  const project = scratchProject(configOf({ code }));
  const { record } = await runInProcess(
    project,
    'code',
    clockThatRuns(() => existsSync(said)),
    'stream',
  );
  expect(record.stop.reason).toBe('timed-out');
  const again = await stint(project, 'show', record.id, '--replay');
  expect(again.stdout).toContain('The same as it was decided then: ended, timed-out.');
  const call = ['show', record.id, '--replay', '--set'];
  const shorter = await stintJson<Replay>(project, ...call, 'supervise.silence=1s');
  expect(shorter.last).toMatchObject({ state: 'stuck', end: { reason: 'stuck' } });
  expect(shorter.last?.recorded.end).toBeNull();
  const misspelt = await stint(project, ...call, 'supervise.silense=1s');
  expect([misspelt.code, misspelt.stderr]).toEqual([
    2,
    'stint: --set supervise.silense: it is no limit. Did you mean silence? See docs/settings.md.\n',
  ]);
});

test('a look that was changed afterwards shows', async () => {
  const { project, record } = await played();
  const file = pulsesOf(project, record.id);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const lines = readFileSync(file, 'utf8').split('\n');
  const line = lines[3] ?? '';
  lines[3] = line.replace(/"t":(\d+)/, (_, time: string) => `"t":${Number(time) + 1}`);
  writeFileSync(file, lines.join('\n'));
  const replay = await stintJson<Replay>(project, 'show', record.id, '--replay');
  expect(replay.changedLine).toBe(4);
  expect((await stint(project, 'show', record.id, '--replay')).stdout).toContain(
    'Line 4 of pulses.jsonl was changed',
  );
});

test('without what was written there is nothing to ask again', async () => {
  const { project, record } = await played();
  writeFileSync(pulsesOf(project, record.id), '');
  const result = await stint(project, 'show', record.id, '--replay');
  expect([result.code, result.stderr]).toEqual([
    1,
    expect.stringContaining(`Nothing is written of how session ${record.id} was watched.`),
  ]);
});
