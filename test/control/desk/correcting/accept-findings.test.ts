import { describe, expect, onTestFinished, test } from 'vitest';
import { acceptKind } from '../../../../src/control/desk/correcting/accept-findings.ts';
import { auditRecords, repairRecords } from '../../../../src/control/desk/correcting/audit.ts';
import { readStatusNow } from '../../../../src/control/desk/status.ts';
import { openProject, type Project } from '../../../../src/control/project/project.ts';
import type { SessionRecord } from '../../../../src/domain/record.ts';
import { systemClock } from '../../../../src/lib/clock.ts';
import { listAccepted } from '../../../../src/store/accepted-findings.ts';
import { toNewRow } from '../../../../src/store/record-columns.ts';
import { findRecord } from '../../../../src/store/records.ts';
import { recordOf, sessionId } from '../../../support/records.ts';
import { scratchProject } from '../../../support/scratch.ts';
import { configOf } from '../../../support/sessions.ts';

const THRESHOLD = 0.25;
const SEEN = { kind: 'noop-with-grade', why: 'the old loop graded attempts', threshold: THRESHOLD } as const;

async function scratchState(): Promise<Project> {
  const { folder, env } = scratchProject(configOf({ code: { prompt: 'true' } }));
  const project = await openProject({ folder, env, clock: systemClock, access: 'write' });
  onTestFinished(() => project.close());
  return project;
}

/** A noop that another system graded after its session. */
function gradedNoop(number: number, grade: number | null): SessionRecord {
  const nothing = { gradeParts: null, commits: [], commitDetails: [] } as const;
  const imported = { source: 'import', runType: 'import' } as const;
  return recordOf(number, { ...nothing, ...imported, outcome: 'noop', failureModes: ['noop'], grade });
}

/** In one transaction, as an older stint would have left them: a test of many must not wait for the disk. */
async function insertAll(project: Project, records: readonly SessionRecord[]): Promise<void> {
  await project.store.transaction().execute(async (transaction) => {
    for (const record of records)
      await transaction
        .insertInto('records')
        .values({ ...toNewRow(record), is_imported: 1 })
        .execute();
  });
}

describe('a history of 1763 records whose noops were graded', () => {
  const SESSIONS = 1763;
  const WORK = 476;
  const BETWEEN = 57;
  const SMALL = 280;

  /** Grades from 0.25 on, between 0.1 and that, from 0.05 to 0.1, and noops without any; both ends are among them. */
  function gradeOf(number: number): number | null {
    if (number < WORK) return 0.25 + (0.75 * number) / (WORK - 1);
    if (number < WORK + BETWEEN) return 0.101 + (0.148 * (number - WORK)) / (BETWEEN - 1);
    if (number < WORK + BETWEEN + SMALL) return 0.051 + (0.049 * (number - WORK - BETWEEN)) / (SMALL - 1);
    return number % 2 === 0 ? 0 : null;
  }

  async function history(): Promise<Project> {
    const project = await scratchState();
    const records = Array.from({ length: SESSIONS }, (_, number) => gradedNoop(number, gradeOf(number)));
    await insertAll(project, records);
    return project;
  }

  test('533 are named, 476 amended, and 57 accepted', async () => {
    const project = await history();
    const found = await auditRecords(project, { threshold: THRESHOLD });
    const named = { count: WORK + BETWEEN, of: SESSIONS };
    expect(found).toMatchObject({ undecided: BETWEEN, accepted: 0, fixed: 0, noopWithGrade: named });
    expect(found.findings).toHaveLength(WORK + BETWEEN);
    expect((await readStatusNow(project)).audit).toEqual({
      findings: 533,
      accepted: 0,
      noopWithGrade: named,
    });

    const fixed = await repairRecords(project, { threshold: THRESHOLD });
    const left = { count: BETWEEN, of: SESSIONS };
    expect(fixed).toMatchObject({ undecided: BETWEEN, accepted: 0, fixed: WORK, noopWithGrade: left });

    const seen = await acceptKind(project, SEEN);
    expect(seen).toMatchObject({ findings: [], undecided: 0, accepted: BETWEEN, fixed: 0 });
    expect((await readStatusNow(project)).audit).toEqual({
      findings: 0,
      accepted: BETWEEN,
      noopWithGrade: left,
    });
  });
});

