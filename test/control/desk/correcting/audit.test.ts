import { describe, expect, onTestFinished, test } from 'vitest';
import { auditRecords, repairRecords } from '../../../../src/control/desk/correcting/audit.ts';
import { openProject, type Project } from '../../../../src/control/project/project.ts';
import type { Evidence } from '../../../../src/domain/evidence.ts';
import { countDeliverables } from '../../../../src/domain/deliverable.ts';
import type { SessionRecord } from '../../../../src/domain/record.ts';
import { STOP_REASONS } from '../../../../src/domain/record-schema.ts';
import { describeDelivered } from '../../../../src/judge/deliverables.ts';
import { judge } from '../../../../src/judge/judge.ts';
import { systemClock } from '../../../../src/lib/clock.ts';
import { seededRandom } from '../../../../src/lib/random.ts';
import { listFindings } from '../../../../src/store/audit.ts';
import { toColumns } from '../../../../src/store/record-columns.ts';
import { findRecord, insertRecord, listRecords } from '../../../../src/store/records.ts';
import { insertIntent } from '../../../../src/store/sessions.ts';
import { checked, CODE, commit, evidenceOf, stopped } from '../../../support/evidence.ts';
import { planOf, recordOf, sessionId } from '../../../support/records.ts';
import { scratchProject } from '../../../support/scratch.ts';
import { configOf } from '../../../support/sessions.ts';

async function scratchState(): Promise<Project> {
  const { folder, env } = scratchProject(configOf({ code: { prompt: 'true' } }));
  const project = await openProject({ folder, env, clock: systemClock, access: 'write' });
  onTestFinished(() => project.close());
  return project;
}

const NOTHING_DONE = {
  gradeParts: null,
  commits: [],
  commitDetails: [],
} as const;

/** A record as another system wrote it: a grade, and nothing of what was delivered. */
function importedOf(number: number, given: Partial<SessionRecord>): SessionRecord {
  return recordOf(number, { ...NOTHING_DONE, source: 'import', runType: 'import', ...given });
}

const NOOP = { outcome: 'noop', failureModes: ['noop'] } as const;

describe('an imported history with lies in it', () => {
  const SESSIONS = 1763;
  const LIES = 476;
  const PRODUCTIVE = 571;

  /** 571 say productive, 476 say noop although they were graded as work, the rest are noops. */
  async function history(): Promise<{ project: Project; lies: Set<string>; originals: SessionRecord[] }> {
    const project = await scratchState();
    const draw = seededRandom(3);
    const originals = Array.from({ length: SESSIONS }, (_, number) => {
      if (number < PRODUCTIVE) return importedOf(number, { grade: 0.1 + 0.9 * draw() });
      if (number < PRODUCTIVE + LIES) return importedOf(number, { ...NOOP, grade: 0.25 + 0.75 * draw() });
      return importedOf(number, { ...NOOP, grade: [null, 0, 0.05][number % 3] ?? null });
    });
    for (const record of originals.toSorted(() => draw() - 0.5))
      await insertRecord(project.store, record, '');
    const lies = originals.slice(PRODUCTIVE, PRODUCTIVE + LIES).map(({ id }) => id);
    return { project, lies: new Set(lies), originals };
  }

  test('exactly those are found and repaired, the originals are still shown, and the rate is the true one', async () => {
    const { project, lies, originals } = await history();
    const found = await auditRecords(project, { threshold: 0.25 });
    expect(found.checked).toBe(SESSIONS);
    expect(new Set(found.findings.map(({ sessionId: id }) => id))).toEqual(lies);
    expect(found.findings).toHaveLength(LIES);
    expect([...new Set(found.findings.map(({ kind }) => kind))]).toEqual(['noop-with-grade']);
    const { shown, true: truth } = found.productiveRate;
    const percents = [shown, truth].map((rate) => ((rate ?? Number.NaN) * 100).toFixed(1));
    expect(percents).toEqual(['32.4', '59.4']);

    const repaired = await repairRecords(project, { threshold: 0.25 });
    expect(repaired).toMatchObject({ findings: [], productiveRate: found.productiveRate });
    expect(repaired.repairs).toHaveLength(LIES);
    const second = await auditRecords(project, { threshold: 0.25 });
    expect([second.findings, second.repairs]).toEqual([[], []]);
    expect(second.productiveRate).toEqual({ shown: truth, true: truth, of: SESSIONS, unknown: 0 });

    for (const original of originals.slice(PRODUCTIVE - 1, PRODUCTIVE + LIES + 1)) {
      const kept = await findRecord(project.store, original.id);
      expect(kept?.original).toEqual(original);
      expect(kept?.record.grade).toBe(original.grade);
      expect(kept?.record.outcome).toBe(lies.has(original.id) ? 'productive' : original.outcome);
    }
    const amended = await findRecord(project.store, sessionId(PRODUCTIVE));
    expect(amended?.amendments[0]).toMatchObject({
      who: 'stint:audit',
      field: 'outcome',
      from: 'noop',
      to: 'productive',
    });
    expect((await listRecords(project.store, { outcome: 'productive' })).length).toBe(PRODUCTIVE + LIES);
  });

  test('between 0.1 and the threshold a grade decides nothing: it stays named', async () => {
    const project = await scratchState();
    for (const [number, grade] of [0.11, 0.24, 0.25, 0.5, 0.1, 0.06].entries())
      await insertRecord(project.store, importedOf(number, { ...NOOP, grade }), '');
    const named = async (threshold: number): Promise<string[]> =>
      (await repairRecords(project, { threshold })).findings.map(({ sessionId: id }) => id);
    expect(await named(0.5)).toEqual([0, 1, 2].map(sessionId));
    expect(await named(0.25)).toEqual([0, 1].map(sessionId));
  });
});

