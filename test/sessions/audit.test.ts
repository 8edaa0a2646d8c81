import path from 'node:path';
import { expect, test } from 'vitest';
import type { SessionRecord } from '../../src/domain/record.ts';
import { insertRecord } from '../../src/store/records.ts';
import { openStore } from '../../src/store/store.ts';
import { recordOf, sessionId } from '../support/records.ts';
import { scratchProject, type ScratchProject } from '../support/scratch.ts';
import { configOf } from '../support/sessions.ts';
import { runSession, stint, stintJson } from '../support/stint-here.ts';

/**
 * A session that ran, two imported ones that are called noop (what one was worth is clear), and one of which nothing is
 * known.
 */
async function projectWithLies(): Promise<ScratchProject> {
  const project = scratchProject(configOf({ code: { prompt: 'true' } }));
  await runSession(project, 'code');
  const store = await openStore(path.join(project.stateFolder, 'stint.db'));
  const lie = {
    source: 'import',
    outcome: 'noop',
    failureModes: ['noop'],
    gradeParts: null,
    commits: [],
    commitDetails: [],
  } as const;
  await insertRecord(store, recordOf(1, { ...lie, grade: 0.6 }), '');
  await insertRecord(store, recordOf(2, { ...lie, grade: 0.2 }), '');
  const unknown = { ...lie, outcome: 'unknown', failureModes: ['lost'], grade: null } as const;
  await insertRecord(store, recordOf(3, unknown), '');
  await store.destroy();
  return project;
}

test('finds, says what it would change, repairs, and names what only a person can decide', async () => {
  const project = await projectWithLies();
  expect((await stint(project, 'status')).stdout).toMatch(
    /^audit: 2 findings, see `stint audit`; noop with grade > 0.1: 2 of 4 records$/m,
  );

  const found = await stint(project, 'audit');
  expect([found.code, found.stderr]).toEqual([1, '']);
  expect(found.stdout).toMatch(new RegExp(`noop-with-grade  2 sessions[^]*${sessionId(1)}[^]*grade is 0.6`));
  expect(found.stdout).toMatch(
    /query: SELECT session_id FROM records WHERE outcome = 'noop' AND grade > 0.1 /,
  );
  expect(await stintJson(project, 'audit')).toMatchObject({
    checked: 4,
    findings: [1, 2].map((number) => ({
      kind: 'noop-with-grade',
      severity: 'error',
      sessionId: sessionId(number),
    })),
    productiveRate: { shown: 0, true: 1 / 3, of: 3, unknown: 1 },
  });

  const dry = await stint(project, 'audit', '--fix', '--dry-run');
  expect(dry.code).toBe(1);
  expect(dry.stdout).toMatch(/1 record would be amended\nproductive: 0.0 % as shown, 33.3 % in truth/);
  expect((await stintJson<{ findings: unknown[] }>(project, 'audit')).findings).toHaveLength(2);

  const fixed = await stint(project, 'audit', '--fix');
  expect(fixed.code).toBe(1);
  expect(fixed.stdout).toMatch(/1 finding in 4 records remain/);
  expect(fixed.stdout).not.toContain(sessionId(1));
  expect((await stint(project, 'show', sessionId(1), '--history')).stdout).toMatch(
    /as first written\n[^]*noop[^]*stint:audit: [^]*outcome: noop → productive/,
  );
  expect((await stint(project, 'amend', sessionId(2), 'grade=0', '--why', 'it did nothing')).code).toBe(0);
  const clean = await stint(project, 'audit');
  expect([clean.code, clean.stdout]).toEqual([
    0,
    'audit: clean, 4 records checked\nproductive: 33.3 % as shown, 33.3 % in truth, of the 3 whose outcome is known\nleft out of that: 1 whose outcome is unknown\n',
  ]);
  expect((await stint(project, 'status')).stdout).toMatch(/^audit: clean$/m);
});

