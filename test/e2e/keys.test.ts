import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { keyFolderName } from '../../src/domain/layout.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import { isLocked } from '../../src/lib/lock-table.ts';
import { answering, fakeGh, pullNode } from '../support/fake-gh.ts';
import { clockThatRuns, RUNNING } from '../support/in-process.ts';
import { scratchFolder, scratchProject, type ScratchProject } from '../support/scratch.ts';
import {
  configOf,
  endTagged,
  recordedIds,
  rowsOf,
  taggedProcesses,
  waitFor,
  worktreesOf,
} from '../support/sessions.ts';
import { stintBy } from '../support/stint-here.ts';
import { startStint, stint, stintJson, waitUntil } from '../support/stint.ts';

// A piece of work that has a name is done once: incidents 42 to 51.

interface Reused {
  readonly id: string;
  readonly key: string;
  readonly reused: true;
}

const COMMIT = 'echo x >> made; git add made; git commit -qm "feat: made"';

/** What Claude Code does as far as it matters: it says its thread, and takes --resume. */
function withClaude(script: string): ScratchProject {
  const agent = path.join(scratchFolder(), 'claude');
  const text = {
    type: 'assistant',
    message: { id: 'm1', model: 'stub', content: [{ type: 'text', text: 'on it' }] },
  };
  writeFileSync(
    agent,
    `#!/bin/sh
cat >/dev/null
hello() {
  echo '{"type":"system","subtype":"init","session_id":"thread-1","model":"stub"}'
  echo '${JSON.stringify(text)}'
}
finish() { echo '{"type":"result","subtype":"success","is_error":false,"result":"done"}'; }
${script}
`,
    { mode: 0o755 },
  );
  return scratchProject(
    JSON.stringify({
      version: 1,
      preamble: false,
      harnesses: { 'claude-code': { command: [agent] } },
      supervise: { sample: '100ms', grace: '500ms' },
      categories: { code: { prompt: 'go' } },
    }),
  );
}

