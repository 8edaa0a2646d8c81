import { describe, expect, test } from 'vitest';
import type { ForeignRecord } from '../../src/domain/foreign-record.ts';
import type { CategoryName } from '../../src/domain/ids.ts';
import { recordSchema } from '../../src/domain/record-schema.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import { emptyTranscript } from '../../src/domain/transcript.ts';
import { judgeImported } from '../../src/judge/judge-imported.ts';
import {
  recordOfForeign,
  recordOfRun,
  recordOfTranscript,
  type RunParts,
} from '../../src/record/compose-record.ts';
import { checked, commit, evidenceOf, stopped } from '../support/evidence.ts';
import { planOf, sessionId } from '../support/records.ts';
import { transcriptSession } from '../support/transcript-session.ts';

const START = '2026-01-05T12:00:00.000Z';
const END = '2026-01-05T12:10:00.000Z';
const DOCS = 'docs' as CategoryName;

const foreign: ForeignRecord = {
  id: sessionId(3),
  thread: 'their-name',
  category: DOCS,
  harness: 'loop',
  model: 'm1',
  attended: 'unknown',
  outcome: 'productive',
  outcomeWord: 'productive',
  grade: 0.5,
  isLoopOpen: false,
  isCiBreak: false,
  isIntentMatched: null,
  claims: ['1A2b3c4', 'a page', '1a2b3c', 'f'.repeat(64), `${'f'.repeat(64)}0`, 'see 1a2b3c4'],
  exitCode: 0,
  startedAt: START,
  endedAt: END,
  durationMs: 7000,
  usage: { input: 5, output: null, cacheRead: null, cacheWrite: null, peakContext: null, turns: null },
  costUsd: 0.25,
  warnings: ['its row has no end'],
};
const verdict = judgeImported(foreign);

/** A record is what the schema says, with every field there. */
function expectWhole(record: SessionRecord): void {
  expect(recordSchema.parse(record)).toEqual(record);
}

describe('the record of a session that stint ran', () => {
  const own = commit(40);
  const evidence = evidenceOf({
    commits: [own],
    notCounted: [{ sha: 'abc', because: 'another session made it' }],
    check: checked('passed'),
    declared: { kind: 'done', reason: 'all of it' },
    uncommitted: ['notes.md'],
    observedCategory: DOCS,
    leftovers: ['sleep 60'],
    warnings: ['the disk is slow'],
  });
  const parts: RunParts = {
    id: sessionId(1),
    plan: planOf({ key: 'issue-7', runType: 'respawn', chain: 2, model: 'asked', account: 'team' }),
    workspace: {
      isolation: 'worktree',
      folder: '/w',
      branch: 'stint/code/s000000001',
      base: 'b'.repeat(40),
      baseRef: 'refs/heads/main',
    },
    startedAt: START,
    endedAt: END,
    stop: stopped(),
    evidence,
    costUsd: 1.5,
    verdict,
    salvage: 'refs/stint/salvage/s000000001',
    keptWorktree: '/w',
    landing: { kind: 'none', detail: 'it stays' },
    survivors: ['zombie'],
    containment: 'cgroup',
  };
  const record = recordOfRun(parts);

  test('says what was planned, where it worked and what was decided', () => {
    expectWhole(record);
    expect(record).toMatchObject({
      id: sessionId(1),
      category: 'code',
      key: 'issue-7',
      runType: 'respawn',
      chain: 2,
      harness: 'script',
      account: 'team',
      attended: 'no',
      branch: 'stint/code/s000000001',
      base: 'b'.repeat(40),
      salvage: 'refs/stint/salvage/s000000001',
      keptWorktree: '/w',
      landing: { kind: 'none', detail: 'it stays' },
      stop: stopped(),
      durationMs: 600_000,
      survivors: ['zombie'],
      containment: 'cgroup',
      source: 'run',
      costUsd: 1.5,
      ...verdict,
    });
  });

  test('says what was seen', () => {
    expect(record).toMatchObject({
      commits: [own.sha],
      commitDetails: [own],
      notCounted: evidence.notCounted,
      check: checked('passed'),
      declared: evidence.declared,
      uncommitted: ['notes.md'],
      observedCategory: DOCS,
      leftovers: ['sleep 60'],
      warnings: ['the disk is slow'],
      thread: 't',
      usage: { turns: 1 },
    });
  });

  test('names the model that answered, and else the one that was asked for', () => {
    expect(record).toMatchObject({ model: 'm', modelAsked: 'asked' });
    const silent = { ...parts, evidence: evidenceOf({ transcript: emptyTranscript }) };
    expect(recordOfRun(silent)).toMatchObject({ model: 'asked', modelAsked: 'asked', thread: null });
  });

  test('has no branch where no workspace was made, and lasts no less than nothing', () => {
    expect(recordOfRun({ ...parts, workspace: null })).toMatchObject({ branch: null, base: null });
    expect(recordOfRun({ ...parts, endedAt: START, startedAt: END }).durationMs).toBe(0);
  });

  test('keeps what each model used, where messages name one', () => {
    const tokens = { input: 3, output: 1, cacheRead: null, cacheWrite: null, model: 'm2' };
    const transcript = { ...emptyTranscript, unreadableLines: 4, usageByMessage: new Map([['a', tokens]]) };
    const used = recordOfRun({ ...parts, evidence: evidenceOf({ transcript }) });
    expect(used.usageByModel).toMatchObject([{ model: 'm2', messages: 1 }]);
    expect(used.unreadableLines).toBe(4);
    expect(record).not.toHaveProperty('usageByModel');
  });
});

