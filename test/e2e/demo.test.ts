import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { DemoResult } from '../../src/control/demo/demo.ts';
import { removeFolder, scratchEnvironment } from '../support/scratch.ts';
import { stint } from '../support/stint.ts';
import { tmpdir } from 'node:os';

// The main job: a day of real processes, and what must be said of each. What was scripted is written here once more,
// by what the agents do, so that the demo cannot agree with itself only.
const EXPECTED: Record<string, string> = {
  'commits 40 lines': 'productive',
  'commits 40 lines, plain text': 'productive',
  'commits and amends': 'productive',
  'commits twice': 'productive',
  'is silent in a tool call for longer than the silence limit': 'productive',
  'prints a file that says "You\'ve hit your limit", and commits': 'productive',
  'commits, and leaves a daemon behind': 'productive',
  'commits one line': 'productive low_productivity',
  'commits one line, plain text': 'productive low_productivity',
  'commits, and leaves a todo open': 'productive abandoned_loop',
  'commits what breaks the check': 'productive ci_break',
  'does the work of another category': 'productive routing_mismatch',
  'finds nothing and says so': 'noop noop',
  'hangs in a model call': 'failed stuck',
  'crashes with work uncommitted': 'failed crash',
  'stands before a usage limit': 'not-run usage_limit',
};

let demo: DemoResult;
let repeated: DemoResult;
let code: number | null;
let folder: string;

const git = (...args: string[]): string =>
  execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();

beforeAll(async () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'stint-demo-test-'));
  const project = { folder: scratch, env: { ...scratchEnvironment(scratch), TMPDIR: scratch } };
  const result = await stint(project, 'demo', '--keep', '--json', '--seed', '7');
  code = result.code;
  demo = JSON.parse(result.stdout) as DemoResult;
  folder = demo.folder ?? '';
  repeated = JSON.parse((await stint(project, 'demo', '--json', '--seed', '7')).stdout) as DemoResult;
  return () => removeFolder(scratch);
  // Two whole days: on a machine that does much else each can take a minute.
}, 1_800_000);

describe('stint demo', () => {
  test('names every scripted misbehaviour by its mode, and nothing else', () => {
    const said = demo.played.map(({ scene, record }) => [
      scene.story,
      [record.outcome, ...record.failureModes].join(' '),
    ]);
    expect(said).toEqual(said.map(([story]) => [story, EXPECTED[story ?? '']]));
    expect(new Set(said.map(([story]) => story))).toEqual(new Set(Object.keys(EXPECTED)));
    expect(demo.played.length).toBe(24);
    expect([demo.isRight, code]).toEqual([true, 0]);
  });

  test('has the commits of its records in the repository, and no others', () => {
    const inGit = git('rev-list', '--branches', '--min-parents=1').split('\n');
    const inRecords = demo.played.flatMap(({ record }) => record.commits);
    expect(inRecords.toSorted()).toEqual(inGit.toSorted());
    for (const { record } of demo.played)
      for (const sha of record.commits) expect(git('show', '-s', '--format=%s', sha)).toContain(record.id);
  });

  test('parks the account at its limit, and only that', () => {
    expect(demo.parked.map(({ name }) => name)).toEqual(['spare']);
  });

  test('keeps what a crash left uncommitted', () => {
    const crashed = demo.played.find(({ scene }) => scene.name === 'crash')?.record;
    expect(git('show', '--stat', '--format=', crashed?.salvage ?? '')).toContain(`${crashed?.id}.sh`);
  });

  test('leaves no worktree, and no process of any session', () => {
    expect(git('worktree', 'list').split('\n').length).toBe(1);
    const ids = new Set(demo.played.map(({ record }) => record.id as string));
    const left = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && existsSync(`/proc/${name}/environ`))
      .filter((pid) => ids.has(/STINT_SESSION_ID=(\w+)/.exec(readEnvironment(pid))?.[1] ?? ''));
    expect(left).toEqual([]);
  });

  test('ends with an audit that finds the planted lie, and only that, and repairs it beside the day', () => {
    const { found, repaired } = demo.audit;
    expect([found.checked, found.findings.map(({ kind }) => kind)]).toEqual([4, ['noop-with-grade']]);
    expect(found.productiveRate).toEqual({ shown: 0.5, true: 0.75, of: 4, unknown: 0 });
    expect([repaired.findings, repaired.repairs.map(({ record }) => record.thread)]).toEqual([
      [],
      ['planted-2'],
    ]);
    expect(demo.report.sessions).toBe(24);
  });

  test('--seed repeats the plan', () => {
    const plan = (result: DemoResult): string[] => result.played.map(({ record }) => record.category);
    expect(plan(repeated)).toEqual(plan(demo));
    expect(repeated.folder).toBeNull();
  });

  test('the report of the kept repository says the same', async () => {
    const env = { ...process.env, XDG_STATE_HOME: path.join(path.dirname(folder), 'state') };
    const report = JSON.parse(
      (await stint({ folder, env }, 'report', 'reliability', '--recent', '12', '--json')).stdout,
    );
    expect(report).toEqual(demo.report);
  });
});

function readEnvironment(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}
