import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import * as library from '../src/index.ts';
import {
  openStint,
  Problem,
  type ConfigEvent,
  type SessionProgress,
  type StintOptions,
} from '../src/index.ts';
import { scratchEnvironment, scratchFolder, scratchProject, type ScratchProject } from './support/scratch.ts';
import { foldersOfWorktrees } from './support/sessions.ts';
import { waitUntil } from './support/wait-until.ts';

const TOP = path.resolve(import.meta.dirname, '..');

/** `docs` commits a page of its own (two equal commits of one second would be one); `slow` works until somebody ends it; `gone` has a program that is not there. */
const CONFIG = `version: 1
permissions: edit
harnesses:
  writer: { command: [sh, -c, "echo $STINT_SESSION_ID >page.md; git add page.md; git commit --quiet --message 'docs: a page'"], format: text }
  waiter: { command: [sh, -c, 'echo working; exec sleep 600'], format: text }
  missing: { command: [no-such-program-anywhere], format: text }
categories:
  docs: { harness: writer, prompt: Write a page., check: test -s page.md }
  slow: { harness: waiter, prompt: Wait. }
  gone: { harness: missing, prompt: Nothing. }
supervise: { sample: 100ms }
`;

function optionsFor(project: ScratchProject): StintOptions {
  return { folder: project.folder, env: project.env };
}

function problem(code: string): unknown {
  return expect.objectContaining({ name: 'Problem', code });
}

test('the door is narrow', () => {
  expect(Object.keys(library).toSorted()).toEqual(['Problem', 'openStint']);
});

test('a session runs from lock to record, and is read back', async () => {
  const project = scratchProject(CONFIG);
  await using stint = await openStint(optionsFor(project));
  const seen: SessionProgress[] = [];
  const record = await stint.run('docs', { onProgress: (progress) => seen.push(progress) });
  expect(record).toMatchObject({ category: 'docs', outcome: 'productive', check: { result: 'passed' } });
  expect(record.commitDetails.map(({ subject }) => subject)).toEqual(['docs: a page']);
  expect(seen.length).toBeGreaterThan(0);
  expect(seen[0]).toMatchObject({ id: record.id, category: 'docs', turns: 0 });
  expect(Object.keys(seen[0] ?? {}).toSorted()).toEqual(
    ['category', 'elapsedMs', 'id', 'state', 'tokens', 'turns', 'waitingOn'].toSorted(),
  );
  expect(await stint.records()).toEqual([record]);
  expect(await stint.records({ outcome: 'failed' })).toEqual([]);
  expect(await stint.report()).toMatchObject({ sessions: 1, outcomes: { productive: 1 } });
});

test('an aborted session is ended and recorded with the reason', async () => {
  await using stint = await openStint(optionsFor(scratchProject(CONFIG)));
  const person = new AbortController();
  const record = await stint.run('slow', {
    signal: person.signal,
    onProgress: () => person.abort(new Error('the shop closes')),
  });
  expect(record.stop).toMatchObject({
    reason: 'cancelled',
    because: expect.stringContaining('the shop closes') as string,
  });
  await expect(stint.run('slow', { signal: AbortSignal.abort('too late') })).rejects.toThrow(/too late/);
  expect(await stint.records()).toHaveLength(1);
});

test('closing ends what runs and keeps its record', async () => {
  const project = scratchProject(CONFIG);
  const stint = await openStint(optionsFor(project));
  let isRunning = false;
  const session = stint.run('slow', { onProgress: () => (isRunning = true) });
  await waitUntil('the session runs', () => isRunning);
  await Promise.all([stint.close(), stint.close()]);
  const record = await session;
  expect(record.stop.reason).toBe('cancelled');
  await expect(stint.records()).rejects.toEqual(problem('closed'));
  await expect(stint.run('docs')).rejects.toEqual(problem('closed'));
  await using reader = await openStint({ ...optionsFor(project), access: 'read' });
  expect(await reader.records()).toEqual([record]);
});

test('a listener that throws costs a warning, never the session', async () => {
  await using stint = await openStint(optionsFor(scratchProject(CONFIG)));
  const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
  const record = await stint.run('docs', {
    onProgress: () => {
      throw new Error('no such element');
    },
  });
  expect(record.outcome).toBe('productive');
  expect((await warned).message).toBe('onProgress threw and is not called again: no such element');
});

test('an onProgress that rejects is told to the process, and its session goes on', async () => {
  await using stint = await openStint(optionsFor(scratchProject(CONFIG)));
  const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
  const onProgress = (): unknown => Promise.reject(new Error('no such page'));
  const record = await stint.run('docs', { onProgress });
  expect(record.outcome).toBe('productive');
  expect((await warned).message).toBe('onProgress threw and is not called again: no such page');
});

