/**
 * What a fetch fails over that is past in a moment: while anybody makes a worktree, its HEAD names nothing; and somebody
 * else's fetch or push has just moved the same ref.
 */
const PASSING = /bad object worktrees\/|cannot lock ref '[^']*': is at [0-9a-f]+ but expected/;

/** So often it is tried in all. */
export const FETCH_TRIES = 5;

export function isPassing(said: string): boolean {
  return PASSING.test(said);
}
