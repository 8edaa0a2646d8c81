import { describe, expect, test } from 'vitest';
import { decideStanding, type Standing } from '../../src/evidence/standing.ts';
import { readStartRefs, wasThere, writeStartRefs } from '../../src/evidence/start-refs.ts';
import { commit } from '../support/evidence.ts';

const MADE = 'refs/heads/stint/code/abcdefghij';
const sha = (letter: string): string => letter.repeat(40);
const [BASE, OWN, MORE] = [sha('0'), sha('a'), sha('b')];
const [THEIRS, HIDDEN] = [sha('c'), sha('d')];
const START = readStartRefs(
  `${BASE} refs/heads/main\n${BASE} refs/heads/old\n${BASE} refs/remotes/origin/shared`,
);

/** Where HEAD stands (null: on no branch), at the end of `range`, whose last commit comes first. */
function standing(
  ref: string | null,
  range: readonly string[],
  given: { tip?: string | null; start?: typeof START; replaced?: string } = {},
): Standing {
  const { tip = BASE, start = START, replaced = null } = given;
  const place = { head: range[0] ?? BASE, ref, made: MADE, tip, base: BASE };
  const found = {
    commits: [commit(1, { sha: OWN }), commit(1, { sha: MORE })],
    notCounted: [
      { sha: THEIRS, because: 'it is a copy' },
      { sha: HIDDEN, because: 'nobody knows', isOnItsBranch: true },
    ] as const,
  };
  return decideStanding(place, { commits: range, replaced }, start, found);
}

const usual: Standing = { branch: null, keepAt: null, wasThere: false, because: null };

describe('the branch of a session’s work', () => {
  test('is the one that was made for it, where HEAD stands on that or has nothing of its own', () => {
    const branch = 'stint/code/abcdefghij';
    expect(standing(MADE, [OWN], { tip: OWN })).toEqual({ ...usual, branch });
    expect(standing('refs/heads/new', [], { tip: OWN })).toEqual({ ...usual, branch });
    expect(standing('refs/heads/old', [THEIRS], { tip: OWN })).toEqual({ ...usual, branch });
    expect(standing(MADE, [])).toEqual(usual);
    expect(standing('refs/heads/new', [], { tip: null })).toEqual(usual);
  });

  test('is the new one on which HEAD stands, whatever else it holds', () => {
    expect(standing('refs/heads/new', [OWN])).toEqual({ ...usual, branch: 'new' });
    expect(standing('refs/heads/new', [OWN, THEIRS])).toEqual({ ...usual, branch: 'new' });
    expect(standing('refs/heads/new', [HIDDEN])).toEqual({ ...usual, branch: 'new' });
  });

  test.each(['old', 'shared', 'main', 'stint/code/zzzzzzzzzz'])(
    'is %s, which was there or is another session’s, where it holds the session’s commits alone',
    (branch) => {
      const ref = `refs/heads/${branch}`;
      expect(standing(ref, [MORE, OWN])).toEqual({ ...usual, branch, wasThere: true });
      for (const other of [THEIRS, HIDDEN])
        expect(standing(ref, [OWN, other])).toEqual({
          ...usual,
          branch,
          wasThere: true,
          because: `it is on ${branch}, which was there before the session and holds 1 commit that the session did not make`,
        });
    },
  );

  test('comes along to a detached HEAD, and is left where it holds other work', () => {
    const branch = 'stint/code/abcdefghij';
    expect(standing(null, [MORE, OWN])).toEqual({ ...usual, branch, keepAt: MORE });
    expect(standing(null, [MORE, OWN], { tip: OWN })).toEqual({ ...usual, branch, keepAt: MORE });
    expect(standing(null, [MORE], { tip: null })).toEqual({ ...usual, branch, keepAt: MORE });
    expect(standing(null, [MORE], { tip: MORE })).toEqual({ ...usual, branch });
    expect(standing(null, [MORE], { tip: OWN })).toEqual({
      ...usual,
      branch: `${branch}-detached`,
      keepAt: MORE,
    });
    expect(standing('refs/stint/strange', [OWN])).toEqual({ ...usual, branch, keepAt: OWN });
  });

  test('is taken for an old one where an older stint noted no names', () => {
    const start = readStartRefs(`${BASE}\n${OWN}`);
    expect(standing('refs/heads/new', [OWN, THEIRS], { start }).because).toContain('was there before');
    expect(standing('refs/heads/new', [OWN], { start })).toMatchObject({ branch: 'new', because: null });
  });
});

describe('the refs at the start', () => {
  test('are read as they were written, with the names of branches alone', () => {
    const refs = [
      { name: 'refs/heads/o"dd/näme', sha: OWN },
      { name: 'refs/remotes/origin/x', sha: OWN },
      { name: 'refs/tags/v1', sha: MORE },
    ];
    const read = readStartRefs(writeStartRefs(refs, BASE));
    expect(read.tips.toSorted()).toEqual([BASE, OWN, MORE].toSorted());
    expect([...(read.branches ?? [])]).toEqual(['refs/heads/o"dd/näme', 'refs/remotes/origin/x']);
  });

  test('leave out what an agent wrote among them', () => {
    expect(readStartRefs(`--output=x\n${OWN} refs/tags/x\n${OWN}x\n${MORE}`)).toEqual({
      tips: [MORE],
      branches: null,
    });
  });

  test('have a branch of a remote under its name here', () => {
    expect([wasThere(START, 'refs/heads/shared'), wasThere(START, 'refs/heads/share')]).toEqual([
      true,
      false,
    ]);
  });
});
