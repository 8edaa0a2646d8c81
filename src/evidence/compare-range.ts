import type { RangeComparison } from '../domain/evidence.ts';
import { listRange, resolveCommit } from '../git/names.ts';

/** As many of the others' commits as are named. */
const MOST_NAMED = 5;

/**
 * What a worktree's range says against the commits that were counted. It gains others' commits by a rebase or a merge,
 * and loses own ones when the agent lands them and resets; so it decides nothing, and is told. Null where it cannot be
 * read.
 */
export async function compareRange(
  folder: string,
  base: string,
  tip: string,
  counted: readonly string[],
): Promise<RangeComparison | null> {
  const head = await resolveCommit(folder, tip);
  const range = head === null ? null : await listRange(folder, base, head);
  if (head === null || range === null) return null;
  const listed = new Set(range);
  const own = new Set(counted);
  const others = [...listed].filter((sha) => !own.has(sha));
  return {
    base,
    head,
    others: others.length,
    namedOthers: others.slice(0, MOST_NAMED),
    outside: counted.filter((sha) => !listed.has(sha)),
  };
}
