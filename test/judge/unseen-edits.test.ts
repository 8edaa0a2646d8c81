import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../src/domain/evidence.ts';
import { STOP_REASONS } from '../../src/domain/record-schema.ts';
import type { StopReason } from '../../src/domain/record.ts';
import { decideOutcome } from '../../src/judge/outcome.ts';
import { commit, evidenceOf, stopped } from '../support/evidence.ts';

/** A session whose calls edited these files, in a shared checkout. */
function edited(files: readonly string[], given: Partial<Evidence> = {}): Evidence {
  const { transcript, ...others } = evidenceOf({ uncommitted: null, ...given });
  return { ...others, transcript: { ...transcript, edited: files } };
}

function outcome(evidence: Evidence, reason: StopReason = 'completed') {
  return decideOutcome(stopped(reason), evidence);
}

describe('a session that delivered nothing, and whose calls edited files', () => {
  test('is unknown, and the reason names the files', () => {
    expect(outcome(edited(['src/a.ts', '/tmp/notes.md']))).toEqual({
      outcome: 'unknown',
      reason: 'edits, not seen whether they were committed: src/a.ts, /tmp/notes.md',
    });
  });

  test('names a few of very many, and counts the others', () => {
    const many = edited(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    const { reason } = outcome({ ...many, transcript: { ...many.transcript, editedMore: 10 } });
    expect(reason).toBe('edits, not seen whether they were committed: a, b, c, d, e, and 12 more');
  });

  test('prints no control character of a path', () => {
    expect(outcome(edited(['\u001b[2Ja\n.ts'])).reason).toMatch(/: a \.ts$/);
  });

  test('is unknown where it declared that there was nothing to do', () => {
    const declared = { kind: 'noop', reason: 'all is well' } as const;
    expect(outcome(edited(['a.ts'], { declared })).outcome).toBe('unknown');
  });

  test('is productive by its commit all the same', () => {
    expect(outcome(edited(['a.ts'], { commits: [commit(3)] })).outcome).toBe('productive');
    expect(outcome(edited(['a.ts'], { commits: [commit(3)], isImported: true })).outcome).toBe('productive');
  });

  test('failed where stint saw it fail: its commits would have been seen', () => {
    expect(outcome(edited(['a.ts']), 'crashed').outcome).toBe('failed');
    expect(outcome(edited(['a.ts']), 'stuck').outcome).toBe('failed');
  });
});

describe('in a worktree of its own git tells of all files', () => {
  test('but those that lie elsewhere', () => {
    const inside = edited(['src/a.ts'], { uncommitted: [] });
    expect(outcome(inside).outcome).toBe('noop');
    for (const path of ['/tmp/notes.md', '~/.claude/plans/plan.md', '../other/a.ts', 'C:\\other\\a.ts'])
      expect(outcome(edited(['src/a.ts', path], { uncommitted: [] })).reason).toBe(
        `edits, not seen whether they were committed: ${path}`,
      );
  });
});

describe('of an imported session no end proves that nothing came of its edits', () => {
  test.each(STOP_REASONS)('%s', (reason) => {
    expect(outcome(edited(['a.ts'], { isImported: true }), reason)).toEqual({
      outcome: 'unknown',
      reason:
        'edits, not seen whether they were committed: a.ts; stint import --repo PATH searches a repository for them',
    });
  });

  test('the reason advises no search that took place', () => {
    const searched = edited(['a.ts'], { isImported: true, editsFound: 'no commit has its lines' });
    expect(outcome(searched).reason).toBe('edits, not seen whether they were committed: a.ts');
  });

  test('the reason says what became of commits that git named to it', () => {
    const { transcript } = edited(['a.ts']);
    const claimed = edited(['a.ts'], { isImported: true, gitTrouble: 'git named 1 commit to it' });
    const printedCommits = ['1a2b3c4'];
    expect(outcome({ ...claimed, transcript: { ...transcript, printedCommits } }).reason).toBe(
      'edits, not seen whether they were committed: a.ts; git named 1 commit to it',
    );
  });

  test('without an edit its end decides', () => {
    expect(outcome(edited([], { isImported: true }), 'crashed').outcome).toBe('failed');
  });
});
