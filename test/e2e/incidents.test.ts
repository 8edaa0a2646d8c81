import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { SessionRecord } from '../../src/domain/record.ts';
import { clockThatRuns, runInProcess, RUNNING } from '../support/in-process.ts';
import { scratchFolder, scratchProject } from '../support/scratch.ts';
import {
  configOf,
  isRunning,
  readPid,
  recordedIds,
  rowsOf,
  taggedProcesses,
  waitFor,
} from '../support/sessions.ts';
import { startStint, stintJson, waitUntil } from '../support/stint.ts';

// Incidents that take a real kernel to be played again: docs/incidents.md.

test('incident 13: a model call behind an open connection that says nothing is ended at the limit', async () => {
  const server = createServer(() => undefined).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await waitUntil('the server listens', () => server.listening);
  const { port } = server.address() as { port: number };
  const agent = `
    console.log('{"type":"system","subtype":"init","session_id":"t","model":"stub"}');
    console.log('{"type":"assistant","message":{"id":"m","content":[{"type":"text","text":"on it"}],"usage":{}}}');
    require('node:net').connect(${port}, '127.0.0.1');`;
  const project = scratchProject(
    JSON.stringify({
      version: 1,
      harnesses: { agent: { command: [process.execPath, '-e', agent], format: 'stream-json' } },
      // What moves a little after its last word is excused, so that both fall silent in the end.
      supervise: { ...RUNNING, silence: '1m', suppression: '30m' },
      categories: { code: { prompt: 'go' } },
    }),
  );
  let isConnected = false;
  server.once('connection', () => (isConnected = true));
  const clock = clockThatRuns(() => isConnected);
  const { record } = await runInProcess(project, 'code', clock, 'agent');
  expect(record).toMatchObject({ outcome: 'failed', stop: { reason: 'stuck' } });
  expect(record.stop.because).toMatch(/silent for .*no process moved for/);
});

test('incidents 22 and 27: nothing that a first attempt started lives when the second one starts', async () => {
  const spot = scratchFolder();
  const [pid, go, both] = ['pid', 'go', 'both'].map((name) => path.join(spot, name)) as [
    string,
    string,
    string,
  ];
  // What has ended and was not waited for yet (Z) is gone.
  const prompt = `if [ -e '${pid}' ]; then
      case "$(ps -o state= -p "$(cat '${pid}')")" in ''|Z*) ;; *) : >'${both}' ;; esac; exit 0
    fi
    setsid sh -c "echo \\$\\$ >'${pid}.new'; mv '${pid}.new' '${pid}'; trap '' TERM; while :; do sleep 1; done" &
    ${waitFor(go)}; kill -9 $$`;
  const project = scratchProject(configOf({ code: { prompt } }));
  const { child, done } = startStint(project, 'run', 'code', '--key', 'k');
  const worker = await readPid(pid);
  child.kill('SIGKILL');
  await done;
  writeFileSync(go, '');
  const [row] = rowsOf(project);
  let second: SessionRecord | null = null;
  // Refused while the first agent lives; it goes with its shell.
  await waitUntil('the second attempt has run', async () => {
    const answer = await stintJson<SessionRecord | { error: unknown }>(project, 'run', 'code', '--key', 'k');
    second = 'id' in answer ? answer : null;
    return second !== null;
  });
  expect(second).toMatchObject({ outcome: 'noop', key: 'k' });
  expect(existsSync(both)).toBe(false);
  expect(isRunning(worker)).toBe(false);
  expect(taggedProcesses([row?.id ?? ''])).toEqual([]);
  expect(recordedIds(project)).toHaveLength(2);
});