describe('an acceptance', () => {
  test('before the repair takes only what evidence does not decide', async () => {
    const project = await scratchState();
    await insertAll(project, [gradedNoop(1, 0.6), gradedNoop(2, 0.2), gradedNoop(3, 0.25)]);
    const seen = await acceptKind(project, SEEN);
    expect(seen).toMatchObject({ undecided: 0, accepted: 1, findings: [{}, {}] });
    const fixed = await repairRecords(project, { threshold: THRESHOLD });
    expect(fixed).toMatchObject({ findings: [], accepted: 1, fixed: 2 });
    expect((await findRecord(project.store, sessionId(2)))?.amendments).toEqual([]);
  });

  test('has its kind, reason, author, time and records', async () => {
    const project = await scratchState();
    await insertAll(project, [gradedNoop(1, 0.2)]);
    await acceptKind(project, SEEN);
    expect(await listAccepted(project.store)).toEqual([
      {
        kind: 'noop-with-grade',
        sessionId: sessionId(1),
        detail: 'it is called noop, and its grade is 0.2',
        why: SEEN.why,
        who: expect.stringMatching(/./) as string,
        at: expect.stringMatching(/^20\d\d-.*Z$/) as string,
      },
    ]);
  });

  test('does not hold for a later finding of the kind, nor for another grade of the same record', async () => {
    const project = await scratchState();
    await insertAll(project, [gradedNoop(1, 0.2), gradedNoop(2, 0.15)]);
    await acceptKind(project, SEEN);
    await insertAll(project, [gradedNoop(3, 0.2)]);
    await project.store
      .updateTable('records')
      .set({ grade: 0.22 })
      .where('session_id', '=', sessionId(2))
      .execute();
    const { findings, accepted } = await auditRecords(project, { threshold: THRESHOLD });
    expect([findings.map(({ sessionId: id }) => id), accepted]).toEqual([[sessionId(2), sessionId(3)], 1]);
  });

  test('leaves other kinds of the same record named', async () => {
    const project = await scratchState();
    await insertAll(project, [{ ...gradedNoop(1, 0.2), durationMs: 1 }]);
    const { findings, accepted } = await acceptKind(project, SEEN);
    expect([findings.map(({ kind }) => kind), accepted]).toEqual([['duration-differs'], 1]);
  });

  test('said twice keeps the first reason', async () => {
    const project = await scratchState();
    await insertAll(project, [gradedNoop(1, 0.2)]);
    await acceptKind(project, SEEN);
    expect(await acceptKind(project, { ...SEEN, why: 'again' })).toMatchObject({ accepted: 1, findings: [] });
    expect(await listAccepted(project.store)).toMatchObject([{ why: SEEN.why }]);
  });

  test('is refused where there is nothing that a person has to decide', async () => {
    const project = await scratchState();
    const refusal = { code: 'nothing_to_accept', exitCode: 2 };
    await expect(acceptKind(project, SEEN)).rejects.toMatchObject({
      ...refusal,
      message: 'The audit has no finding of kind noop-with-grade.',
    });
    await insertAll(project, [gradedNoop(1, 0.6)]);
    await expect(acceptKind(project, SEEN)).rejects.toMatchObject({
      ...refusal,
      message: 'Evidence decides the one finding of noop-with-grade.',
    });
    expect(await listAccepted(project.store)).toEqual([]);
  });

  test('with a higher threshold takes what that leaves undecided', async () => {
    const project = await scratchState();
    await insertAll(project, [gradedNoop(1, 0.6), gradedNoop(2, 0.9)]);
    const { findings, accepted } = await acceptKind(project, { ...SEEN, threshold: 0.8 });
    expect([findings.map(({ sessionId: id }) => id), accepted]).toEqual([[sessionId(2)], 1]);
  });
});