describe('a key', () => {
  test('a worktree that a killed supervisor has left goes at the next start, and not one that an attempt stands in', async () => {
    const project = scratchProject();
    const go = `${project.folder}/../go`;
    const half = `[ $STINT_CATEGORY = code ] || { ${waitFor(go)}; }; ${COMMIT}`;
    project.write(
      'stint.yaml',
      configOf({ code: { prompt: half }, docs: { prompt: half }, other: { prompt: 'exit 0' } }),
    );
    const { branch } = await stintJson<SessionRecord>(project, 'run', 'code', '--key', 'done');
    const docs = startStint(project, 'run', 'docs', '--key', 'open');
    await waitUntil('its worktree', () => worktreesOf(project).length === 1);
    const [open = ''] = worktreesOf(project);
    const left = path.join(path.dirname(open), keyFolderName('done'));
    // As it was between its record and its removal.
    project.git('worktree', 'add', '--quiet', left, branch ?? '');
    expect((await stint(project, 'run', 'other')).code).toBe(0);
    expect(worktreesOf(project)).toEqual([open]);
    writeFileSync(go, '');
    expect((await docs.done).code).toBe(0);
    expect(worktreesOf(project)).toEqual([]);
  });

  test('incident 42: that delivered returns its record, and starts nothing, whatever is asked for', async () => {
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

  test('incident 44: started twenty times at once is one session', async () => {
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
    await waitUntil('nineteen are sent away', () => away === 19);
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

  test('incident 46: whose supervisor was killed is judged first: what it had committed is its result', async () => {
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

  test('incident 43: whose earlier attempt is gone from the disk starts anew, and says so', async () => {
    const project = scratchProject(configOf({ code: { prompt: 'sleep 300' } }));
    const { child, done } = startStint(project, 'run', 'code', '--key', 'k');
    await waitUntil('the agent works', () => taggedProcesses(rowsOf(project).map(({ id }) => id)).length > 1);
    child.kill('SIGKILL');
    await done;
    const id = rowsOf(project)[0]?.id ?? '';
    endTagged([id]);
    rmSync(path.join(project.stateFolder, 'sessions', id), { recursive: true });
    writeFileSync(path.join(project.folder, 'stint.yaml'), configOf({ code: { prompt: COMMIT } }));
    const second = await stint(project, 'run', 'code', '--key', 'k');
    expect([second.code, second.stderr]).toEqual([
      0,
      expect.stringContaining(`${id} ended unknown before; starting anew`),
    ]);
    expect(recordedIds(project)).toHaveLength(2);
  });

  test('whose lock somebody else has waits for it, and no longer when it is interrupted', async () => {
    const project = scratchProject(configOf({ code: { prompt: COMMIT } }));
    const lock = path.join(project.stateFolder, 'keys', `${keyFolderName('k')}.lock`);
    mkdirSync(path.dirname(lock), { recursive: true });
    const holder = spawn('flock', [lock, 'sleep', '300'], { detached: true, stdio: 'ignore' });
    onTestFinished(() => void process.kill(-(holder.pid ?? 0), 'SIGKILL'));
    await waitUntil('the lock is held', () => isLocked(lock));
    const { child, done } = startStint(project, 'run', 'code', '--key', 'k');
    const isAwaited = (line: string): boolean =>
      line.includes('-> FLOCK') && line.includes(`:${statSync(lock).ino} `);
    await waitUntil('it waits', () => readFileSync('/proc/locks', 'utf8').split('\n').some(isAwaited));
    child.kill('SIGINT');
    expect(await done).toMatchObject({ code: 130, stderr: expect.stringContaining('Nothing was started') });
    expect(recordedIds(project)).toEqual([]);
  });

  test('incidents 47 and 49: a conversation is gone on with three times, and not when nobody knows it any more', async () => {
    const calls = path.join(scratchFolder(), 'calls');
    const project = withClaude(`echo "$*" >> ${calls}
case $(wc -l < ${calls}) in
6) echo "No conversation found with session ID: thread-1" >&2; exit 1 ;;
7) hello; git commit -q --allow-empty -m x; echo x > f; git add f; git commit -qm f; finish ;;
*) hello; exit $(wc -l < ${calls}) ;;
esac`); // Each time in another way: a harness that fails in the same one three times rests.
    const notes = [];
    for (let attempt = 1; attempt <= 7; attempt++)
      notes.push((await stint(project, 'run', 'code', '--key', 'k')).stderr);
    const isResumed = readFileSync(calls, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.includes('--resume thread-1'));
    expect(isResumed).toEqual([false, true, true, true, false, true, false]);
    expect(notes[4]).toContain(
      'starting anew: its conversation was gone on with 3 times and delivered nothing',
    );
    expect(notes[6]).toContain('starting anew');
    expect((await stintJson<Reused>(project, 'run', 'code', '--key', 'k')).reused).toBe(true);
  });

  test('that was cut off goes on in its conversation, its folder, and with what it had not committed', async () => {
    const calls = path.join(scratchFolder(), 'calls');
    const project = withClaude(`echo "$PWD $*" >> ${calls}
hello
own="$HOME/.claude/projects/-work"; mkdir -p "$own"
keep() {
  at=$('${process.execPath}' -p 'new Date().toISOString()')
  echo '{"type":"user","sessionId":"thread-1","timestamp":"'"$at"'","message":{"role":"user","content":"go"}}'
  echo '{"type":"cost-state","sessionId":"thread-1","totalCostUSD":'"$1"'}'
}
case "$*" in
*--resume*) git add half; git commit -qm "feat: the other half"; keep 0.75 >> "$own/thread-1.jsonl"
  echo '{"type":"result","subtype":"success","is_error":false,"result":"done","total_cost_usd":0.75}' ;;
*) echo half > half; keep 0.5 >> "$own/thread-1.jsonl"; : > ${calls}.half; exec sleep 300 ;;
esac`);
    const call = ['run', 'code', '--key', 'k'];
    const limits = ['categories.code.timeout=5m', `supervise.sample=${RUNNING.sample}`];
    const cut = await stintBy(
      clockThatRuns(() => existsSync(`${calls}.half`)),
      project,
      ...call,
      ...limits.flatMap((each) => ['--set', each]),
      '--json',
    );
    const first = JSON.parse(cut.stdout) as SessionRecord;
    expect(first).toMatchObject({ outcome: 'failed', stop: { reason: 'timed-out' }, thread: 'thread-1' });
    expect(first.salvage).not.toBeNull();
    const second = await stintJson<SessionRecord>(project, ...call);
    expect(second).toMatchObject({ outcome: 'productive', key: 'k' });
    // Its result says what the conversation has cost; half a dollar of that is the first one's.
    expect([first.costUsd, second.costUsd]).toEqual([0.5, 0.25]);
    const [started, resumed] = readFileSync(calls, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' '));
    expect(resumed?.[0]).toBe(started?.[0]);
    expect(resumed?.join(' ')).toContain('--resume thread-1');
    expect(await stintJson<Reused>(project, 'run', 'code', '--key', 'k')).toMatchObject({ id: second.id });
  });
});

describe('incident 51: interrupted after its pull request was merged and its branch deleted', () => {
  const MERGED_AND_DELETED = `${COMMIT}; git rev-parse HEAD > "$(git rev-parse --git-common-dir)/../made-it";
    own=$(git symbolic-ref --short HEAD); git checkout -q --detach HEAD~1; git branch -qD "$own";
    touch "$(git rev-parse --git-common-dir)/../done"; sleep 300`;

  /** A killed session with a commit that no branch has any more, and a forge that answers by `answer`. */
  async function killed() {
    const project = scratchProject(configOf({ code: { prompt: MERGED_AND_DELETED } }));
    project.git('remote', 'add', 'origin', 'https://forge.example/o/r');
    const place = path.dirname(project.folder);
    const gh = fakeGh(`. '${place}/answer'`);
    project.env['PATH'] = `${path.join(gh.folder, 'bin')}:${project.env['PATH']}`;
    const { child, done } = startStint(project, 'run', 'code', '--key', 'k');
    await waitUntil('its branch is deleted', () => existsSync(path.join(project.folder, 'done')));
    child.kill('SIGKILL');
    await done;
    const id = rowsOf(project)[0]?.id ?? '';
    endTagged([id]);
    const sha = readFileSync(path.join(project.folder, 'made-it'), 'utf8').trim();
    const answer = (lines: string): void => writeFileSync(path.join(place, 'answer'), lines);
    return { project, id, sha, answer };
  }

  const told = (sha: string, state: string): string =>
    answering({
      viewer: { login: 'robot' },
      repository: {
        c1: {
          oid: sha,
          statusCheckRollup: null,
          associatedPullRequests: {
            nodes: [pullNode(7, [sha], { state, createdAt: new Date().toISOString() })],
          },
        },
      },
    });

  const again = async (project: ScratchProject): Promise<[number, string]> => {
    writeFileSync(path.join(project.folder, 'stint.yaml'), configOf({ code: { prompt: 'exit 3' } }));
    const { stderr } = await stint(project, 'run', 'code', '--key', 'k');
    return [recordedIds(project).length, stderr];
  };

  test('it is the result, told by an amendment, and nothing is merged twice', async () => {
    const { project, id, sha, answer } = await killed();
    answer(told(sha, 'MERGED'));
    expect(await stintJson<Reused>(project, 'run', 'code', '--key', 'k')).toMatchObject({
      id,
      outcome: 'productive',
      commits: [sha],
      reused: true,
    });
    expect(recordedIds(project)).toEqual([id]);
    interface History {
      readonly original: SessionRecord;
      readonly record: SessionRecord;
    }
    const { original, record } = await stintJson<History>(project, 'show', id, '--history');
    expect(original).toMatchObject({ outcome: 'unknown', commits: [], stop: { reason: 'lost' } });
    expect(record.effects).toMatchObject([{ kind: 'pull-request', stage: 'merged', commits: [sha] }]);
    expect(record.commitDetails).toMatchObject([{ sha, lines: 1, files: ['made'], source: 'forge' }]);
    expect(record.notCounted).toEqual([]);
    // A merged pull request weighs 1.5, and no check is configured: 0.10 + 0.90 × (1 - e^(-1.1 × 1.5)) × 0.9
    expect(record.grade).toBe(0.7544);
    // It is the session's in every other way too.
    project.git('checkout', '--quiet', '-B', 'main', sha);
    project.git('revert', '--no-edit', sha);
    expect((await stint(project, 'amend', '--delayed')).stdout).toContain('reverted');
  });

  test('a forge that cannot be asked proves nothing, and a pull request that was refused is no result', async () => {
    const { project, id, sha, answer } = await killed();
    answer('echo offline >&2; exit 1');
    const [records, words] = await again(project);
    expect(records).toBe(2);
    expect(words).toContain(`the forge could not say whether it has the commits of ${id}: gh gave no answer`);
    answer(told(sha, 'CLOSED'));
    expect(await again(project)).toEqual([3, expect.stringContaining('starting anew')]);
  });
});