describe('each contradiction is found by its name', () => {
  const minutes = (start: number, end: number) => ({
    startedAt: new Date(Date.UTC(2026, 0, 1, 0, start)).toISOString(),
    endedAt: new Date(Date.UTC(2026, 0, 1, 0, end)).toISOString(),
    durationMs: Math.max(0, end - start) * 60_000,
  });
  const usage = { input: 0, output: 0, cacheRead: null, cacheWrite: null, peakContext: null, turns: 3 };

  test.each<[string, Partial<SessionRecord>]>([
    ['noop-with-grade', { ...NOTHING_DONE, ...NOOP, grade: 0.06 }],
    ['noop-with-deliverable', { ...NOOP, grade: 0, gradeParts: null }],
    ['productive-without-deliverable', NOTHING_DONE],
    ['productive-without-deliverable', { ...NOTHING_DONE, source: 'import', grade: null }],
    ['productive-without-deliverable', { commitDetails: [commit(0, { files: [] })] }],
    ['grade-without-work', { ...NOTHING_DONE, outcome: 'not-run', grade: 0.3 }],
    ['grade-without-work', { ...NOTHING_DONE, outcome: 'blocked', grade: 0 }],
    ['grade-without-work', { ...NOTHING_DONE, outcome: 'unknown', grade: 1 }],
    ['failed-with-grade', { ...NOTHING_DONE, outcome: 'failed', grade: 0.01, failureModes: ['crash'] }],
    ['failed-without-mode', { ...NOTHING_DONE, outcome: 'failed', grade: 0 }],
    ['noop-with-work', { ...NOTHING_DONE, ...NOOP, grade: 0, uncommitted: ['src/a.ts'] }],
    ['noop-with-work', { ...NOTHING_DONE, ...NOOP, grade: 0, commits: ['c0ffee'] }],
    ['base-not-an-object', { base: 'main' }],
    ['base-not-an-object', { base: `${'a'.repeat(39)}g` }],
    ['base-not-an-object', { base: 'a'.repeat(41) }],
    ['end-before-start', minutes(9, 3)],
    ['duration-differs', { durationMs: 1 }],
    ['synthetic-noop', { ...NOTHING_DONE, ...NOOP, grade: 0, model: '<synthetic>' }],
    ['zero-tokens', { usage }],
  ])('%s', async (kind, given) => {
    const { store } = await scratchState();
    await insertRecord(store, recordOf(1, given), '');
    const [finding, ...others] = await listFindings(store);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ kind, sessionId: sessionId(1) });
    expect(finding?.query).toMatch(/^SELECT /);
  });

  test('nothing is found in what is right', async () => {
    const { store } = await scratchState();
    await insertRecord(store, recordOf(1, { base: 'a'.repeat(40), uncommitted: ['a'] }), '');
    await insertRecord(
      store,
      recordOf(2, { ...NOTHING_DONE, ...NOOP, grade: 0.05, base: '0'.repeat(64) }),
      '',
    );
    await insertRecord(store, importedOf(6, { ...NOOP, grade: 0.1 }), '');
    await insertRecord(store, importedOf(7, { outcome: 'failed', grade: 0 }), '');
    await insertRecord(store, recordOf(3, { ...NOTHING_DONE, outcome: 'not-run', grade: null, usage }), '');
    await insertRecord(store, importedOf(4, { grade: 0.6 }), '');
    await insertRecord(
      store,
      importedOf(5, { outcome: 'blocked', failureModes: ['blocked'], grade: null }),
      '',
    );
    expect(await listFindings(store)).toEqual([]);
  });

  test('a commit that two sessions claim', async () => {
    const { store } = await scratchState();
    const shared = commit(40);
    for (const number of [1, 2])
      await insertRecord(store, recordOf(number, { commitDetails: [shared, commit(1)] }), '/r/.git');
    expect(await listFindings(store)).toMatchObject([
      {
        kind: 'commit-claimed-twice',
        sessionId: sessionId(2),
        detail: expect.stringContaining(sessionId(1)),
      },
    ]);
  });

  test('sessions of one category that overlap; those that follow each other do not', async () => {
    const { store } = await scratchState();
    const spans: [number, number][] = [
      [0, 30],
      [30, 31],
      [40, 60],
      [45, 50],
      [55, 70],
    ];
    for (const [number, [start, end]] of spans.entries())
      await insertRecord(store, recordOf(number, minutes(start, end)), '');
    await insertRecord(store, recordOf(7, { ...minutes(0, 70), category: 'docs' as never }), '');
    await insertRecord(store, importedOf(8, { ...minutes(0, 70) }), '');
    expect((await listFindings(store)).map(({ kind, sessionId: id }) => [kind, id])).toEqual([
      ['overlapping-sessions', sessionId(3)],
      ['overlapping-sessions', sessionId(4)],
    ]);
  });

  test('a session that is said to be recorded, and one that nobody looks after any more', async () => {
    const project = await scratchState();
    const { store } = project;
    for (const number of [1, 2])
      await insertIntent(store, sessionId(number), planOf(), '2026-01-01T00:00:00.000Z');
    await store.updateTable('sessions').set({ state: 'recorded' }).where('id', '=', sessionId(1)).execute();
    expect((await auditRecords(project, { threshold: 0.25 })).findings).toMatchObject([
      { kind: 'without-record', severity: 'error', sessionId: sessionId(1) },
      { kind: 'without-record', severity: 'warning', sessionId: sessionId(2) },
    ]);
  });

  test('the time of the import is no time of a session', async () => {
    const { store } = await scratchState();
    const now = systemClock.now().toISOString();
    await insertRecord(store, importedOf(1, { startedAt: now, endedAt: now, durationMs: 0 }), '');
    await insertRecord(store, recordOf(2, { startedAt: now, endedAt: now, durationMs: 0 }), '');
    expect(await listFindings(store)).toMatchObject([{ kind: 'time-of-import', sessionId: sessionId(1) }]);
  });
});

