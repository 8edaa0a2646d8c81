import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SessionRecord } from '../../src/domain/record.ts';
import { usageOf } from '../../src/domain/transcript.ts';
import { findTranscript } from '../../src/harness/transcript-places.ts';
import { readSessions } from '../../src/harness/read-sessions.ts';
import { findScopeHome } from '../../src/run/session-scope.ts';
import { scratchFolder, scratchProject, type ScratchProject } from '../support/scratch.ts';
import { taggedProcesses } from '../support/sessions.ts';
import { runSession, stintJson, waitUntil } from '../support/stint.ts';
import { promptOf, startStubModel, USED, type Step, type StubModel } from '../support/stub-model-server.ts';

export interface RealAgent {
  readonly kind: 'codex' | 'claude-code';
  /** Writes what the CLI needs into its home; gives its variables. */
  readonly environment: (url: string, home: string) => Readonly<Record<string, string>>;
}

const COMMIT = 'seq 30 > work.txt && git add work.txt && git commit -qm work';
/** The usage of so many answers. */
const used = (answers: number): object => ({
  input: answers * USED.uncached,
  output: answers * USED.output,
  cacheRead: answers * USED.cacheRead,
  turns: answers,
});
const SLEEP = (seconds: number): string => `node -e 'setTimeout(() => {}, ${seconds * 1000})'`;

/** The path of a session through `stint run`, with a real CLI and a model that does as it is told. */
export function describeAgent(agent: RealAgent): void {
  describe(agent.kind, () => {
    let model: StubModel;
    beforeAll(async () => (model = await startStubModel()));
    afterAll(() => model.close());

    const projectFor = (...steps: Step[]): ScratchProject => makeProject(agent, model.url, steps);
    const run = async (...steps: Step[]): Promise<SessionRecord> => {
      const record = await runSession(projectFor(...steps), 'code');
      expect(taggedProcesses([record.id])).toEqual([]);
      return record;
    };

    test('a turn with a tool call and a commit, in its stream and in its file', async () => {
      const project = projectFor({ run: COMMIT }, { say: 'Done.' });
      const record = await runSession(project, 'code');
      expect(taggedProcesses([record.id])).toEqual([]);
      expect(record).toMatchObject({ outcome: 'productive', stop: { reason: 'completed', exitCode: 0 } });
      expect(record.commits).toHaveLength(1);
      expect(record.thread).toMatch(/^[0-9a-f-]{36}$/);
      expect(record.usage).toMatchObject(used(2));
      expect(record).toMatchObject({ unreadableLines: 0, leftovers: [] });
      const home = project.env['HOME'] ?? '';
      const file = findTranscript(agent.kind, record.thread ?? '', { HOME: home }, home) ?? 'none';
      const { format, sessions, unreadable } = readSessions(file);
      expect({ format, unreadable: unreadable.count }).toEqual({
        format: { kind: 'known', harness: agent.kind },
        unreadable: 0,
      });
      const expected = { thread: record.thread, attended: 'no', prompts: 1, lastWord: 'agent' };
      expect(sessions).toMatchObject([expected]);
      expect(sessions.map(({ transcript }) => usageOf(transcript))).toMatchObject([used(2)]);
    });

    test('a tool that fails is no failure of the session', async () => {
      const record = await run({ run: 'echo oops >&2; exit 3' }, { say: 'It failed.' });
      expect(record).toMatchObject({ outcome: 'noop', stop: { reason: 'completed' } });
    });

    test('a tool that is silent for 25 s outlives a silence limit of 5 s', async () => {
      const record = await run({ run: `${SLEEP(25)} && ${COMMIT}` }, { say: 'Done.' });
      expect(record).toMatchObject({ outcome: 'productive', stop: { reason: 'completed' } });
    });

    test('a model that hangs is ended for silence, however the CLI ticks meanwhile', async () => {
      const record = await run({ hang: true });
      expect(record).toMatchObject({ outcome: 'failed', stop: { reason: 'stuck' } });
      expect(record.stop.because).toMatch(/^no word and no movement/);
      expect(record.failureModes).toContain('stuck');
    });

    test('a stream that is cut before any work is the provider’s fault', async () => {
      const record = await run({ cut: true });
      expect(record).toMatchObject({ outcome: 'not-run', failureModes: ['overload'], commits: [] });
    });

    test('refused credentials are not the work’s fault', async () => {
      const record = await run({ status: 401 });
      expect(record).toMatchObject({ outcome: 'not-run', stop: { reason: 'unauthorised' }, grade: null });
      expect(record.failureModes).toContain('auth');
    });

    test('neither is too many requests', async () => {
      const record = await run({ status: 429 });
      expect(record).toMatchObject({ outcome: 'not-run', grade: null });
      expect(record.failureModes).toContain('overload');
    });

    test('an overload that it gets over leaves no trace in the verdict', async () => {
      const record = await run({ status: 529, times: 1 }, { run: COMMIT }, { say: 'Done.' });
      expect(record).toMatchObject({ outcome: 'productive', stop: { reason: 'completed' } });
      expect(record.failureModes).not.toContain('overload');
    });

    test.runIf(agent.kind === 'claude-code')(
      'an agent in the background works on after the last word of the turn, and its work counts',
      async () => {
        const prompt = promptOf({ run: `${SLEEP(20)} && ${COMMIT}` }, { say: 'It is done.' });
        const launch = { description: 'implement it', prompt, subagent_type: 'general-purpose' };
        const record = await run(
          { call: 'Agent', input: { ...launch, run_in_background: true } },
          { say: 'I wait for the agent.' },
          { say: 'The agent has finished.' },
        );
        expect(record).toMatchObject({
          outcome: 'productive',
          stop: { reason: 'completed', exitCode: 0 },
          failureModes: [],
          unreadableLines: 0,
        });
        expect(record.commits).toHaveLength(1);
        // Its own three answers, and two of the agent.
        expect(record.usage).toMatchObject({ ...used(5), turns: 3 });
      },
    );

    test.runIf(agent.kind === 'claude-code')(
      'a command in the background does not hold the session, and is an open end',
      async () => {
        const input = { command: SLEEP(300), run_in_background: true, description: 'watch it' };
        const record = await run({ call: 'Bash', input }, { say: 'I wait for the command.' });
        expect(record).toMatchObject({ outcome: 'noop', stop: { reason: 'completed' } });
        expect(record.failureModes).toContain('abandoned_loop');
      },
    );

    test.each([
      ['SIGTERM', 'crashed', 'failed'],
      ['SIGKILL', 'lost', 'unknown'],
    ] as const)('%s from outside leaves nothing running', async (signal, reason, outcome) => {
      const running = path.join(scratchFolder(), 'running');
      const project = projectFor({ run: `touch ${running} && ${SLEEP(300)}` }, { say: 'Done.' });
      const recorded = runSession(project, 'code');
      await waitUntil('the tool to run', () => existsSync(running));
      process.kill(-shimOf(project), signal);
      const record = await recorded;
      expect(record).toMatchObject({ outcome, stop: { reason } });
      expect(taggedProcesses([record.id])).toEqual([]);
    });

    test('an attempt that was cut off goes on in its conversation, and uses what is its own', async () => {
      const running = path.join(scratchFolder(), 'running');
      const project = projectFor({ run: `touch ${running} && ${SLEEP(300)}` }, { say: 'Done.' });
      const cutOff = stintJson<SessionRecord>(project, 'run', 'code', '--key', 'work');
      await waitUntil('the tool to run', () => existsSync(running));
      process.kill(-shimOf(project), 'SIGTERM');
      const first = await cutOff;
      expect(first).toMatchObject({ outcome: 'failed', stop: { reason: 'crashed' } });
      const prompt = promptOf({ run: COMMIT }, { say: 'Done.' });
      const second = await stintJson<SessionRecord>(
        project,
        'run',
        'code',
        '--key',
        'work',
        '--set',
        `categories.code.prompt=${JSON.stringify(prompt)}`,
      );
      expect(second).toMatchObject({ outcome: 'productive', thread: first.thread, unreadableLines: 0 });
      expect(first.usage).toMatchObject(used(1));
      expect(second.usage).toMatchObject(used(2));
      expect(second.warnings).toEqual([]);
      expect(taggedProcesses([first.id, second.id])).toEqual([]);
    });

    test('a daemon that a tool leaves is ended and named', async () => {
      const daemon = 'setsid -f sleep 300 </dev/null >/dev/null 2>&1';
      const record = await run({ run: `${daemon}; ${COMMIT}` }, { say: 'Done.' });
      expect(record.outcome).toBe('productive');
      expect(record.leftovers.join('\n')).toContain('sleep');
    });

    test.runIf(findScopeHome() !== null)(
      'so is one that has cleared its environment and left the tree',
      async () => {
        const daemon = `setsid -f env -i sh -c '(sleep 300 </dev/null >/dev/null 2>&1 &)'`;
        const record = await run({ run: `${daemon}; ${COMMIT}` }, { say: 'Done.' });
        expect(record).toMatchObject({ outcome: 'productive', containment: 'cgroup', survivors: [] });
        expect(record.leftovers.join('\n')).toContain('sleep');
      },
    );
  });
}

