import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../src/domain/evidence.ts';
import type { Verdict } from '../../src/domain/verdict.ts';
import { clockThatSkips, runInProcess } from '../support/in-process.ts';
import { scratchProject, type ScratchProject } from '../support/scratch.ts';
import { configOf, isRunning, readPid } from '../support/sessions.ts';
import { runSession, stint } from '../support/stint-here.ts';

/** A commit of 40 lines without a check. */
const WORK = 'seq 40 >work.txt; git add work.txt; git commit -q -m work';
const GRADE = 0.64;

/** @param script what the judge command does, as a shell line */
function judgedBy(script: string, more: object = {}): ScratchProject {
  return scratchProject(
    configOf({
      code: { prompt: WORK, judge: ['sh', '-c', script], ...more },
      idle: { prompt: 'true', judge: ['sh', '-c', script] },
    }),
  );
}

describe('the judge command', () => {
  test('reads the evidence and lowers the grade; show --why tells it', async () => {
    const project = judgedBy(`cat >asked.json; echo '{"grade": 0.3, "reason": "only numbers"}'`);
    const record = await runSession(project, 'code');
    expect(record).toMatchObject({
      outcome: 'productive',
      grade: 0.3,
      opinion: { grade: 0.3, reason: 'only numbers' },
      warnings: [],
    });
    expect(record.opinion?.gradeBefore).toBeCloseTo(GRADE, 2);
    const asked = JSON.parse(readFileSync(path.join(project.folder, 'asked.json'), 'utf8')) as {
      session: string;
      evidence: Evidence;
      verdict: Verdict;
    };
    expect(asked.session).toBe(record.id);
    expect(asked.evidence.commits.map(({ sha, lines }) => [sha, lines])).toEqual([[record.commits[0], 40]]);
    expect(asked.verdict.grade).toBe(record.opinion?.gradeBefore);
    const why = await stint(project, 'show', record.id, '--why');
    expect(why.stdout).toMatch(/judge command: 0\.3 \(lowered from 0\.6\d+\): only numbers/);
  });

  test('cannot raise a grade', async () => {
    const record = await runSession(judgedBy(`echo '{"grade": 1, "reason": "splendid"}'`), 'code');
    expect(record.grade).toBeCloseTo(GRADE, 2);
    expect(record.opinion?.grade).toBe(1);
  });

  test('is not asked where there is nothing to lower', async () => {
    const project = judgedBy(`touch asked; echo '{"grade": 0, "reason": "x"}'`);
    const record = await runSession(project, 'idle');
    expect(record).toMatchObject({ outcome: 'noop', grade: 0, opinion: null, warnings: [] });
    expect(existsSync(path.join(project.folder, 'asked'))).toBe(false);
  });

  test.each([
    ['exits with an error', `echo '{"grade": 0.2, "reason": "x"}'; exit 3`, /it exited with 3/],
    ['prints garbage', 'echo fine', /printed no JSON/],
    ['prints a grade that is none', `echo '{"grade": NaN, "reason": "x"}'`, /printed no JSON/],
    ['prints nothing', 'cat >/dev/null', /printed no JSON/],
    ['prints without end', 'yes 2>/dev/null', /printed more than 65.5KB/],
  ])('changes nothing when it %s', async (_, script, because) => {
    const record = await runSession(judgedBy(script), 'code');
    expect(record.grade).toBeCloseTo(GRADE, 2);
    expect(record.opinion).toBeNull();
    expect(record.warnings).toEqual([expect.stringMatching(/^the judge command \(.*\) changed nothing: /)]);
    expect(record.warnings[0]).toMatch(because);
  });

  test('changes nothing when there is no such program', async () => {
    const record = await runSession(judgedBy('', { judge: ['no-such-judge'] }), 'code');
    expect(record.grade).toBeCloseTo(GRADE, 2);
    expect(record.warnings[0]).toMatch(/no-such-judge/);
  });

  test('is ended with all it started when it takes too long', async () => {
    const project = judgedBy('sleep 600 & echo $! >child; wait', { judgeTimeout: '77s' });
    const child = path.join(project.folder, 'child');
    // The time is over as soon as the command is seen to hang.
    const clock = clockThatSkips(77_000, () => readPid(child));
    const { record } = await runInProcess(project, 'code', clock);
    expect(record.grade).toBeCloseTo(GRADE, 2);
    expect(record.warnings[0]).toMatch(/it ran longer than 1m17s/);
    expect(isRunning(await readPid(child))).toBe(false);
  });
});
