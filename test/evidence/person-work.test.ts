import { describe, expect, test } from 'vitest';
import { findPersonWork, type AddingCommit, type EditedSession } from '../../src/evidence/person-work.ts';
import { sessionId } from '../support/records.ts';

const TOP = '/work/app';

/** Marks with these numbers. */
function marks(from: number, to: number): Set<string> {
  return new Set(Array.from({ length: to - from + 1 }, (_, index) => `mark${from + index}`));
}

function session(
  number: number,
  files: Readonly<Record<string, Set<string>>>,
  more: Partial<EditedSession> = {},
): EditedSession {
  const paths = Object.entries(files).map(([file, each]) => [`${TOP}/${file}`, each] as const);
  return { id: sessionId(number), firstAt: 100, files: new Map(paths), isOpen: true, ...more };
}

function adding(
  sha: string,
  authoredAt: number,
  files: Readonly<Record<string, Set<string>>>,
  isTaken = false,
): AddingCommit {
  return { sha, authoredAt, isTaken, files: new Map(Object.entries(files)) };
}

/** @param commits oldest first */
function find(
  sessions: readonly EditedSession[],
  commits: readonly AddingCommit[],
  base = new Set<string>(),
) {
  return findPersonWork(sessions, { top: TOP, base, commits: commits.toReversed() });
}

function commitsOf(found: ReturnType<typeof find>, number: number): readonly string[] | undefined {
  return found.get(sessionId(number))?.commits;
}

describe('a commit holds the work of a session', () => {
  test.each([
    ['all of its lines', 10, ['k1']],
    ['eight of ten', 8, ['k1']],
    ['seven of ten', 7, []],
    ['no more than two of them', 2, []],
  ])('with %s', (_, found, expected) => {
    const one = session(1, { 'a.ts': marks(1, 10) });
    expect(commitsOf(find([one], [adding('k1', 200, { 'a.ts': marks(1, found) })]), 1)).toEqual(expected);
  });

  test('that left five lines, and not one that left four', () => {
    const [five, four] = [session(1, { 'a.ts': marks(1, 5) }), session(2, { 'b.ts': marks(11, 14) })];
    const commits = [
      adding('k1', 200, { 'a.ts': marks(1, 5) }),
      adding('k2', 200, { 'b.ts': marks(11, 14) }),
    ];
    const found = find([five, four], commits);
    expect([commitsOf(found, 1), commitsOf(found, 2)]).toEqual([['k1'], []]);
  });

  test('measured by the files that it touches', () => {
    const one = session(1, { 'a.ts': marks(1, 10), 'b.ts': marks(11, 40) });
    const found = find([one], [adding('k1', 200, { 'a.ts': marks(1, 10) })]);
    expect(found.get(one.id)).toMatchObject({ commits: ['k1'], lines: 10, files: ['a.ts'] });
    // It adds to the other file, too, and none of the lines left there.
    const touched = find([one], [adding('k1', 200, { 'a.ts': marks(1, 10), 'b.ts': new Set() })]);
    expect(commitsOf(touched, 1)).toEqual([]);
  });

  test('without the one that holds the smallest share of the lines left in its files', () => {
    const one = session(1, { 'a.ts': marks(1, 10), 'b.ts': marks(11, 40) });
    const [whole, part] = [
      adding('k1', 200, { 'a.ts': marks(1, 10) }),
      adding('k2', 300, { 'b.ts': marks(11, 25) }),
    ];
    expect(find([one], [whole, part]).get(one.id)).toMatchObject({
      commits: ['k1'],
      lines: 10,
      files: ['a.ts'],
    });
    expect(
      find([one], [adding('k3', 200, { 'a.ts': marks(1, 5), 'b.ts': marks(11, 25) })]).get(one.id),
    ).toMatchObject({
      commits: [],
      because: 'its lines: 20 of 40 found in 1 commit',
    });
  });

  test('together with others, each line in the first that adds it', () => {
    const one = session(1, { 'a.ts': marks(1, 20) });
    const commits = [
      adding('k1', 200, { 'a.ts': marks(1, 8) }),
      adding('k2', 300, { 'a.ts': marks(9, 20) }),
      adding('squashed', 400, { 'a.ts': marks(1, 20) }),
      adding('picked', 200, { 'a.ts': marks(1, 8) }),
    ];
    expect(find([one], commits).get(one.id)).toMatchObject({ commits: ['k1', 'k2'], lines: 20 });
  });

  test.each([
    ['with two new lines and three older ones', marks(6, 10), ['k1', 'k2']],
    ['with two new lines and two older ones', marks(7, 10), []],
    ['with one new line and five older ones', marks(4, 9), []],
  ])('together with a later one %s', (_, second, expected) => {
    const one = session(1, { 'a.ts': marks(1, 10) });
    const commits = [
      adding('old', 50, { 'b.ts': marks(5, 8) }),
      adding('k1', 200, { 'a.ts': marks(1, 5) }),
      adding('k2', 300, { 'a.ts': second }),
    ];
    expect(commitsOf(find([one], commits), 1)).toEqual(expected);
  });

  test('whatever machine named the file', () => {
    const paths = [
      'C:\\Users\\me\\app\\src\\a.ts',
      '/Users/me/wt/2/src/a.ts',
      '\\\\wsl$\\home\\app\\src\\a.ts',
      'src/a.ts',
    ];
    for (const path of paths) {
      const one = { ...session(1, {}), files: new Map([[path, marks(1, 6)]]) };
      expect(commitsOf(find([one], [adding('k1', 200, { 'src/a.ts': marks(1, 6) })]), 1)).toEqual(['k1']);
    }
    const other = { ...session(1, {}), files: new Map([['/Users/me/app/mysrc/a.ts', marks(1, 6)]]) };
    expect(commitsOf(find([other], [adding('k1', 200, { 'src/a.ts': marks(1, 6) })]), 1)).toEqual([]);
  });

  test('in the file of the longest name that fits', () => {
    const one = session(1, { 'web/src/a.ts': marks(1, 6) });
    const commits = [
      adding('other', 150, { 'src/a.ts': marks(1, 6) }),
      adding('k1', 200, { 'web/src/a.ts': marks(1, 6) }),
    ];
    expect(commitsOf(find([one], commits), 1)).toEqual(['k1']);
  });
});

