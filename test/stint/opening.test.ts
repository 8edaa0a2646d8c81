import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { StintEvent } from '../../src/domain/event.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { Problem } from '../../src/lib/problem.ts';
import { keepOpen, type StintPlace } from '../../src/stint/opening.ts';
import { Stint, stintAt } from '../../src/stint/stint.ts';
import { scratchEnvironment, scratchFolder, scratchProject } from '../support/scratch.ts';

const CONFIG = `version: 1
harnesses:
  noop: { command: [sh, -c, 'echo nothing to do'], format: text }
categories:
  docs: { harness: noop, prompt: Write a page. }
supervise: { sample: 100ms }
`;

function placeOf(
  project: { folder: string; env: NodeJS.ProcessEnv },
  more: Partial<StintPlace> = {},
): StintPlace {
  return {
    folder: project.folder,
    set: [],
    env: project.env,
    clock: systemClock,
    cancelled: new AbortController().signal,
    onRedactor: () => undefined,
    listener: () => undefined,
    ...more,
  };
}

const DOCS = { kind: 'category', category: 'docs' } as const;

/** Calls that cannot be right, and the code that each is refused with. */
const WRONG: readonly (readonly [string, string, (stint: Stint) => Promise<unknown>])[] = [
  ['run', 'unknown_category', (stint) => stint.run({ kind: 'category', category: 'dcos' })],
  ['run of a key', 'usage', (stint) => stint.runOnce(DOCS, 'two words')],
  ['run of a slot', 'unknown_category', (stint) => stint.run({ kind: 'slot', prompt: 'hi', category: 'no' })],
  [
    'run of a command',
    'harness_missing',
    (stint) =>
      stint.run({ kind: 'wrap', words: ['no-such-program'], folder: '/', category: null, timeoutMs: null }),
  ],
  ['pull', 'cannot_pull', (stint) => stint.pull()],
  [
    'amend',
    'unknown_session',
    (stint) =>
      stint.amend({ kind: 'said', session: 'zzzz', verdict: { grade: 0 }, facts: {}, why: 'because' }),
  ],
  ['land', 'unknown_session', (stint) => stint.land({ session: 'zzzz', how: null, isChecked: true })],
  [
    'resume',
    'unknown_account',
    (stint) =>
      stint.resume({
        category: null,
        account: 'nope',
        harness: null,
        model: null,
        hasDeliveries: false,
        isAll: false,
      }),
  ],
  [
    'import',
    'no_file',
    (stint) => stint.import({ paths: ['nope.jsonl'], isAll: false, repositories: [], isAgain: false }),
  ],
];

test.each(WRONG)('a wrong %s is refused before anything is written', async (_, code, call) => {
  const project = scratchProject(CONFIG);
  await expect(call(stintAt(placeOf(project)))).rejects.toMatchObject({ name: 'Problem', code });
  expect(existsSync(project.stateFolder)).toBe(false);
});

test('use cases that read make nothing', async () => {
  const project = scratchProject(CONFIG);
  const stint = stintAt(placeOf(project));
  expect(await stint.sessions()).toEqual([]);
  expect(await stint.status()).toMatchObject({ running: [] });
  expect(await stint.plan({ seed: 1 })).toMatchObject({ seed: 1 });
  expect(await stint.repair({ threshold: 0.25, isDryRun: true })).toMatchObject({ checked: 0 });
  expect(existsSync(project.stateFolder)).toBe(false);
});

test('inside a session no record is corrected, no hold lifted and no session stopped', async () => {
  const project = scratchProject(CONFIG);
  const env = { ...project.env, STINT_SESSION_ID: 'abcdefghij' };
  const stint = stintAt(placeOf({ ...project, env }));
  const nothing = {
    category: null,
    account: null,
    harness: null,
    model: null,
    hasDeliveries: false,
    isAll: true,
  };
  for (const call of [
    stint.previewAmend({ kind: 'rejudge' }),
    stint.amend({ kind: 'rejudge' }),
    stint.repair({ threshold: 0.25, isDryRun: true }),
    stint.resume(nothing),
    stint.stop({ session: null, isNow: true }),
  ])
    await expect(call).rejects.toMatchObject({ code: 'in_session' });
});

