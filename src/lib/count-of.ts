/** A number with its thing, as one says it: `1 commit`, `3 commits`, `2 entries` when the plural is given. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
