import { expect, test } from 'vitest';
import { recordSchema } from '../../src/domain/record-schema.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import type { Workspace } from '../../src/domain/session.ts';
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

const WORKTREE: Workspace = { isolation: 'worktree', folder: '/w', branch: 'b', base: 'c0', baseRef: null };

function ofRun(workspace: Workspace | null = WORKTREE): SessionRecord {
  const evidence = evidenceOf({ commits: [commit(40)], warnings: ['the disk was slow'] });
  const stop = stopped();
  return recordOfRun({
    id: sessionId(1),
    plan: planOf({ key: 'nightly', model: 'asked', chain: 2, runType: 'respawn' }),
    workspace,
    startedAt,
    endedAt,
    durationMs: 600_000,
    durationClock: 'boot',
    stop,
    evidence,
    costUsd: 0.5,
    verdict: judge(CODE, stop, evidence),
    salvage: null,
    keptWorktree: '/w',
    wasBranchThere: false,
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

function ofForeign(exitCode: number | null = 0, claims = ['abc1234', 'a page']): SessionRecord {
  const session = foreignRecord({ exitCode, claims });
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

test('a run that got no workspace has no branch', () => {
  expect(ofRun(null)).toMatchObject({ branch: null, base: null });
});

test('an unknown fact of an import is null, and the import moves no belief', () => {
  const found = ofTranscript(null);
  expect(found).toMatchObject({ source: 'import', key: null, modelAsked: null, branch: null, costUsd: 2 });
  expect(found).toMatchObject({ feedsBelief: false, warnings: ['its files say no time'] });
  expect(found).not.toHaveProperty('survivors');
  expect(found.startedAt).toBe(found.endedAt);
});

test('a transcript with times says why it counts as attended or not, and has no warning', () => {
  const found = ofTranscript();
  expect(found.reasons.at(-1)).toBe('attended no: it was started by a program');
  expect(found.reasons.length).toBeGreaterThan(1);
  expect(found.warnings).toEqual([]);
  expect(found.landing).toEqual({ kind: 'none', detail: 'it was imported: nobody here landed it' });
});

test.each([
  [null, 'lost', 'its record does not say how it ended'],
  [0, 'completed', 'its record says that it exited with 0'],
  [124, 'timed-out', 'its record says that it exited with 124'],
  [1, 'crashed', 'its record says that it exited with 1'],
])('another system’s exit code %s is a stop: %s', (exitCode, reason, because) => {
  expect(ofForeign(exitCode).stop).toEqual({ reason, because, exitCode, signal: null });
});

test('a record of another system tells what stint did not look at', () => {
  expect(ofForeign()).toMatchObject({
    check: { result: 'none', detail: 'its record says nothing of a check' },
    landing: { kind: 'none', detail: 'its record says nothing of a landing' },
    leftovers: [],
    survivors: [],
    containment: null,
  });
});

test('a claim of another system is a commit where all of it is the name of one', () => {
  const names = ['abc1234', 'ABC1234', 'f'.repeat(40), '0'.repeat(64)];
  const others = ['abc123', 'f'.repeat(65), 'page abc1234', 'abc1234.md'];
  expect(ofForeign(0, [...names, ...others]).commits).toEqual(names);
});
