import { gitOutput } from './git.ts';
import type { Change } from './commit-facts.ts';

/**
 * What merges themselves change: the lines that differ from every parent, as in a resolved conflict. What a merge only
 * brings together is the work of those who wrote it.
 */
export async function readMergeChanges(
  repository: string,
  shas: readonly string[],
): Promise<Map<string, Change[]>> {
  const changes = new Map<string, Change[]>();
  if (shas.length === 0) return changes;
  const args = ['diff-tree', '--stdin', '--cc', '-p', '-r', '--no-color', '--no-ext-diff', '--no-textconv'];
  const text = await gitOutput(repository, ['-c', 'core.quotePath=false', ...args], {
    input: `${shas.join('\n')}\n`,
  });
  let current: Change[] = [];
  let isInHunk = false;
  for (const line of text.split('\n')) {
    const file = /^diff --(?:cc|combined) (.+)$/.exec(line)?.[1];
    if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(line)) {
      current = [];
      changes.set(line, current);
    } else if (file !== undefined) {
      current.push({ path: file, lines: 0 });
      isInHunk = false;
    } else if (line.startsWith('@@@')) {
      isInHunk = true;
    } else if (isInHunk && /^(\+\+|--)/.test(line)) {
      const last = current.pop();
      if (last) current.push({ ...last, lines: last.lines + 1 });
    }
  }
  return changes;
}
