import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { ImportReport } from '../../src/control/desk/exchange/import-tally.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import {
  scratchEnvironment,
  scratchFolder,
  scratchProject,
  type ScratchProject,
} from '../support/scratch.ts';
import { configOf, recordedIds } from '../support/sessions.ts';
import { runSession, startStint, stint, stintJson, waitUntil } from '../support/stint.ts';
import {
  atMinute,
  calling,
  CLAUDE_USAGE,
  claudeAnswer,
  claudePrompt,
  claudeResult,
  codexEvent,
  codexMeta,
  codexSays,
  saying,
} from '../support/transcript-lines.ts';

function jsonLines(lines: readonly object[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** A thread's name as the CLIs give them. */
function threadOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

/** A headless session that asked for one command and had the last word. */
function session(thread: string, cwd: string, answer = 'nothing to do'): object[] {
  const more = { cwd, entrypoint: 'sdk-cli' };
  return [
    claudePrompt(thread, 0, 'Go on.', more),
    claudeAnswer(thread, 1, `m1-${thread}`, calling(`c1-${thread}`, 'git commit -m work'), more),
    claudeResult(thread, 2, `c1-${thread}`, answer, more),
    claudeAnswer(thread, 3, `m2-${thread}`, saying('Done.'), more),
  ];
}

/** Where Claude Code keeps what started in a folder. */
function claudeFile(home: string, cwd: string, name: string): string {
  const file = path.join(home, '.claude/projects', cwd.replace(/[^A-Za-z0-9]/g, '-'), name);
  mkdirSync(path.dirname(file), { recursive: true });
  return file;
}

function homeOf({ env }: Pick<ScratchProject, 'env'>): string {
  return env['HOME'] ?? '';
}

/** A commit of the project, as git tells it to whoever makes it. */
function commit(project: ScratchProject, file: string): { sha: string; told: string } {
  project.write(file, 'one\ntwo\nthree\n');
  project.git('add', file);
  const told = project.git('commit', '-m', `add ${file}`);
  return { sha: project.git('rev-parse', 'HEAD').trim(), told };
}

function importFrom(place: Pick<ScratchProject, 'folder' | 'env'>, ...args: string[]): Promise<ImportReport> {
  return stintJson<ImportReport>(place, 'import', ...args);
}

test('without a path it finds the sessions of this repository, and judges them by what git has', async () => {
  const project = scratchProject();
  const home = homeOf(project);
  const { sha, told } = commit(project, 'a.txt');
  const own = claudeFile(home, project.folder, `${threadOf(1)}.jsonl`);
  writeFileSync(own, jsonLines(session(threadOf(1), project.folder, told)));
  const other = claudeFile(home, '/elsewhere/app', `${threadOf(2)}.jsonl`);
  writeFileSync(other, jsonLines(session(threadOf(2), '/elsewhere/app')));
  const rollouts = path.join(home, '.codex/sessions/2026/01/05');
  mkdirSync(rollouts, { recursive: true });
  for (const [number, cwd] of [
    [3, project.folder],
    [4, '/elsewhere/app'],
  ] as const)
    writeFileSync(
      path.join(rollouts, `rollout-2026-01-05T12-00-00-${threadOf(number)}.jsonl`),
      jsonLines([
        codexMeta(threadOf(number), 0, { cwd }),
        codexEvent(1, 'user_message', { message: 'Go on.' }),
        codexSays(60, 'There was nothing to do.'),
        codexEvent(61, 'task_complete', { last_agent_message: 'There was nothing to do.' }),
      ]),
    );
  const first = { sessions: 2, unreadableLines: 0, formatUnknown: 0, elsewhere: 2 };
  const byHarness = { 'claude-code': 1, codex: 1 };
  expect(await importFrom(project)).toMatchObject({ ...first, new: 2, unchanged: 0, byHarness });
  expect(await importFrom(project)).toMatchObject({ ...first, new: 0, unchanged: 2, byHarness });
  const records = await stintJson<SessionRecord[]>(project, 'sessions');
  expect(records.map(({ thread, outcome, attended, source }) => [thread, outcome, attended, source])).toEqual(
    expect.arrayContaining([
      [threadOf(1), 'productive', 'no', 'import'],
      [threadOf(3), 'noop', 'no', 'import'],
    ]),
  );
  const productive = records.find(({ thread }) => thread === threadOf(1));
  expect(productive).toMatchObject({
    commits: [sha],
    commitDetails: [{ source: 'transcript', lines: 3, files: ['a.txt'] }],
    startedAt: atMinute(0),
    endedAt: atMinute(3),
    durationMs: 180_000,
    model: 'a-model',
    feedsBelief: false,
  });
  expect(productive?.usage).toMatchObject({ input: 2 * CLAUDE_USAGE.input_tokens });
  expect(productive?.usageByModel).toMatchObject([{ model: 'a-model', isSubagent: false, messages: 2 }]);
  const shown = await stint(project, 'show', productive?.id ?? '', '--why');
  expect(shown.stdout).toMatch(
    /tokens by model\n +a-model: 2 messages, 20 in, 10 out, 200 from the cache, 40 into/,
  );
  expect(shown.stdout).toContain(`source    imported from ${realpathSync(own)}`);
  expect(shown.stdout).toMatch(/productive: it delivered/);
  expect(await stintJson(project, 'report', 'reliability')).toMatchObject({
    sessions: 2,
    outcomes: { productive: 1, noop: 1 },
  });
  // All of them, and then no more.
  expect(await importFrom(project, '--all')).toMatchObject({
    sessions: 4,
    new: 2,
    unchanged: 2,
    elsewhere: 0,
  });
});

test('a session that went on, and its helpers, stay one session', async () => {
  const project = scratchProject();
  const file = claudeFile(homeOf(project), project.folder, `${threadOf(1)}.jsonl`);
  const lines = session(threadOf(1), project.folder);
  writeFileSync(file, jsonLines(lines));
  expect(await importFrom(project)).toMatchObject({ sessions: 1, new: 1 });
  // An hour later somebody asks again: that hour is nobody's work. Half a line waits for its other half.
  const more = { cwd: project.folder, entrypoint: 'sdk-cli' };
  const next = jsonLines([
    claudePrompt(threadOf(1), 63, 'And the rest?', more),
    claudeAnswer(threadOf(1), 64, 'm3', saying('Done too.'), more),
  ]);
  appendFileSync(file, next.slice(0, -30));
  expect((await importFrom(project)).waiting).toEqual([realpathSync(file)]);
  appendFileSync(file, next.slice(-30));
  const helper = claudeFile(homeOf(project), project.folder, `${threadOf(1)}/subagents/agent-7.jsonl`);
  const aside = { isSidechain: true, agentId: '7', ...more };
  writeFileSync(
    helper,
    jsonLines([
      claudePrompt(threadOf(1), 1, 'Look.', aside),
      claudeAnswer(threadOf(1), 2, 'h1', saying('Seen.'), aside),
    ]),
  );
  expect(await importFrom(project)).toMatchObject({
    sessions: 1,
    new: 0,
    updated: 1,
    subagents: 1,
    waiting: [],
  });
  expect(await importFrom(project)).toMatchObject({ sessions: 1, unchanged: 1, updated: 0, subagents: 1 });
  const [record] = await stintJson<SessionRecord[]>(project, 'sessions');
  // Two answers of its own before, one after, one of the helper.
  expect(record).toMatchObject({
    endedAt: atMinute(64),
    durationMs: 4 * 60_000,
    usage: { input: 4 * CLAUDE_USAGE.input_tokens, turns: 3 },
  });
  // Only the helper's file changes: it is read with its session's own.
  appendFileSync(helper, jsonLines([claudeAnswer(threadOf(1), 3, 'h2', saying('More.'), aside)]));
  expect(await importFrom(project)).toMatchObject({ sessions: 1, updated: 1 });
  const [again] = await stintJson<SessionRecord[]>(project, 'sessions');
  expect(again?.usage.input).toBe(5 * CLAUDE_USAGE.input_tokens);
  // The hour in which nobody worked is no contradiction.
  expect((await stint(project, 'audit')).code).toBe(0);
  const history = (await stint(project, 'show', again?.id ?? '', '--history')).stdout;
  expect(history).toMatch(/stint:import: its files say more than before/);
  // An earlier copy elsewhere is the same session, and takes nothing back.
  project.write('backup/x.jsonl', jsonLines(lines.slice(0, 3)));
  expect(await importFrom(project, 'backup')).toMatchObject({
    sessions: 1,
    new: 0,
    updated: 0,
    unchanged: 1,
  });
});

test('what is at work has no record yet; what stint ran has its own', async () => {
  const init = { type: 'system', subtype: 'init', session_id: threadOf(9), model: 'stub' };
  const prompt = JSON.stringify([{ raw: `${JSON.stringify(init)}\n` }, { say: 'Done.' }, { result: {} }]);
  const project = scratchProject(configOf({ code: { harness: 'stream', prompt } }));
  const run = await runSession(project, 'code');
  expect(run.thread).toBe(threadOf(9));
  const thread = threadOf(1);
  const file = claudeFile(homeOf(project), project.folder, `${thread}.jsonl`);
  const now = new Date().toISOString();
  const lines = session(thread, project.folder).map((line) => ({ ...line, timestamp: now }));
  writeFileSync(file, jsonLines(lines.slice(0, 2)));
  // It was cut off in the middle and a moment ago, and is on record all the same.
  const cut = session(threadOf(9), project.folder).map((line) => ({ ...line, timestamp: now }));
  project.write('in/run.jsonl', jsonLines(cut.slice(0, 2)));
  expect(await importFrom(project, 'in')).toMatchObject({ sessions: 1, alreadyRun: 1, running: 0, new: 0 });
  project.write('in/run.jsonl', jsonLines(session(threadOf(9), project.folder)));
  expect(await importFrom(project, 'in')).toMatchObject({ sessions: 1, unchanged: 1, alreadyRun: 1, new: 0 });
  expect(await importFrom(project)).toMatchObject({ sessions: 0, running: 1, new: 0 });
  appendFileSync(file, jsonLines(lines.slice(2)));
  expect(await importFrom(project)).toMatchObject({ sessions: 1, running: 0, new: 1 });
  expect(recordedIds(project)).toHaveLength(2);
});

test('commits are claimed until a repository confirms them', async () => {
  const project = scratchProject();
  const { sha, told } = commit(project, 'b.txt');
  const scratch = scratchFolder();
  const place = { folder: path.join(scratch, 'work'), env: scratchEnvironment(scratch) };
  mkdirSync(place.folder);
  const file = path.join(place.folder, 's.jsonl');
  writeFileSync(file, jsonLines(session(threadOf(1), '/gone/app', told)));
  expect(await importFrom(place, file)).toMatchObject({ sessions: 1, new: 1 });
  const [claimed] = await stintJson<SessionRecord[]>(place, 'sessions');
  expect(claimed).toMatchObject({ outcome: 'unknown', grade: null, commits: [] });
  expect(claimed?.notCounted).toEqual([
    { sha: sha.slice(0, 7), because: expect.stringMatching(/^claimed \(transcript\)/) as string },
  ]);
  expect(await importFrom(place, file)).toMatchObject({ unchanged: 1 });
  // The file did not change, and there is somebody new to ask.
  expect(await importFrom(place, file, '--repo', project.folder)).toMatchObject({ updated: 1 });
  const [confirmed] = await stintJson<SessionRecord[]>(place, 'sessions');
  expect(confirmed).toMatchObject({ outcome: 'productive', commits: [sha], notCounted: [] });
  expect(await importFrom(place, file, '--repo', project.folder)).toMatchObject({ unchanged: 1 });
});

test('a pick of what somebody else wrote, and what was thrown away, are not counted', async () => {
  const project = scratchProject();
  project.git('checkout', '-q', '-b', 'side');
  project.write('c.txt', 'theirs\n');
  project.git('add', 'c.txt');
  project.git(
    'commit',
    '-q',
    '-m',
    'theirs',
    '--author',
    'Other <other@example.invalid>',
    '--date',
    '2020-01-01T00:00:00Z',
  );
  project.git('checkout', '-q', '-');
  // On the same parent and in the same second it would be the same commit.
  commit(project, 'e.txt');
  const picked = project.git('cherry-pick', 'side');
  const lost = commit(project, 'd.txt');
  project.git('reset', '-q', '--hard', 'HEAD~1');
  project.write('s.jsonl', jsonLines(session(threadOf(1), project.folder, `${picked}\n${lost.told}`)));
  expect(await importFrom(project, 's.jsonl')).toMatchObject({ new: 1 });
  const [record] = await stintJson<SessionRecord[]>(project, 'sessions');
  expect(record).toMatchObject({ outcome: 'unknown', commits: [] });
  const whys = record?.notCounted.map(
    ({ sha, because }) => `${project.git('log', '-1', '--format=%s', sha).trim()}: ${because}`,
  );
  expect(whys?.toSorted()).toEqual([
    'add d.txt: no branch has it any more',
    expect.stringMatching(/^theirs: it is a copy of [0-9a-f]{12}, which somebody else wrote/),
  ]);
});

test('whatever lies in the tree, each thing is said in a sentence and the rest is imported', async () => {
  const project = scratchProject();
  project.write('in/good.jsonl', jsonLines(session(threadOf(1), '/gone')));
  const glued = session(threadOf(2), '/gone').map((line) => JSON.stringify(line));
  project.write('in/two\nlines.jsonl', `${glued[0]}${glued[1]}\nnonsense\n${glued[2]}\n${glued[3]}\n`);
  project.write('in/unknown.jsonl', '{"hello":"world"}\n');
  project.write('in/empty.jsonl', '');
  symlinkSync('..', path.join(project.folder, 'in/circle'));
  symlinkSync('nowhere', path.join(project.folder, 'in/broken.jsonl'));
  execFileSync('mkfifo', [path.join(project.folder, 'in/pipe.jsonl')]);
  const result = await stint(project, 'import', 'in');
  expect(result.code).toBe(0);
  expect(result.stdout).toMatch(/^2 sessions: 2 new/);
  expect(result.stderr).toMatch(/circle: not read: it is a link/);
  expect(result.stderr).toMatch(/broken\.jsonl: not read: it is a link/);
  expect(result.stderr).toMatch(/pipe\.jsonl: not read: it is no file/);
  expect(result.stderr).toMatch(/unknown\.jsonl: format unknown; expected .*found an object with hello/);
  expect(result.stderr).toMatch(/two lines\.jsonl:2: not read/);
  const report = await importFrom(project, 'in');
  expect(report).toMatchObject({ sessions: 2, unchanged: 2, unreadableLines: 1, formatUnknown: 1 });
  expect(report.passedBy).toHaveLength(3);
});

test('two imports at once, and one that is killed, leave each session once', async () => {
  const project = scratchProject();
  const count = 150;
  const write = (from: number): void => {
    for (let number = from; number < from + count; number++)
      project.write(`in/${number}.jsonl`, jsonLines(session(threadOf(number), '/gone')));
  };
  write(0);
  const both = await Promise.all([importFrom(project, 'in'), importFrom(project, 'in')]);
  expect(both.map(({ sessions }) => sessions)).toEqual([count, count]);
  expect(both.reduce((sum, each) => sum + each.new, 0)).toBe(count);
  write(count);
  const { child, done } = startStint(project, 'import', 'in');
  await waitUntil('more records', () => recordedIds(project).length > count);
  child.kill('SIGKILL');
  await done;
  const before = recordedIds(project).length;
  expect(await importFrom(project, 'in')).toMatchObject({ sessions: 2 * count, new: 2 * count - before });
  expect(new Set(recordedIds(project)).size).toBe(2 * count);
});