describe('a commit does not hold the work of a session', () => {
  const one = session(1, { 'a.ts': marks(1, 10) });
  const work = { 'a.ts': marks(1, 10) };

  test.each([
    ['that it is older than', [adding('k1', 99, work)]],
    [
      'that made a commit with the same author date before',
      [adding('own', 200, work, true), adding('k1', 200, work)],
    ],
    ['whose lines an older commit has', [adding('old', 99, work), adding('k1', 200, work)]],
    [
      'whose lines an older commit has elsewhere',
      [adding('old', 99, { 'b.ts': marks(1, 10) }), adding('k1', 200, work)],
    ],
    ['whose lines another session committed', [adding('own', 150, work, true), adding('k1', 200, work)]],
  ])('%s', (_, commits) => {
    expect(commitsOf(find([one], commits), 1)).toEqual([]);
  });

  test('whose lines stood in the base', () => {
    expect(commitsOf(find([one], [adding('k1', 200, work)], marks(1, 6)), 1)).toEqual([]);
    // Five are new: the others may stand in other files.
    expect(commitsOf(find([one], [adding('k1', 200, work)], marks(1, 5)), 1)).toEqual(['k1']);
  });

  test.each(['package-lock.json', 'dist/a.js', 'Cargo.lock'])('in %s, which a program wrote', (file) => {
    const locked = session(1, { [file]: marks(1, 10) });
    expect(commitsOf(find([locked], [adding('k1', 200, { [file]: marks(1, 10) })]), 1)).toEqual([]);
  });

  test('that delivered by itself', () => {
    const done = session(1, { 'a.ts': marks(1, 10) }, { isOpen: false });
    expect(find([done], [adding('k1', 200, work)]).size).toBe(0);
  });
});