describe('what --fix decides', () => {
  async function repairedOf(record: SessionRecord, evidence: Evidence | null = null) {
    const project = await scratchState();
    await insertRecord(project.store, record, '', evidence);
    const { findings } = await repairRecords(project, { threshold: 0.25 });
    return { findings, record: (await findRecord(project.store, record.id))?.record };
  }

  test('a session of ours is judged again from its own evidence', async () => {
    const own = commit(40);
    const lie = recordOf(1, { ...NOOP, grade: 0, gradeParts: null, commitDetails: [own] });
    const { findings, record } = await repairedOf(lie, evidenceOf({ commits: [own] }));
    expect([findings, record?.outcome, record?.grade]).toEqual([[], 'productive', 0.6404]);
  });

  test('without evidence nothing is decided', async () => {
    const lie = recordOf(1, { ...NOOP, grade: 0.9 });
    const { findings, record } = await repairedOf(lie);
    expect(new Set(findings.map(({ kind }) => kind))).toEqual(
      new Set(['noop-with-grade', 'noop-with-deliverable']),
    );
    expect(record).toEqual(lie);
  });

  test('0 is no grade of what was not run, and no number of tokens', async () => {
    const usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: null, peakContext: 0, turns: 2 };
    const none = {
      input: null,
      output: null,
      cacheRead: null,
      cacheWrite: null,
      peakContext: null,
      turns: 2,
    };
    const notRun = await repairedOf(importedOf(1, { outcome: 'not-run', grade: 0 }));
    expect([notRun.findings, notRun.record?.grade]).toEqual([[], null]);
    const zero = await repairedOf(importedOf(1, { grade: 0.6, usage }));
    expect([zero.findings, zero.record?.usage]).toEqual([[], none]);
  });
});