test('a listener hears what happens, and the redactor comes before it', async () => {
  const project = scratchProject(CONFIG);
  project.write('notes.txt', 'not committed\n');
  const heard: string[] = [];
  const stint = stintAt(
    placeOf(project, {
      onRedactor: () => heard.push('redactor'),
      listener: (event: StintEvent) =>
        heard.push(event.name === 'advice.given' ? `advice: ${event.sentence}` : event.name),
    }),
  );
  const { id } = await stint.run(DOCS);
  expect(heard[0]).toBe('redactor');
  expect(heard.filter((each) => each === 'record.written')).toHaveLength(1);
  expect(heard).toContain(
    'advice: 1 uncommitted file in this checkout is not part of the session, which starts from the last commit.',
  );
  expect(await stint.show(id)).toMatchObject({ id, category: 'docs' });
  expect(await stint.show(id)).not.toHaveProperty('evidence');
  expect(await stint.show(id, { isWhy: true })).toMatchObject({ id, evidence: { commits: [] } });
});

test('a caller that cancels ends its session in order, and gets its record', async () => {
  const project = scratchProject(CONFIG.replace("'echo nothing to do'", "'exec sleep 600'"));
  const ending = new AbortController();
  const stint = stintAt(
    placeOf(project, {
      cancelled: ending.signal,
      listener: (event) => event.name === 'session.started' && ending.abort('the test has seen it'),
    }),
  );
  expect(await stint.run(DOCS)).toMatchObject({ stop: { reason: 'cancelled' } });
});

test('several sessions of a project that stays open hear of their own only', async () => {
  const project = scratchProject(
    CONFIG.replace('  docs:', '  code: { harness: noop, prompt: Fix. }\n  docs:'),
  );
  const place = placeOf(project);
  const kept = await keepOpen(place, 'write');
  try {
    const stint = new Stint(place, kept.withProject);
    const heard = { docs: new Set<string>(), code: new Set<string>() };
    await Promise.all(
      (['docs', 'code'] as const).map((category) =>
        stint.run(
          { kind: 'category', category },
          { onWaiting: (waiting) => heard[category].add(waiting.category) },
        ),
      ),
    );
    expect([...heard.docs]).toEqual(['docs']);
    expect([...heard.code]).toEqual(['code']);
    expect(await stint.sessions()).toHaveLength(2);
  } finally {
    await kept.close();
  }
});

test('a project that stays open for reading refuses to write', async () => {
  const project = scratchProject(CONFIG);
  const place = placeOf(project);
  const kept = await keepOpen(place, 'read');
  try {
    const stint = new Stint(place, kept.withProject);
    expect(await stint.sessions()).toEqual([]);
    await expect(stint.run(DOCS)).rejects.toMatchObject({ code: 'read_only' });
    await expect(stint.rebuildBeliefs()).rejects.toMatchObject({ code: 'read_only' });
  } finally {
    await kept.close();
  }
  expect(existsSync(project.stateFolder)).toBe(false);
});

test('outside a repository a kept project wraps commands, and runs no category', async () => {
  const folder = scratchFolder();
  const place = placeOf({ folder, env: scratchEnvironment(folder) });
  const kept = await keepOpen(place, 'write');
  try {
    const stint = new Stint(place, kept.withProject);
    const words = ['sh', '-c', 'echo done'];
    const wrapped = await stint.run({ kind: 'wrap', words, folder, category: 'nightly', timeoutMs: null });
    expect(wrapped).toMatchObject({ category: 'nightly' });
    const refused = await stint.run(DOCS).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Problem);
    expect(refused).toMatchObject({ code: 'no_repository' });
  } finally {
    await kept.close();
  }
});

test('a piece of work with a key is done once, and the second call tells which session did it', async () => {
  const project = scratchProject(
    CONFIG.replace(
      "'echo nothing to do'",
      '"echo page >page.md; git add page.md; git commit --quiet --message \'docs: a page\'"',
    ),
  );
  const advice: string[] = [];
  const env = { ...project.env };
  const listener = (event: StintEvent): void => {
    if (event.name === 'advice.given') advice.push(event.sentence);
  };
  const stint = stintAt(placeOf({ ...project, env }, { listener }));
  const first = await stint.runOnce(DOCS, 'page-1');
  expect(first).toMatchObject({ outcome: 'productive', key: 'page-1' });
  expect(first).not.toHaveProperty('reused');
  // Nothing is planned for work that is done: a plan for it would say that the machine is full.
  env['STINT_ADMISSION__LOAD'] = '0.0001';
  expect(await stint.runOnce(DOCS, 'page-1')).toEqual({
    id: first.id,
    thread: first.thread,
    key: 'page-1',
    reused: true,
    reason: expect.stringContaining(first.id),
    outcome: 'productive',
    grade: first.grade,
    commits: first.commits,
  });
  expect(advice).toEqual([]);
  expect(await stint.sessions()).toHaveLength(1);
});
