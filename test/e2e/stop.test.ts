import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Stopped } from '../../src/control/session/stop-session.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import { scratchFolder, scratchProject, type ScratchProject } from '../support/scratch.ts';
import { configOf, recordedIds, rowsOf, taggedProcesses, waitFor } from '../support/sessions.ts';
import { startStint, stint, stintJson, waitUntil } from '../support/stint.ts';

type Result = Stopped & { id: string };

/** A project with a session that waits for ever, and says in a file when it got to work. */
async function running(
  script: string,
): Promise<{ project: ScratchProject; id: string; done: Promise<unknown> }> {
  const project = scratchProject(configOf({ code: { prompt: script }, docs: { prompt: script } }));
  const { done } = startStint(project, 'run', 'code', '--json');
  await waitUntil('the agent works', () => existsSync(path.join(project.folder, 'at-work')));
  return { project, id: rowsOf(project)[0]?.id ?? '', done };
}

/** Says, from inside the worktree, that the agent is at work. */
const SAY = 'touch "$(git rev-parse --git-common-dir)/../at-work"';

describe('stint stop', () => {
  test('ends a session in order: what it delivered counts, and it is recorded as cancelled', async () => {
    const script = `echo x > made && git add made && git commit -qm "feat: made" && ${SAY} && sleep 300`;
    const { project, id, done } = await running(script);
    const [stopped] = await stintJson<Result[]>(project, 'stop', id.slice(0, 9));
    expect(stopped?.kind).toBe('stopped');
    const record = (stopped as { record: SessionRecord }).record;
    expect(record).toMatchObject({ outcome: 'productive', stop: { reason: 'cancelled' } });
    expect(record.stop.because).toBe('it was stopped (stint stop)');
    await done;
    expect(recordedIds(project)).toEqual([id]);
    expect(taggedProcesses([id])).toEqual([]);
    // A second time changes nothing.
    const [again] = await stintJson<Result[]>(project, 'stop', id);
    expect(again?.kind).toBe('ended-before');
    expect(recordedIds(project)).toEqual([id]);
  });

  test('a session that has emitted its result is completed, also where that line has no end yet', async () => {
    const line = JSON.stringify({ type: 'result', subtype: 'success', is_error: false, result: 'done' });
    const saying = (last: object): object => ({
      prompt: JSON.stringify([{ say: 'nothing to do' }, last, { hang: true }]),
      harness: 'stream',
    });
    const supervise = { sample: '100ms', finishing: '30m' };
    const project = scratchProject(
      configOf({ whole: saying({ result: {} }), cut: saying({ raw: line }) }, { supervise }),
    );
    const runs = ['whole', 'cut'].map((category) => startStint(project, 'run', category, '--json').done);
    const hasSaidIt = ({ id }: { id: string }): boolean => {
      const stdout = path.join(project.stateFolder, 'sessions', id, 'stdout');
      return existsSync(stdout) && readFileSync(stdout, 'utf8').includes('"result"');
    };
    await waitUntil('both have said it', () => rowsOf(project).filter(hasSaidIt).length === 2);
    const stopped = await stintJson<Result[]>(project, 'stop', '--all');
    expect(stopped).toHaveLength(2);
    for (const each of stopped)
      expect(each).toMatchObject({ record: { outcome: 'noop', stop: { reason: 'completed' } } });
    await Promise.all(runs);
  });

  test('ends an agent that is deaf to TERM, and with --now does not wait', async () => {
    const script = `trap '' TERM; ${SAY}; while :; do sleep 0.1; done`;
    const { project, id, done } = await running(script);
    const result = await stint(project, 'stop', '--all', '--now');
    expect(result).toMatchObject({ code: 0 });
    expect(result.stdout).toContain(id.slice(0, 4));
    await done;
    expect(taggedProcesses([id])).toEqual([]);
  });

  test('records a session itself whose supervisor is gone', async () => {
    const project = scratchProject(configOf({ code: { prompt: `${SAY}; sleep 300` } }));
    const { child, done } = startStint(project, 'run', 'code');
    await waitUntil('the agent works', () => existsSync(path.join(project.folder, 'at-work')));
    child.kill('SIGKILL');
    await done;
    const id = rowsOf(project)[0]?.id ?? '';
    const [stopped] = await stintJson<Result[]>(project, 'stop', id);
    expect(stopped).toMatchObject({ kind: 'stopped', record: { stop: { reason: 'cancelled' } } });
    expect(recordedIds(project)).toEqual([id]);
    expect(taggedProcesses([id])).toEqual([]);
  });

  test('a session whose workspace is being made gets no agent', async () => {
    const spot = scratchFolder();
    const [gate, started, ran] = ['go', 'started', 'ran'].map((name) => path.join(spot, name)) as [
      string,
      string,
      string,
    ];
    const setup = ['sh', '-c', `touch ${started}; ${waitFor(gate)}`];
    const project = scratchProject(configOf({ code: { prompt: `touch ${ran}`, setup } }));
    const { done } = startStint(project, 'run', 'code', '--json');
    await waitUntil('setup runs', () => existsSync(started));
    const stopping = stintJson<Result[]>(project, 'stop', '--all');
    await waitUntil('the reason is stored', () => rowsOf(project)[0]?.stop_reason === 'cancelled');
    writeFileSync(gate, '');
    const [stopped] = await stopping;
    expect(stopped).toMatchObject({ kind: 'stopped', record: { stop: { reason: 'cancelled' } } });
    expect(existsSync(ran)).toBe(false);
    await done;
  });

  test('is refused inside a session', async () => {
    const project = scratchProject(configOf({ code: { prompt: 'true' } }));
    const env = { ...project.env, STINT_SESSION_ID: 'aaaaaaaaaa' };
    const result = await stint({ ...project, env }, 'stop', '--all');
    expect([result.code, result.stderr]).toEqual([2, expect.stringContaining('is not for an agent')]);
  });

  test('with nothing to stop says so', async () => {
    const project = scratchProject(configOf({ code: { prompt: 'true' } }));
    expect(await stint(project, 'stop', '--all')).toMatchObject({ code: 0, stdout: 'Nothing runs.\n' });
  });
});
