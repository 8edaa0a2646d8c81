import { gitOutput, gitTry, linesOf } from '../git.ts';
import { contains } from '../names.ts';

/** How a session's branch stands to the branch that it lands on. */
export interface LandingRange {
  /** What the target lacks, oldest first, without merges. */
  readonly missing: readonly string[];
  /** Merges among what the target lacks. */
  readonly merges: readonly string[];
  /** Commits of the target that carry changes of the branch: the same ones, or copies. Oldest first. */
  readonly landed: readonly string[];
  /** True when the target only has to be moved forward to the branch. */
  readonly isAhead: boolean;
}

/**
 * Compares a branch with a target, by change and not by name: what was replayed or picked there counts as landed.
 *
 * @param base the commit that the session started from; what is older is not its work
 */
export async function readRange(
  repository: string,
  { base, head, tip }: { readonly base: string; readonly head: string; readonly tip: string },
): Promise<LandingRange> {
  const list = async (...args: string[]): Promise<string[]> =>
    linesOf(await gitOutput(repository, ['rev-list', '--topo-order', '--reverse', ...args]));
  const marked = (lines: readonly string[], mark: string): string[] =>
    lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(1));
  const sides = ['--cherry-mark', '--no-merges', `${tip}...${head}`, `^${base}`];
  const right = await list('--right-only', ...sides);
  const left = await list('--left-only', ...sides);
  const common = await gitTry(repository, ['merge-base', '--all', head, tip]);
  const isAfterBase = await contains(repository, head, base);
  const shared = isAfterBase ? await list('--no-merges', `^${base}`, ...linesOf(common)) : [];
  return {
    missing: marked(right, '+'),
    merges: await list('--merges', head, `^${tip}`, `^${base}`),
    landed: [...shared, ...marked(left, '=')],
    // From a base that the target has not, more than the session's own work would come along.
    isAhead: (await contains(repository, head, tip)) && (await contains(repository, tip, base)),
  };
}

/** Commits of a branch after `base` that no remote has, as far as is known here, without merges. */
export async function listUnpushed(repository: string, head: string, base: string | null): Promise<string[]> {
  const args = ['rev-list', '--no-merges', head, `^${base}`, '--not', '--remotes'];
  return linesOf(await gitTry(repository, args));
}