test('a script is wrapped outside every repository, where run refuses', async () => {
  const scratch = scratchFolder();
  const folder = path.join(scratch, 'work');
  mkdirSync(folder);
  await using stint = await openStint({ folder, env: scratchEnvironment(scratch) });
  const wrapped = await stint.wrap(['sh', '-c', 'exit 3'], { category: 'nightly', timeoutMs: 60_000 });
  const { exitCode, ...record } = wrapped;
  expect(exitCode).toBe(3);
  expect(record).toMatchObject({ category: 'nightly', outcome: 'failed', stop: { exitCode: 3 } });
  expect(await stint.records({ category: 'nightly' })).toEqual([record]);
  await expect(stint.wrap([])).rejects.toEqual(problem('usage'));
  await expect(stint.wrap(['true'], { timeoutMs: 0.5 })).rejects.toEqual(problem('usage'));
  await expect(stint.run('docs')).rejects.toEqual(problem('no_repository'));
});

test('a wrong call is a Problem with the next step', async () => {
  const project = scratchProject(CONFIG);
  await expect(openStint({ folder: path.join(project.folder, 'nowhere') })).rejects.toEqual(
    problem('no_folder'),
  );
  await using stint = await openStint(optionsFor(project));
  const error = await stint.run('dosc').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Problem);
  expect(error).toMatchObject({ code: 'unknown_category', hint: 'Did you mean "docs"?', exitCode: 2 });
  await expect(stint.run('gone')).rejects.toMatchObject({ code: 'harness_missing', exitCode: 1 });
  await expect(stint.records({ limit: Number.NaN })).rejects.toEqual(problem('usage'));
  await expect(stint.report({ last: 0 })).rejects.toEqual(problem('usage'));
});

test('a program that runs for long gets the settings and the commit of now, and keeps the last good ones', async () => {
  const project = scratchProject(CONFIG);
  const events: ConfigEvent[] = [];
  await using stint = await openStint({ ...optionsFor(project), onConfig: (event) => events.push(event) });
  expect(await stint.run('docs')).toMatchObject({ check: { result: 'passed' } });
  project.write('stint.yaml', CONFIG.replace('test -s page.md', "[test, '!', -e, page.md]"));
  project.git('commit', '--all', '--message', 'another check');
  expect(await stint.run('docs')).toMatchObject({
    check: { result: 'failed' },
    base: project.git('rev-parse', 'HEAD').trim(),
  });
  project.write('stint.yaml', CONFIG.replace('permissions: edit', 'permissions: evrything'));
  expect(await stint.run('docs')).toMatchObject({ check: { result: 'failed' } });
  expect(await stint.run('docs')).toMatchObject({ check: { result: 'failed' } });
  project.write('stint.yaml', CONFIG);
  expect(await stint.run('docs')).toMatchObject({ check: { result: 'passed' } });
  expect(events.map(({ kind }) => kind)).toEqual(['changed', 'broken', 'restored']);
  expect(events[1]?.message).toMatch(/stint\.yaml:2:14: permissions is "evrything"; .* last good .* kept\.$/);
  expect(events[1]?.problem).toMatchObject({ code: 'config_invalid' });
});

test('what is edited while a session runs changes nothing in it', async () => {
  const project = scratchProject(CONFIG.replace('echo', 'while ! test -e go; do sleep 0.05; done; echo'));
  await using stint = await openStint({ ...optionsFor(project), onConfig: () => undefined });
  const record = await stint.run('docs', {
    onProgress: () => {
      project.write('stint.yaml', 'version: 2\n');
      for (const folder of foldersOfWorktrees(project)) writeFileSync(path.join(folder, 'go'), '');
    },
  });
  expect(record).toMatchObject({ outcome: 'productive', check: { result: 'passed' } });
});

test('without a listener a broken configuration is a warning of the process', async () => {
  const project = scratchProject(CONFIG);
  await using stint = await openStint(optionsFor(project));
  project.write('stint.yaml', '');
  const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
  expect(await stint.run('docs')).toMatchObject({ outcome: 'productive' });
  expect((await warned).message).toMatch(/stint\.yaml:1:1: version is missing.* last good .* kept\.$/);
});

test('reading makes nothing and starts nothing', async () => {
  const project = scratchProject(CONFIG);
  await using stint = await openStint({ ...optionsFor(project), access: 'read' });
  expect(await stint.records()).toEqual([]);
  await expect(stint.run('docs')).rejects.toEqual(problem('read_only'));
  await expect(stint.wrap(['true'])).rejects.toEqual(problem('read_only'));
  expect(existsSync(project.stateFolder)).toBe(false);
});

test('the example runs without a key and prints what docs/api.md says', () => {
  const printed = execFileSync(
    process.execPath,
    ['--conditions=stint-source', path.join(TOP, 'examples', 'run-a-session.mjs')],
    {
      cwd: TOP,
      env: scratchEnvironment(scratchFolder()),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  expect(printed).toMatch(/^docs: productive, grade 0\.\d+\ncommits: docs: write a page\ncheck: passed\n/);
  expect(readFileSync(path.join(TOP, 'docs', 'api.md'), 'utf8')).toContain(`\`\`\`\n${printed}\`\`\`\n`);
});
