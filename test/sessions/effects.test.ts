import { describe, expect, test } from 'vitest';
import { scratchProject, type ScratchProject } from '../support/scratch.ts';
import { configOf } from '../support/sessions.ts';
import { runSession, stint } from '../support/stint-here.ts';

const JOURNAL = { artefacts: { journal: 'docs/journal/*.md' } };

function project(prompt: string, more: object = {}): ScratchProject {
  return scratchProject(configOf({ code: { prompt, ...more } }, JOURNAL));
}

const entry = (name: string): string => `mkdir -p docs/journal; echo one >docs/journal/${name}.md`;

describe('artefacts', () => {
  test.each(['worktree', 'shared'] as const)('a journal entry in an own commit (%s)', async (isolation) => {
    const scratch = project(`${entry('today')}; git add --all; git commit -q -m journal`, { isolation });
    const record = await runSession(scratch, 'code');
    expect(record.outcome).toBe('productive');
    expect(record.effects).toEqual([
      { kind: 'artefact', source: 'commit', path: 'docs/journal/today.md', commits: record.commits },
    ]);
    const why = await stint(scratch, 'show', record.id, '--why');
    expect(why.stdout).toContain('artefact docs/journal/today.md (in its commits)');
    expect(why.stdout).toContain(`${record.commits[0]?.slice(0, 12)}, 1 line: seen by the git hook`);
    // One change at its highest stage, 0.4: 0.1 + 0.81 × (1 - e^-0.44) = 0.388330
    expect(record.grade).toBeCloseTo(0.388, 3);
  });

  test('one that lies uncommitted in the own worktree counts, and leaves the loop open', async () => {
    const record = await runSession(project(entry('today')), 'code');
    expect(record.effects).toEqual([
      { kind: 'artefact', source: 'worktree', path: 'docs/journal/today.md', commits: [] },
    ]);
    expect(record).toMatchObject({ outcome: 'productive', failureModes: ['abandoned_loop'] });
    expect(record.salvage).not.toBeNull();
  });

  test.each([
    [
      'uncommitted in a shared checkout, where it is nobody’s',
      entry('today'),
      { isolation: 'shared' },
      'noop',
    ],
    ['elsewhere', 'mkdir docs; echo one >docs/today.md', {}, 'unknown'],
    ['a folder of that name', 'mkdir -p docs/journal/x.md; echo 1 >docs/journal/x.md/y', {}, 'unknown'],
  ])('not counted: %s', async (_, prompt, more, outcome) => {
    const record = await runSession(project(prompt, more), 'code');
    expect(record).toMatchObject({ outcome, effects: [] });
  });

  test('what a session found there, or deleted again, is no result', async () => {
    const scratch = project('git rm -q docs/journal/old.md; git commit -q -m tidy');
    scratch.write('docs/journal/old.md', 'old');
    scratch.git('add', '--all');
    scratch.git('commit', '-qm', 'old entry');
    const record = await runSession(scratch, 'code');
    expect(record.commits).toHaveLength(1);
    expect(record.effects).toEqual([]);
  });
});

describe('a check that failed before', () => {
  test('and passes now is a deliverable', async () => {
    const record = await runSession(
      project('touch fixed; echo 1 >fixed; git add fixed; git commit -q -m fix', {
        check: ['test', '-e', 'fixed'],
      }),
      'code',
    );
    expect(record.check).toMatchObject({ result: 'passed', wasRed: true });
    expect(record.effects).toEqual([{ kind: 'ci-fixed', source: 'check', commits: record.commits }]);
    // 0.1 + 0.9 × (1 - e^-0.88) = 0.626697
    expect(record.grade).toBeCloseTo(0.627, 3);
  });

  test('passed before and after is none', async () => {
    const record = await runSession(
      project('echo 1 >x; git add x; git commit -q -m x', { check: ['test', '-e', 'README.md'] }),
      'code',
    );
    expect(record.check.result).toBe('passed');
    expect(record.effects).toEqual([]);
  });
});
