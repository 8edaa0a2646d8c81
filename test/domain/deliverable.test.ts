import { describe, expect, test } from 'vitest';
import { countDeliverables, isByPersonAlone } from '../../src/domain/deliverable.ts';
import { commit } from '../support/evidence.ts';
import { recordOf } from '../support/records.ts';

describe('the deliverables of a record', () => {
  const file = (path: string, commits: readonly string[] = []) =>
    ({ kind: 'artefact', source: 'worktree', path, commits }) as const;

  test('are its commits that change a file, and the files outside every commit', () => {
    const commitDetails = [commit(4), commit(0, { files: [] })];
    expect(countDeliverables(recordOf(1, { commitDetails }))).toBe(1);
    const effects = [file('a.pdf'), file('b.pdf'), file('c.pdf', ['1a2b3c4'])];
    expect(countDeliverables(recordOf(1, { commitDetails, effects }))).toBe(3);
    expect(countDeliverables(recordOf(1, { commitDetails: [], effects: [] }))).toBe(0);
  });

  test('are what a person committed of it, which is no commit of its own', () => {
    const byPerson = {
      kind: 'delivered-by-person',
      source: 'repository',
      commits: ['1a2b3c4', '5d6e7f8'],
      lines: 12,
      files: ['a.ts'],
    } as const;
    const record = recordOf(1, { commits: [], commitDetails: [], effects: [byPerson], source: 'import' });
    expect(countDeliverables(record)).toBe(1);
  });

  test('leave out a pull request, which is its commits over again', () => {
    const effects = [
      { kind: 'pull-request', source: 'forge', url: 'u', stage: 'opened', commits: [] },
    ] as const;
    expect(countDeliverables(recordOf(1, { commitDetails: [], effects }))).toBe(0);
  });

  test('are those that it names, where it comes from another system', () => {
    const named = { commits: ['1a2b3c4', '5d6e7f8'], commitDetails: [] };
    expect(countDeliverables(recordOf(1, { ...named, source: 'import' }))).toBe(2);
    expect(countDeliverables(recordOf(1, { ...named, source: 'run' }))).toBe(0);
    const more = { ...named, commitDetails: [commit(1), commit(2)], effects: [file('a.pdf')] };
    expect(countDeliverables(recordOf(1, { ...more, source: 'import' }))).toBe(3);
  });

  test('are none where it was judged here and its only commit is a merge of others, or is empty', () => {
    for (const isMerge of [true, false]) {
      const own = commit(0, { files: [], patchId: null, isMerge });
      const record = recordOf(1, { commits: [own.sha], commitDetails: [own] });
      expect(countDeliverables({ ...record, source: 'import' })).toBe(0);
      expect(countDeliverables({ ...record, source: 'run' })).toBe(0);
    }
  });
});

describe('a delivery that commits of a person alone show', () => {
  const byPerson = {
    kind: 'delivered-by-person',
    source: 'repository',
    commits: ['1a2b3c4'],
    lines: 12,
    files: ['a.ts'],
  } as const;
  const file = { kind: 'artefact', source: 'worktree', path: 'a.pdf', commits: [] } as const;
  const pull = { kind: 'pull-request', source: 'forge', url: 'u', stage: 'opened', commits: ['1a'] } as const;

  test.each([
    ['nothing else', [], [byPerson], true],
    ['two of them', [], [byPerson, { ...byPerson, commits: ['5d6e7f8'] }], true],
    ['a commit of its own that changes nothing', [commit(0, { files: [] })], [byPerson], true],
    ['a pull request of commits that are not there', [], [byPerson, pull], true],
    ['a commit of its own', [commit(4)], [byPerson], false],
    ['a file outside every commit', [], [byPerson, file], false],
    ['no commit of a person', [], [file], false],
    ['nothing', [], [], false],
  ] as const)('%s', (_, commits, effects, is) => {
    expect(isByPersonAlone(commits, effects)).toBe(is);
  });
});
