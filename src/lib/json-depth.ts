/**
 * Deeper values overflow the stack of whoever walks through them, `JSON.stringify` too; what anybody means comes nowhere
 * near.
 */
const DEEPEST = 100;

/** Whether what was parsed may be walked through. */
export function isTooDeep(value: unknown, levels = DEEPEST): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => isTooDeep(each, levels - 1));
}
