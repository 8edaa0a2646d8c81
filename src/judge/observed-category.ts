import picomatch from 'picomatch';
import type { CategoryName } from '../domain/ids.ts';

/**
 * The category whose paths most of the touched files match, or null when the paths do not say. The planned category
 * wins a tie: a mismatch needs evidence.
 */
export function observeCategory(
  files: readonly string[],
  categoryPaths: Readonly<Record<string, readonly string[]>>,
  planned: CategoryName,
): CategoryName | null {
  let best: CategoryName | null = null;
  let bestCount = 0;
  // A planned category without paths could be anything, so nothing can contradict it.
  if ((categoryPaths[planned] ?? []).length === 0) return null;
  // By name after the planned one, so that the order in a file decides nothing.
  const names = Object.keys(categoryPaths)
    .toSorted()
    .toSorted((a, b) => Number(b === planned) - Number(a === planned));
  for (const name of names) {
    const patterns = categoryPaths[name] ?? [];
    if (patterns.length === 0) continue;
    const matches = picomatch([...patterns], { dot: true });
    const count = files.filter((file) => matches(file)).length;
    if (count > bestCount) [best, bestCount] = [name as CategoryName, count];
  }
  return best;
}