function makeProject(agent: RealAgent, url: string, steps: readonly Step[]): ScratchProject {
  const project = scratchProject(
    JSON.stringify({
      version: 1,
      permissions: 'full',
      preamble: false,
      pull: 'never',
      harnesses: { [agent.kind]: {} },
      supervise: {
        sample: '200ms',
        silence: '5s',
        suppression: '5m',
        firstEvent: '10m',
        finishing: '5s',
        grace: '3s',
      },
      categories: { code: { prompt: promptOf(...steps), timeout: '20m' } },
    }),
  );
  const folders = JSON.parse(process.env['STINT_REAL_AGENTS'] ?? '{}') as Record<string, string>;
  const bin = path.join(folders[agent.kind] ?? 'missing', 'node_modules/.bin');
  const home = project.env['HOME'] ?? '';
  const env = {
    ...withoutAgents(project.env),
    PATH: `${bin}:${path.dirname(process.execPath)}:${project.env['PATH']}`,
    ...agent.environment(url, home),
  };
  return { ...project, env };
}

/** Nobody's own keys and settings of an agent reach the one under test. */
function withoutAgents(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isForeign = (name: string): boolean =>
    /^(ANTHROPIC|OPENAI|CLAUDE|CODEX|AWS|GOOGLE|HTTPS?_PROXY|ALL_PROXY)/i.test(name);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isForeign(name)));
}

function shimOf(project: ScratchProject): number {
  const [session] = readdirSync(path.join(project.stateFolder, 'sessions'));
  const file = path.join(project.stateFolder, 'sessions', session ?? 'none', 'identity');
  return (JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid;
}
