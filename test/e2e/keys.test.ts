import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SessionRecord } from '../../src/domain/record.ts';
import { scratchFolder, scratchProject } from '../support/scratch.ts';
import { configOf, recordedIds, rowsOf, taggedProcesses, waitFor } from '../support/sessions.ts';
import { startStint, stint, stintJson, waitUntil } from '../support/stint.ts';

// A piece of work that has a name is done once: incidents 42 to 51.

interface Reused {
  readonly id: string;
  readonly key: string;
  readonly reused: true;
}

const COMMIT = 'echo x >> made; git add made; git commit -qm "feat: made"';

describe('a key', { timeout: 120_000 }, () => {
  test('that delivered returns its record, and starts nothing, whatever is asked for', async () => {
    const project = scratchProject(configOf({ code: { prompt: COMMIT }, docs: { prompt: COMMIT } }));
    const first = await stintJson<SessionRecord>(project, 'run', 'code', '--key', 'issue-42');
    expect([first.outcome, first.key]).toEqual(['productive', 'issue-42']);
    for (const category of ['code', 'docs'])
      expect(await stintJson<Reused>(project, 'run', category, '--key', 'issue-42')).toMatchObject({
        id: first.id,
        key: 'issue-42',
        reused: true,
      });
    expect((await stint(project, 'run', 'code', '--key', 'issue-42')).code).toBe(0);
    expect(recordedIds(project)).toEqual([first.id]);
    // Another key is another piece of work.
    expect((await stintJson<SessionRecord>(project, 'run', 'docs', '--key', 'issue-43')).id).not.toBe(
      first.id,
    );
  });

  test('started twenty times at once is one session', async () => {
    const gate = path.join(scratchFolder(), 'go');
    const project = scratchProject(configOf({ code: { prompt: `${waitFor(gate)}; ${COMMIT}` } }));
    const starts = Array.from(
      { length: 20 },
      () => startStint(project, 'run', 'code', '--key', 'k', '--json').done,
    );
    const refused = starts.map(async (start) => (await start).code);
    // All but one are sent away while the one works; it ends only then.
    let away = 0;
    for (const code of refused) void code.then(() => away++);
    await waitUntil('nineteen are sent away', () => away === 19, 90_000);
    writeFileSync(gate, '');
    const results = await Promise.all(starts);
    expect(results.map(({ code }) => code).toSorted((a, b) => (a ?? 0) - (b ?? 0))).toEqual([
      0,
      ...Array.from({ length: 19 }, () => 75),
    ]);
    const [id] = recordedIds(project);
    expect(recordedIds(project)).toHaveLength(1);
    const words = results.filter(({ code }) => code === 75).map(({ stdout }) => stdout);
    for (const said of words) expect(said).toContain(`is being worked on by session ${id ?? ''}`);
  });

  test('whose supervisor was killed is judged first: what it had committed is its result', async () => {
    const project = scratchProject(
      configOf({
        code: { prompt: `${COMMIT}; touch "$(git rev-parse --git-common-dir)/../done"; sleep 300` },
      }),
    );
    const { child, done } = startStint(project, 'run', 'code', '--key', 'k');
    await waitUntil('it has committed', () => existsSync(path.join(project.folder, 'done')));
    child.kill('SIGKILL');
    await done;
    const id = rowsOf(project)[0]?.id ?? '';
    // While the agent itself lives on, the key is taken.
    const meanwhile = await stint(project, 'run', 'code', '--key', 'k');
    expect([meanwhile.code, meanwhile.stderr]).toEqual([75, expect.stringContaining(id)]);
    await stint(project, 'stop', id, '--now');
    expect(taggedProcesses([id])).toEqual([]);
    expect(await stintJson<Reused>(project, 'run', 'code', '--key', 'k')).toMatchObject({ id, reused: true });
    expect(recordedIds(project)).toEqual([id]);
  });

  test('that failed starts anew, and says why', async () => {
    const project = scratchProject(configOf({ code: { prompt: 'exit 3' } }));
    const first = await stintJson<SessionRecord>(project, 'run', 'code', '--key', 'k');
    expect(first.outcome).toBe('failed');
    const second = await stint(project, 'run', 'code', '--key', 'k');
    expect(second.stderr).toContain(`${first.id} ended failed before; starting anew`);
    expect(recordedIds(project)).toHaveLength(2);
  });

  test('that was cut off goes on in its conversation, its folder, and with what it had not committed', async () => {
    const spot = scratchFolder();
    const calls = path.join(spot, 'calls');
    // What Claude Code does as far as it matters: it says its thread, and takes --resume.
    const agent = path.join(spot, 'claude');
    writeFileSync(
      agent,
      `#!/bin/sh
echo "$PWD $*" >> ${calls}
cat >/dev/null
echo '{"type":"system","subtype":"init","session_id":"thread-1","model":"stub"}'
echo '{"type":"assistant","message":{"id":"m1","model":"stub","content":[{"type":"text","text":"on it"}],"usage":{}}}'
case "$*" in
*--resume*) git add half; git commit -qm "feat: the other half"; echo '{"type":"result","subtype":"success","is_error":false,"result":"done"}' ;;
*) echo half > half; exec sleep 300 ;;
esac
`,
      { mode: 0o755 },
    );
    const config = {
      version: 1,
      preamble: false,
      harnesses: { 'claude-code': { command: [agent] } },
      supervise: { sample: '100ms', grace: '500ms', finishing: '2s' },
      categories: { code: { prompt: 'go', timeout: '3s' } },
    };
    const project = scratchProject(JSON.stringify(config));
    const first = await stintJson<SessionRecord>(project, 'run', 'code', '--key', 'k');
    expect(first).toMatchObject({ outcome: 'failed', stop: { reason: 'timed-out' }, thread: 'thread-1' });
    expect(first.salvage).not.toBeNull();
    const second = await stintJson<SessionRecord>(
      project,
      'run',
      'code',
      '--key',
      'k',
      '--set',
      'categories.code.timeout=1m',
    );
    expect(second).toMatchObject({ outcome: 'productive', key: 'k' });
    const [started, resumed] = readFileSync(calls, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' '));
    expect(resumed?.[0]).toBe(started?.[0]);
    expect(resumed?.join(' ')).toContain('--resume thread-1');
    expect(await stintJson<Reused>(project, 'run', 'code', '--key', 'k')).toMatchObject({ id: second.id });
  });
});