describe('the record of a session that an agent CLI kept', () => {
  const session = transcriptSession({
    activeMs: 90_000,
    attended: 'yes',
    attendedBecause: 'a person typed',
    costUsd: 0.5,
    transcript: { model: 'm3' },
  });
  const evidence = evidenceOf({ warnings: ['a warning of the search'] });
  const parts = { id: sessionId(2), category: DOCS, session, stop: stopped(), evidence, verdict };
  const record = recordOfTranscript(parts);

  test('says what its files say, and moves no belief', () => {
    expectWhole(record);
    expect(record).toMatchObject({
      thread: 'a-thread',
      key: null,
      runType: 'import',
      chain: 0,
      harness: 'claude-code',
      account: 'claude-code',
      model: 'm3',
      modelAsked: null,
      attended: 'yes',
      reasons: [...verdict.reasons, 'attended yes: a person typed'],
      feedsBelief: false,
      startedAt: START,
      endedAt: END,
      // Without the time that it waited for a person.
      durationMs: 90_000,
      landing: { kind: 'none', detail: 'it was imported: nobody here landed it' },
      warnings: [],
      costUsd: 0.5,
      source: 'import',
    });
    // Nothing here looked at its processes.
    expect(record).not.toHaveProperty('survivors');
    expect(record).not.toHaveProperty('containment');
  });

  test('without any time says so', () => {
    const timeless = { ...session, startedAt: null, endedAt: null };
    expect(recordOfTranscript({ ...parts, session: timeless })).toMatchObject({
      startedAt: '1970-01-01T00:00:00.000Z',
      endedAt: '1970-01-01T00:00:00.000Z',
      warnings: ['its files say no time'],
    });
    expect(recordOfTranscript({ ...parts, session: { ...session, endedAt: null } }).endedAt).toBe(START);
  });
});

describe('the record of another system’s session', () => {
  const record = recordOfForeign(foreign, verdict);

  test('is what it says of itself, and nothing that it does not say', () => {
    expectWhole(record);
    expect(record).toMatchObject({
      thread: 'their-name',
      category: 'docs',
      harness: 'loop',
      account: 'loop',
      model: 'm1',
      attended: 'unknown',
      outcome: 'productive',
      grade: 0.5,
      durationMs: 7000,
      warnings: ['its row has no end'],
      claims: foreign.claims,
      usage: foreign.usage,
      costUsd: 0.25,
      unreadableLines: 0,
      check: { result: 'none', detail: 'its record says nothing of a check' },
      landing: { kind: 'none', detail: 'its record says nothing of a landing' },
      commitDetails: [],
      notCounted: [],
      effects: [],
      leftovers: [],
      survivors: [],
      containment: null,
      source: 'import',
    });
  });

  test('has the commits that its claims look like', () => {
    expect(record.commits).toEqual(['1A2b3c4', 'f'.repeat(64)]);
  });

  test.each([
    [null, 'lost', 'its record does not say how it ended'],
    [0, 'completed', 'its record says that it exited with 0'],
    [124, 'timed-out', 'its record says that it exited with 124'],
    [1, 'crashed', 'its record says that it exited with 1'],
  ])('with exit code %s ended as %s', (exitCode, reason, because) => {
    expect(recordOfForeign({ ...foreign, exitCode }, verdict).stop).toEqual({
      reason,
      because,
      exitCode,
      signal: null,
    });
  });
});