test('an agent may look, and not repair', async () => {
  const project = await projectWithLies();
  project.env['STINT_SESSION_ID'] = sessionId(9);
  expect((await stint(project, 'audit')).code).toBe(1);
  for (const call of [
    ['audit', '--fix'],
    ['audit', '--fix', '--dry-run'],
  ]) {
    const { code, stderr } = await stint(project, ...call);
    expect([code, stderr]).toEqual([2, expect.stringContaining('`stint audit --fix` is not for an agent')]);
  }
});

test('where there is nothing yet it is clean, and makes nothing', async () => {
  const project = scratchProject(configOf({ code: { prompt: 'true' } }));
  expect((await stint(project, 'audit')).stdout).toBe('audit: clean, 0 records checked\n');
  expect(project.git('status', '--porcelain')).toBe('');
});

test('records that were only imported are audited and amended without a configuration', async () => {
  const project = scratchProject();
  project.write(
    'r.jsonl',
    `${JSON.stringify(recordOf(1, { outcome: 'noop', grade: 0.6, failureModes: ['noop'] }))}\n`,
  );
  expect((await stint(project, 'import', 'r.jsonl')).code).toBe(0);
  for (const options of [[], ['--fix', '--dry-run'], ['--fix']]) {
    const { code, stderr } = await stint(project, 'audit', ...options);
    expect([options, code, stderr]).toEqual([options, expect.any(Number), '']);
  }
  const [record] = await stintJson<SessionRecord[]>(project, 'sessions');
  const amended = await stint(project, 'amend', record?.id ?? '', 'category=docs', '--why', 'seen', '--yes');
  expect([amended.code, amended.stderr]).toEqual([0, '']);
  expect((await stintJson<SessionRecord[]>(project, 'sessions'))[0]).toMatchObject({ category: 'docs' });
});

test('a person accepts what evidence does not decide; until something new is found it is clean', async () => {
  const project = await projectWithLies();
  expect((await stint(project, 'audit', '--fix')).stdout).toContain('noop with grade > 0.1: 1 of 4');
  const accepted = await stint(project, 'audit', '--accept', 'noop-with-grade', '--why', 'it was an attempt');
  expect([accepted.code, accepted.stderr]).toEqual([0, '']);
  expect(accepted.stdout).toMatch(/^audit: clean, 4 records checked; 1 finding accepted$/m);
  expect(await stintJson(project, 'audit')).toMatchObject({
    findings: [],
    accepted: 1,
    undecided: 0,
    fixed: 0,
  });
  expect((await stint(project, 'status')).stdout).toMatch(/^audit: clean \(1 accepted\)$/m);
  expect((await stint(project, 'show', sessionId(2), '--history')).stdout).toMatch(
    /^accepted: noop-with-grade {2}2\d\S+Z {2}.+: it was an attempt$/m,
  );
});

test('an acceptance that cannot be is refused in one sentence', async () => {
  const project = await projectWithLies();
  const kind = 'noop-with-grade';
  for (const [words, says] of [
    [['--accept', 'noop-with-grad', '--why', 'x'], /not a kind of finding\. Did you mean noop-with-grade\?/],
    [['--accept', kind], /An acceptance needs a reason/],
    [['--accept', kind, '--why', ' '], /--why is ""\. Say it with --why/],
    [['--why', 'x'], /--why is for --accept/],
    [['--accept', kind, '--why', 'x', '--fix'], /cannot be used with option '--fix'/],
    [['--accept', 'synthetic-noop', '--why', 'x'], /The audit has no finding of kind synthetic-noop/],
  ] as const) {
    const { code, stderr } = await stint(project, 'audit', ...words);
    expect([code, stderr.trim().split('\n').length]).toEqual([2, 1]);
    expect(stderr).toMatch(says);
  }
  project.env['STINT_SESSION_ID'] = sessionId(9);
  const inside = await stint(project, 'audit', '--accept', kind, '--why', 'x');
  expect([inside.code, inside.stderr]).toEqual([
    2,
    expect.stringContaining('`stint audit --accept` is not for an agent'),
  ]);
  delete project.env['STINT_SESSION_ID'];
  expect(await stintJson(project, 'audit')).toMatchObject({ accepted: 0 });
});
