import { expect, test } from 'vitest';
import { recordSchema } from '../../src/domain/record-schema.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import { explainTranscript } from '../../src/judge/explain-transcript.ts';
import { judgeImported } from '../../src/judge/judge-imported.ts';
import { judge } from '../../src/judge/judge.ts';
import { recordOfForeign, recordOfRun, recordOfTranscript } from '../../src/record/compose-record.ts';
import { CODE, commit, evidenceOf, stopped } from '../support/evidence.ts';
import { foreignRecord } from '../support/foreign-record.ts';
import { planOf, sessionId } from '../support/records.ts';
import { transcriptSession } from '../support/transcript-session.ts';

const startedAt = '2026-01-05T12:00:00.000Z';
const endedAt = '2026-01-05T12:10:00.000Z';

function ofRun(): SessionRecord {
  const evidence = evidenceOf({ commits: [commit(40)], warnings: ['the disk was slow'] });
  const stop = stopped();
  return recordOfRun({
    id: sessionId(1),
    plan: planOf({ key: 'nightly', model: 'asked', chain: 2, runType: 'respawn' }),
    workspace: { isolation: 'worktree', folder: '/w', branch: 'b', base: 'c0', baseRef: null },
    startedAt,
    endedAt,
    stop,
    evidence,
    costUsd: 0.5,
    verdict: judge(CODE, stop, evidence),
    salvage: null,
    keptWorktree: '/w',
    landing: { kind: 'none', detail: 'nothing was delivered' },
    survivors: ['sleep 9'],
    containment: 'cgroup',
  });
}

function ofTranscript(startedAtOrNull: string | null = startedAt): SessionRecord {
  const session = transcriptSession({ startedAt: startedAtOrNull, endedAt: null, costUsd: 2 });
  const [stop, evidence] = [explainTranscript(session), evidenceOf({ transcript: session.transcript })];
  const verdict = judge(CODE, stop, evidence);
  return recordOfTranscript({ id: sessionId(2), category: CODE, session, stop, evidence, verdict });
}

function ofForeign(exitCode: number | null = 0): SessionRecord {
  const session = foreignRecord({ exitCode, claims: ['abc1234', 'a page'] });
  return recordOfForeign(session, judgeImported(session));
}

test.each([
  ['a run', ofRun()],
  ['a transcript', ofTranscript()],
  ['a transcript without times', ofTranscript(null)],
  ['a record of another system', ofForeign()],
])('the record of %s has the fields of the schema, and no others', (_, record) => {
  expect(recordSchema.strict().safeParse(record).error).toBeUndefined();
});

test('a run is recorded with its plan, its workspace and its evidence', () => {
  expect(ofRun()).toMatchObject({
    source: 'run',
    key: 'nightly',
    runType: 'respawn',
    chain: 2,
    model: 'm',
    modelAsked: 'asked',
    durationMs: 600_000,
    commitDetails: [{ lines: 40 }],
    branch: 'b',
    base: 'c0',
    survivors: ['sleep 9'],
    containment: 'cgroup',
    warnings: ['the disk was slow'],
    keptWorktree: '/w',
    costUsd: 0.5,
    claims: [],
  });
});

test('an unknown fact of an import is null, and the import moves no belief', () => {
  const found = ofTranscript(null);
  expect(found).toMatchObject({ source: 'import', key: null, modelAsked: null, branch: null, costUsd: 2 });
  expect(found).toMatchObject({ feedsBelief: false, warnings: ['its files say no time'] });
  expect(found).not.toHaveProperty('survivors');
  expect(found.startedAt).toBe(found.endedAt);
});

test.each([
  [null, 'lost'],
  [0, 'completed'],
  [124, 'timed-out'],
  [1, 'crashed'],
])('another system’s exit code %s is a stop: %s', (exitCode, reason) => {
  expect(ofForeign(exitCode)).toMatchObject({ stop: { reason, exitCode }, commits: ['abc1234'] });
});
