import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { ImportReport } from '../../src/control/desk/exchange/import-tally.ts';
import type { Finding } from '../../src/domain/finding.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import { scratchFolder, scratchProject, type ScratchProject } from '../support/scratch.ts';
import { stint, stintJson } from '../support/stint-here.ts';
import { claudeAnswer, claudePrompt, claudeResult, saying } from '../support/transcript-lines.ts';

const THREAD = '00000000-0000-4000-8000-000000000001';
const OTHER = '00000000-0000-4000-8000-000000000002';

function linesNamed(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `const ${name}${index} = makeOne(${index});`);
}

function textOf(lines: readonly string[], end = '\n'): string {
  return lines.map((line) => `${line}${end}`).join('');
}

/** A session that a person sat at, in which the agent wrote these files and had the last word. */
function writeSession(
  project: ScratchProject,
  thread: string,
  files: Readonly<Record<string, string>>,
): void {
  const cwd = '/gone/app';
  const calls = Object.entries(files).flatMap(([file, content], index) => {
    const id = `${thread.slice(-1)}-c${index}`;
    const call = { type: 'tool_use', id, name: 'Write', input: { file_path: `${cwd}/${file}`, content } };
    const toolUseResult = { type: 'create', filePath: `${cwd}/${file}`, content, structuredPatch: [] };
    return [
      claudeAnswer(thread, 1 + index, `${thread}-m${index}`, call, { cwd }),
      claudeResult(thread, 1 + index, id, 'done', { cwd, toolUseResult }),
    ];
  });
  const lines = [
    claudePrompt(thread, 0, 'Write it.', { cwd }),
    ...calls,
    claudeAnswer(thread, 20, `${thread}-last`, saying('Done.'), { cwd }),
    claudePrompt(thread, 21, 'Thanks.', { cwd }),
    claudeAnswer(thread, 22, `${thread}-thanks`, saying('You are welcome.'), { cwd }),
  ];
  project.write(`../in/${thread}.jsonl`, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

function commitAll(project: ScratchProject, files: Readonly<Record<string, string>>, at?: string): string {
  for (const [file, content] of Object.entries(files)) project.write(file, content);
  project.git('add', '--all');
  const env = {
    ...project.env,
    ...(at === undefined ? {} : { GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at }),
  };
  execFileSync('git', ['commit', '-qm', 'by hand'], { cwd: project.folder, env });
  return project.git('rev-parse', 'HEAD');
}

/** Imports all sessions outside of every repository. */
function importer(project: ScratchProject) {
  const place = { folder: scratchFolder(), env: project.env };
  const folder = path.join(project.folder, '../in');
  return {
    place,
    run: (...more: string[]) => stintJson<ImportReport>(place, 'import', folder, ...more),
    records: async (): Promise<Record<string, SessionRecord>> => {
      const all = await stintJson<SessionRecord[]>(place, 'sessions');
      return Object.fromEntries(all.map((record) => [record.thread ?? '', record]));
    },
  };
}

test('what a person committed of a session is its delivery, found on the day of the commit', async () => {
  const project = scratchProject();
  const lines = linesNamed('own', 10);
  writeSession(project, THREAD, { 'src/a.ts': textOf(lines) });
  const { place, run, records } = importer(project);
  await run();
  expect((await records())[THREAD]).toMatchObject({ outcome: 'unknown', effects: [], grade: null });
  await run('--repo', project.folder);
  expect((await records())[THREAD]?.reasons).toContain(
    'edits: no commit since its first edit adds to a file that it edited',
  );
  const sha = commitAll(project, { 'src/a.ts': textOf(lines.slice(0, 9), '\r\n') });
  expect(await run('--repo', project.folder)).toMatchObject({ updated: 1, unchanged: 0, byPerson: 1 });
  const record = (await records())[THREAD];
  expect(record).toMatchObject({
    outcome: 'productive',
    commits: [],
    commitDetails: [],
    failureModes: [],
    feedsBelief: false,
    effects: [
      { kind: 'delivered-by-person', source: 'repository', commits: [sha], lines: 9, files: ['src/a.ts'] },
    ],
  });
  // log2(10) / log2(41) of a normal commit, and no check: 0.10 + 0.90 × (1 - exp(-1.1 × 0.62)) × 0.9.
  expect(record?.grade).toBeCloseTo(0.1 + 0.81 * (1 - Math.exp((-1.1 * Math.log2(10)) / Math.log2(41))), 3);
  const why = (await stint(place, 'show', record?.id ?? '', '--why')).stdout.replaceAll(/\s+/g, ' ');
  expect(why).toContain('it delivered 9 lines that a person committed (1 commit)');
  expect(why).toContain(`a person committed 9 lines of its edits in 1 file: ${sha.slice(0, 12)}`);
  expect(why).not.toContain('not seen whether');
  expect(await stintJson<{ findings: Finding[] }>(place, 'audit')).toMatchObject({ findings: [] });
  // Nothing new: neither a transcript nor the repository tells anything else, read again or not.
  expect(await run('--repo', project.folder)).toMatchObject({ updated: 0, byPerson: 0 });
  expect(await run('--repo', project.folder, '--again')).toMatchObject({ updated: 0, byPerson: 0 });
  expect((await records())[THREAD]).toEqual(record);
});

test('a grade that commits of a person give moves no belief, also where imported sessions move them', async () => {
  const project = scratchProject(
    `version: 1
harnesses: { agent: { command: [agent], format: text } }
categories: { code: { harness: agent, prompt: Go. } }
learn: { imported: true }
`,
  );
  const lines = linesNamed('own', 10);
  writeSession(project, THREAD, { 'src/a.ts': textOf(lines) });
  commitAll(project, { 'src/a.ts': textOf(lines) });
  const folder = path.join(project.folder, '../in');
  const asked = ['--repo', project.folder, '--unattended', folder];
  const report = await stintJson<ImportReport>(project, 'import', folder, ...asked);
  expect(report).toMatchObject({ byPerson: 1, byAttended: { no: 1 }, byOutcome: { productive: 1 } });
  expect(await stintJson(project, 'learn', 'show')).toMatchObject({
    imported: true,
    sessions: 1,
    updates: 0,
  });
});

test('a commit stays with one session, whenever the sessions are imported', async () => {
  const project = scratchProject();
  const [own, others] = [linesNamed('own', 6), linesNamed('other', 12)];
  writeSession(project, THREAD, { 'a.ts': textOf(own) });
  const sha = commitAll(project, { 'a.ts': textOf(own), 'b.ts': textOf(others) });
  const { run, records } = importer(project);
  await run('--repo', project.folder);
  expect((await records())[THREAD]).toMatchObject({ outcome: 'productive', effects: [{ commits: [sha] }] });
  // The session with most of the commit comes later.
  writeSession(project, OTHER, { 'b.ts': textOf(others) });
  await run('--repo', project.folder);
  const both = await records();
  expect(both[OTHER]).toMatchObject({ outcome: 'productive', effects: [{ commits: [sha], lines: 12 }] });
  expect(both[THREAD]).toMatchObject({ outcome: 'unknown', effects: [], grade: null });
  expect(both[THREAD]?.reasons).toContain(
    `edits: commit ${sha.slice(0, 12)} has 6 of its lines, and 12 of session ${both[OTHER]?.id}`,
  );
});

test.each<[string, (project: ScratchProject, lines: readonly string[]) => unknown]>([
  [
    'before its first edit',
    (project, lines) => commitAll(project, { 'a.ts': textOf(lines) }, '2026-01-05T11:00:00Z'),
  ],
  ['and holds half of it', (project, lines) => commitAll(project, { 'a.ts': textOf(lines.slice(0, 5)) })],
  ['in another file', (project, lines) => commitAll(project, { 'b.ts': textOf(lines) })],
  [
    'and no branch has it any more',
    (project, lines) => {
      commitAll(project, { 'a.ts': textOf(lines) });
      project.git('reset', '-q', '--hard', 'HEAD^');
    },
  ],
])('a commit delivers nothing of a session that is made %s', async (_, commit) => {
  const project = scratchProject();
  const lines = linesNamed('own', 10);
  writeSession(project, THREAD, { 'a.ts': textOf(lines) });
  commit(project, lines);
  const { run, records } = importer(project);
  await run('--repo', project.folder);
  expect((await records())[THREAD]).toMatchObject({ outcome: 'unknown', effects: [], commits: [] });
});

test.each<[string, (project: ScratchProject) => string]>([
  [
    'bare',
    (project) => {
      project.git('clone', '-q', '--bare', '.', '../bare.git');
      return path.join(project.folder, '../bare.git');
    },
  ],
  [
    'rewritten in a squash on another branch',
    (project) => {
      project.git('checkout', '-q', '-b', 'squashed', 'HEAD~2');
      project.git('merge', '-q', '--squash', 'main');
      project.git('commit', '-qm', 'all at once');
      project.git('branch', '-q', '-D', 'main');
      return project.folder;
    },
  ],
])('a repository that is %s tells of it, too', async (_, repositoryOf) => {
  const project = scratchProject();
  const files = { 'a.ts': textOf(linesNamed('own', 10)), 'odd name [1]?.ts': textOf(linesNamed('odd', 5)) };
  writeSession(project, THREAD, files);
  commitAll(project, { 'a.ts': files['a.ts'] });
  commitAll(project, files);
  const { run, records } = importer(project);
  await run('--repo', repositoryOf(project));
  expect((await records())[THREAD]).toMatchObject({
    outcome: 'productive',
    effects: [{ lines: 15, files: ['a.ts', 'odd name [1]?.ts'] }],
  });
});

test('a repository without a commit, and one whose objects are gone, harm no import', async () => {
  const project = scratchProject();
  writeSession(project, THREAD, { 'a.ts': textOf(linesNamed('own', 10)) });
  project.git('init', '-q', '../empty');
  const { place, run, records } = importer(project);
  expect(await run('--repo', path.join(project.folder, '../empty'))).toMatchObject({ new: 1, byPerson: 0 });
  commitAll(project, { 'a.ts': textOf(linesNamed('own', 10)) });
  execFileSync('sh', ['-c', 'rm -rf .git/objects/??'], { cwd: project.folder });
  const folder = path.join(project.folder, '../in');
  const { code, stderr } = await stint(place, 'import', folder, '--repo', project.folder);
  expect(code).toBe(0);
  expect(stderr).toContain('not searched for the work of sessions');
  expect((await records())[THREAD]).toMatchObject({ outcome: 'unknown', effects: [] });
});

test('what a person says of a session stays said', async () => {
  const project = scratchProject();
  writeSession(project, THREAD, { 'a.ts': textOf(linesNamed('own', 10)) });
  const { place, run, records } = importer(project);
  await run();
  const id = (await records())[THREAD]?.id ?? '';
  await stint(place, 'amend', id, 'outcome=noop', '--why', 'it was thrown away');
  commitAll(project, { 'a.ts': textOf(linesNamed('own', 10)) });
  await run('--repo', project.folder);
  expect((await records())[THREAD]).toMatchObject({ outcome: 'noop', effects: [] });
});

test('git is asked three times of a repository, however many sessions there are, and then whether it changed', async () => {
  const project = scratchProject();
  for (let number = 1; number <= 4; number++)
    writeSession(project, THREAD.replace(/.$/, String(number)), {
      [`a${number}.ts`]: textOf(linesNamed(`of${number}x`, 10)),
    });
  commitAll(project, { 'old.ts': 'const old = 1;\n' }, '2026-01-01T00:00:00Z');
  commitAll(project, { 'a1.ts': textOf(linesNamed('of1x', 10)) });
  const log = path.join(project.folder, '../asked');
  const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8', env: project.env }).trim();
  project.write('../bin/git', `#!/bin/sh\necho "$*" >>'${log}'\nexec '${git}' "$@"\n`);
  chmodSync(path.join(project.folder, '../bin/git'), 0o755);
  const env = { ...project.env, PATH: `${path.join(project.folder, '../bin')}:${project.env['PATH']}` };
  const { place, records } = importer(project);
  const asked = async (): Promise<string[]> => {
    writeFileSync(log, '');
    await stintJson(
      { ...place, env },
      'import',
      path.join(project.folder, '../in'),
      '--repo',
      project.folder,
    );
    const words = / (log -p|grep|rev-list -1|for-each-ref) /;
    return readFileSync(log, 'utf8')
      .split('\n')
      .flatMap((line) => words.exec(line)?.[1] ?? []);
  };
  expect(await asked()).toEqual(['for-each-ref', 'rev-list -1', 'grep', 'log -p']);
  expect(await asked()).toEqual(['for-each-ref']);
  const sha = commitAll(project, { 'a2.ts': textOf(linesNamed('of2x', 10)) });
  expect(await asked()).toEqual(['for-each-ref', 'rev-list -1', 'grep', 'log -p']);
  expect((await records())[THREAD.replace(/.$/, '2')]).toMatchObject({ effects: [{ commits: [sha] }] });
});

test('the lines that a fork copied are those of the session that it was forked from', async () => {
  const project = scratchProject();
  const files = { 'a.ts': textOf(linesNamed('own', 10)) };
  writeSession(project, THREAD, files);
  const copied = readFileSync(path.join(project.folder, `../in/${THREAD}.jsonl`), 'utf8');
  const cwd = '/gone/app';
  const own = [
    claudePrompt(OTHER, 30, 'Go on from there.', { cwd }),
    claudeAnswer(OTHER, 31, 'fork-m1', saying('There is nothing to do.'), { cwd }),
  ];
  const rest = own.map((line) => `${JSON.stringify(line)}\n`).join('');
  project.write(`../in/${OTHER}.jsonl`, `${copied}${rest}`);
  const sha = commitAll(project, files);
  const { run, records } = importer(project);
  await run('--repo', project.folder);
  const both = await records();
  expect(both[THREAD]).toMatchObject({ outcome: 'productive', effects: [{ commits: [sha], lines: 10 }] });
  expect(both[OTHER]?.effects).toEqual([]);
});

test('a session whose first edit has an impossible time is not searched for, and harms no other', async () => {
  const project = scratchProject();
  const files = { 'a.ts': textOf(linesNamed('own', 10)) };
  writeSession(project, THREAD, files);
  writeSession(project, OTHER, { 'b.ts': textOf(linesNamed('other', 10)) });
  const file = path.join(project.folder, `../in/${OTHER}.jsonl`);
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('2026-01-05T', '1970-01-01T'));
  const sha = commitAll(project, { ...files, 'b.ts': textOf(linesNamed('other', 10)) });
  const { run, records } = importer(project);
  await run('--repo', project.folder);
  const both = await records();
  expect(both[THREAD]).toMatchObject({ outcome: 'productive', effects: [{ commits: [sha], lines: 10 }] });
  expect(both[OTHER]).toMatchObject({ outcome: 'unknown', effects: [] });
  expect(both[OTHER]?.reasons).toContain(
    'edits: its first edit has no possible time, so stint searched no commits for its lines',
  );
});