describe('a commit with lines of two sessions', () => {
  test('goes to the one with more of them', () => {
    const [more, less] = [session(1, { 'a.ts': marks(1, 10) }), session(2, { 'b.ts': marks(11, 16) })];
    const found = find([more, less], [adding('k1', 200, { 'a.ts': marks(1, 10), 'b.ts': marks(11, 16) })]);
    expect([commitsOf(found, 1), commitsOf(found, 2)]).toEqual([['k1'], []]);
    expect(found.get(less.id)?.because).toBe(`commit k1 has 6 of its lines, and 10 of session ${more.id}`);
  });

  test('goes to the other where the one with more of them left far more in the file', () => {
    const [large, small] = [session(1, { 'a.ts': marks(1, 50) }), session(2, { 'b.ts': marks(61, 66) })];
    const found = find([large, small], [adding('k1', 200, { 'a.ts': marks(1, 12), 'b.ts': marks(61, 66) })]);
    expect([commitsOf(found, 1), commitsOf(found, 2)]).toEqual([[], ['k1']]);
    expect(found.get(large.id)?.because).toBe(`commit k1 has 12 of its lines, and 6 of session ${small.id}`);
  });

  test('goes to none where both have as many, and says so of both', () => {
    const [first, second] = [session(1, { 'a.ts': marks(1, 8) }), session(2, { 'b.ts': marks(11, 18) })];
    const found = find([first, second], [adding('k1', 200, { 'a.ts': marks(1, 8), 'b.ts': marks(11, 18) })]);
    expect([commitsOf(found, 1), commitsOf(found, 2)]).toEqual([[], []]);
    expect(found.get(first.id)?.because).toBe(
      `ambiguous: commit k1 has as many lines of session ${second.id}, 8`,
    );
    expect(found.get(second.id)?.because).toBe(
      `ambiguous: commit k1 has as many lines of session ${first.id}, 8`,
    );
  });

  test('is of the session that was copied where one went on from a copy', () => {
    const original = session(2, { 'a.ts': marks(1, 10) }, { firstAt: 90 });
    const copy = session(1, { 'a.ts': marks(1, 10), 'b.ts': marks(11, 20) }, { firstAt: 90 });
    const commits = [
      adding('k1', 200, { 'a.ts': marks(1, 10) }),
      adding('k2', 300, { 'b.ts': marks(11, 20) }),
    ];
    const found = find([copy, original], commits);
    expect([commitsOf(found, 2), commitsOf(found, 1)]).toEqual([['k1'], ['k2']]);
  });

  test('convicts neither of a line that both wrote in one file', () => {
    const first = session(1, { 'a.ts': marks(1, 10) });
    const second = session(2, { 'a.ts': marks(1, 10) }, { firstAt: 101 });
    const found = find([first, second], [adding('k1', 200, { 'a.ts': marks(1, 10) })]);
    expect([commitsOf(found, 1), commitsOf(found, 2)]).toEqual([[], []]);
    expect(found.get(first.id)?.because).toBe(
      'its edits left 0 distinctive new lines of its own, and 5 are needed; another session wrote 10, too',
    );
  });

  test('counts a line apart where they wrote it in two files', () => {
    const [first, second] = [session(1, { 'a.ts': marks(1, 10) }), session(2, { 'b.ts': marks(1, 10) })];
    const commits = [
      adding('k1', 200, { 'a.ts': marks(1, 10) }),
      adding('k2', 200, { 'b.ts': marks(1, 10) }),
    ];
    const found = find([first, second], commits);
    expect([commitsOf(found, 1), commitsOf(found, 2)]).toEqual([['k1'], ['k2']]);
  });
});

describe('why it is not known is said in numbers', () => {
  test('of lines found', () => {
    const one = session(1, { 'a.ts': marks(1, 40) });
    const commits = [adding('k1', 200, { 'a.ts': marks(1, 6) }), adding('k2', 300, { 'a.ts': marks(7, 12) })];
    expect(find([one], commits).get(one.id)?.because).toBe('its lines: 12 of 40 found in 2 commits');
  });

  test('of a file that no commit has', () => {
    const one = session(1, { 'a.ts': marks(1, 10) });
    expect(find([one], [adding('k1', 200, { 'b.ts': marks(1, 10) })]).get(one.id)?.because).toBe(
      'no commit since its first edit adds to a file that it edited',
    );
  });

  test('of generated files, and of edits that left no line of their own', () => {
    const lock = session(1, { 'package-lock.json': marks(1, 10) });
    const commits = [adding('k1', 200, { 'package-lock.json': marks(1, 10), 'a.ts': marks(11, 20) })];
    expect(find([lock], commits).get(lock.id)?.because).toBe(
      'no commit since its first edit adds to a file that it edited, generated files apart',
    );
    const removing = session(1, { 'a.ts': new Set() });
    expect(find([removing], commits).get(removing.id)?.because).toBe(
      'its edits left 0 distinctive new lines of its own, and 5 are needed',
    );
  });
});

// Steps that grew with the square of the commits would take hours here.
test('thousands of commits that hold too little are measured in their number', { timeout: 120_000 }, () => {
  const one = session(1, { 'a.ts': marks(1, 18_000) });
  const commits = Array.from({ length: 1500 }, (_, index) =>
    adding(`k${index}`, 200 + index, { 'a.ts': marks(index * 4 + 1, index * 4 + 4) }),
  );
  expect(find([one], commits).get(one.id)).toMatchObject({
    commits: [],
    because: 'its lines: 6000 of 18000 found in 1500 commits',
  });
});
