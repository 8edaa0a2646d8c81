import { assert, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collectCandidates } from '../../src/evidence/commit-candidates.ts';
import { parseReflog, parseRefsLog, textAfter } from '../../src/git/refs-log.ts';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const C = 'c'.repeat(40);
const NONE = '0'.repeat(40);
const REPOSITORY = `/it's "my" folder/.git`;

/** Both lines of one move, as the hook writes them. */
function move(
  old: string,
  created: string,
  ref: string,
  mark: string,
  git = 7,
  repository = REPOSITORY,
): string {
  const line = (state: string, said: string): string =>
    `${state} ${git} 12.34 ${old} ${created} ${ref} ${said} ${repository}\n`;
  return line('prepared', mark) + line('committed', '-');
}

describe('the refs log', () => {
  test('shows a move once, with what the hook said before it', () => {
    expect(parseRefsLog(move(A, B, 'HEAD', 'fresh'))).toEqual({
      moves: [
        {
          old: A,
          new: B,
          ref: 'HEAD',
          uptime: 12.34,
          isFresh: true,
          pickedFrom: null,
          isApplied: false,
          isWithRemote: false,
          repository: REPOSITORY,
        },
      ],
      stash: [],
      unreadable: 0,
    });
  });

  test('a transaction that was prepared and refused moved nothing', () => {
    const [prepared = ''] = move(A, B, 'HEAD', 'fresh').split('\n');
    expect(parseRefsLog(prepared).moves).toEqual([]);
  });

  test('a move that nobody prepared is not new', () => {
    const [, committed = ''] = move(A, B, 'HEAD', 'fresh').split('\n');
    expect(parseRefsLog(committed).moves.map(({ isFresh }) => isFresh)).toEqual([false]);
  });

  test.each([
    ['known', false],
    ['-', false],
    ['fresh', true],
    ['applied', true],
    ['unsure', true],
  ])('%s is new: %s', (mark, isFresh) => {
    expect(parseRefsLog(move(A, B, 'HEAD', mark)).moves[0]?.isFresh).toBe(isFresh);
  });

  test('a pick is the session’s own when its log shows the beginning', () => {
    const begin = move(NONE, C, 'CHERRY_PICK_HEAD', '-');
    const picked = (text: string) => parseRefsLog(text).moves.at(-1);
    // A neighbour's commit removed CHERRY_PICK_HEAD in between: the same git still picks.
    expect(picked(begin + move(A, B, 'HEAD', 'fresh'))?.pickedFrom).toBe(C);
    // After a conflict another git commits, and finds it there.
    expect(picked(begin + move(A, B, 'HEAD', `picked:${C}`, 8))?.pickedFrom).toBe(C);
    expect(picked(begin + move(A, B, 'HEAD', 'fresh', 8))?.pickedFrom).toBeNull();
    const end = move(C, NONE, 'CHERRY_PICK_HEAD', '-');
    expect(picked(begin + end + move(A, B, 'HEAD', 'fresh'))?.pickedFrom).toBeNull();
    // A neighbour's pick is only a reason to look closer.
    expect(picked(move(A, B, 'HEAD', `picked:${C}`))).toMatchObject({ pickedFrom: null, isApplied: true });
  });

  test('what came with a remote ref, now or before, was not made here', () => {
    const remote = move(NONE, B, 'refs/remotes/origin/main', '-');
    const branch = move(NONE, B, 'refs/heads/main', 'fresh');
    expect(collectCandidates(REPOSITORY, parseRefsLog(remote + branch).moves)).toEqual([]);
    expect(collectCandidates(REPOSITORY, parseRefsLog(branch + remote).moves)).toHaveLength(1);
  });

  test('only branches and HEAD of this repository make candidates, and the first new move decides', () => {
    const text =
      move(A, B, 'HEAD', 'fresh', 7, '/other/.git') +
      move(A, C, 'HEAD', 'fresh') +
      move(B, C, 'refs/heads/main', 'fresh') +
      move(A, B, 'HEAD', 'known');
    const candidates = collectCandidates(REPOSITORY, parseRefsLog(text).moves);
    expect(candidates.map(({ sha, old }) => [sha, old])).toEqual([[C, A]]);
  });

  test('lines that are none are counted, and take nothing else along', () => {
    const text = `half a li\n${move(A, B, 'HEAD', 'fresh')}prepared 7 12.34 ${A}`;
    expect(parseRefsLog(text)).toMatchObject({ moves: [{ new: B }], unreadable: 2 });
  });

  test('whatever an agent writes into it, reading it never fails', () => {
    assert(
      property(string({ unit: 'binary' }), (text) => {
        const lines = text.split('\n').filter((line) => line !== '').length;
        const { moves, unreadable } = parseRefsLog(text);
        return moves.length + unreadable <= lines && parseReflog(text).length <= lines;
      }),
    );
  });
});

describe('a reflog', () => {
  test('is new after the line that was its last; a line that is gone proves nothing new', () => {
    expect(textAfter('one\ntwo\nthree\n', 'two')).toBe('three\n');
    expect(textAfter('one\ntwo\n', 'two')).toBe('');
    expect(textAfter('one\n', '')).toBe('one\n');
    expect(textAfter('three\n', 'two')).toBe('');
    expect(textAfter('not two\nthree\n', 'two')).toBe('');
  });

  const making = [
    ['commit: fix checkout', false],
    ['commit: Fast-forward (start)', false],
    ['commit (initial): root', false],
    ['commit (amend): said: better', false],
    ['commit (merge): conflict solved', false],
    ['revert: Revert "x"', false],
    ["merge side: Merge made by the 'ort' strategy.", false],
    ["pull origin main: Merge made by the 'ort' strategy.", false],
    ['cherry-pick: theirs', true],
    ['am: theirs', true],
    ['rebase (pick): x', true],
    ['rebase -i (squash): x', true],
    ['rebase (continue): x', true],
    ['pull --rebase origin main (pick): x', true],
  ] as const;

  test.each(making)('%s made a commit (copying: %s)', (message, isApplied) => {
    const line = `${A} ${B} A U Thor <a@example.invalid> 1700000000 +0000\t${message}`;
    expect(parseReflog(line)).toEqual([{ old: A, new: B, isApplied }]);
  });

  test.each([
    'checkout: moving from main to commit: x',
    'reset: moving to HEAD~1',
    'merge side: Fast-forward',
    'pull: Fast-forward',
    'pull --rebase (start): checkout abc',
    'rebase (start): checkout main',
    'rebase (finish): returning to refs/heads/main',
    'rebase (abort): returning to refs/heads/main',
    'rebase: fast-forward',
    'cherry-pick: fast-forward',
    'Branch: renamed refs/heads/a to refs/heads/b',
    '',
  ])('%s made none', (message) => {
    expect(parseReflog(`${A} ${B} A U Thor <a@example.invalid> 1700000000 +0000\t${message}`)).toEqual([]);
  });
});