/** Any session that can be: what it delivered, declared and left open, and how it ended. */
function drawSession(draw: () => number): SessionRecord {
  const chance = (rate: number): boolean => draw() < rate;
  const pick = <T>(from: readonly T[]): T => from[Math.floor(draw() * from.length)] as T;
  const commits = chance(0.5)
    ? []
    : Array.from({ length: 1 + Math.floor(draw() * 3) }, () =>
        commit(Math.floor(draw() * 200), chance(0.2) ? { files: [], lines: 0 } : {}),
      );
  const evidence = evidenceOf({
    commits,
    effects: chance(0.2) ? [{ kind: 'artefact', source: 'worktree', path: 'a.md', commits: [] }] : [],
    check: checked(pick(['passed', 'failed', 'failed-before', 'not-run', 'none'])),
    declared: chance(0.3)
      ? { kind: pick(['noop', 'blocked', 'done', 'open']), reason: pick(['', 'so']) }
      : null,
    gitTrouble: chance(0.05) ? 'broken' : null,
    uncommitted: pick([null, [], ['a']]),
  });
  const stop = stopped(pick(STOP_REASONS));
  const { effects, check, declared } = evidence;
  const record = recordOf(0, {
    ...judge(CODE, stop, evidence),
    commitDetails: commits,
    effects,
    check,
    declared,
    stop,
  });
  expect(countDeliverables(record) > 0).toBe(describeDelivered(evidence) !== '');
  return record;
}

test('ten thousand sessions as they are judged contradict nothing: no noop has a grade above 0.25, or 0.05', async () => {
  const { store } = await scratchState();
  const draw = seededRandom(17);
  const outcomes = new Set<string>();
  await store.transaction().execute(async (transaction) => {
    for (let number = 0; number < 10_000; number++) {
      const session = drawSession(draw);
      outcomes.add(session.outcome);
      if (session.outcome === 'noop') expect(session.grade).toBeLessThanOrEqual(0.05);
      const { id, startedAt, endedAt } = recordOf(number);
      const record = { ...session, id, startedAt, endedAt };
      await transaction
        .insertInto('records')
        .values({ ...toColumns(record), session_id: id, written_at: null, body: '{}' })
        .execute();
    }
  });
  expect(outcomes.size).toBe(6);
  expect(await listFindings(store)).toEqual([]);
});
