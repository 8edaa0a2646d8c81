import { gitOutput } from './git.ts';
import { contains } from './names.ts';

/** A commit that takes another back. */
export interface Revert {
  readonly reverted: string;
  readonly by: string;
}

const WORDS = 'This reverts commit ';
const NAMED = /^This reverts commit ([0-9a-f]{40}|[0-9a-f]{64})\b/gm;

/**
 * What was taken back in the history of `tips` and not brought back by taking back the revert, too. The words in a
 * message are a claim: it counts only where the commit that it names is in the history of the one that names it.
 */
export async function findReverts(folder: string, tips: readonly string[]): Promise<Revert[]> {
  if (tips.length === 0) return [];
  const args = ['log', '-z', '--fixed-strings', `--grep=${WORDS}`, '--format=%H%n%B', '--stdin'];
  const text = await gitOutput(folder, args, { input: `${tips.join('\n')}\n` });
  const claimed = text.split('\0').flatMap((entry) => {
    const [by = ''] = entry.split('\n', 1);
    return [...entry.matchAll(NAMED)].map((match): Revert => ({ reverted: match[1] ?? '', by }));
  });
  const reverts: Revert[] = [];
  for (const each of claimed) if (await isAncestor(folder, each)) reverts.push(each);
  const byReverted = Map.groupBy(reverts, ({ reverted }) => reverted);
  // A commit cannot name one that comes after it, so this ends.
  const isStanding = ({ by }: Revert): boolean => !(byReverted.get(by) ?? []).some(isStanding);
  return reverts.filter(isStanding);
}

async function isAncestor(folder: string, { reverted, by }: Revert): Promise<boolean> {
  if (reverted === by) return false;
  return contains(folder, by, reverted);
}
