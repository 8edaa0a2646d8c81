/**
 * Gives each row at most one column and each column at most one row, so that the sum of the gains is the largest
 * (Kuhn and Munkres, with potentials; rows² × columns steps).
 *
 * @param gains by row and column, none below 0
 * @returns each row's column, null where it gains nothing
 */
export function bestAssignment(gains: readonly (readonly number[])[]): (number | null)[] {
  const width = gains[0]?.length ?? 0;
  // A column of its own for each row, worth nothing, stands for "none".
  const columns = width + gains.length;
  const gain = (row: number, column: number): number => gains[row]?.[column] ?? 0;
  const rowOf: (number | null)[] = Array.from({ length: columns }, () => null);
  const rowPrice = gains.map(() => 0);
  const columnPrice = Array.from({ length: columns }, () => 0);
  for (let first = 0; first < gains.length; first++) {
    const slack = Array.from({ length: columns }, () => Infinity);
    const cameFrom: (number | null)[] = Array.from({ length: columns }, () => null);
    const visited = new Set<number>();
    let row: number | null = first;
    let last: number | null = null;
    while (row !== null) {
      const current: number = row;
      let nearest = -1;
      for (let column = 0; column < columns; column++) {
        if (visited.has(column)) continue;
        const cost = -gain(current, column) - at(rowPrice, current) - at(columnPrice, column);
        if (cost < at(slack, column)) [slack[column], cameFrom[column]] = [cost, last];
        if (nearest < 0 || at(slack, column) < at(slack, nearest)) nearest = column;
      }
      const step = at(slack, nearest);
      rowPrice[first] = at(rowPrice, first) + step;
      for (const column of visited) {
        const owner = rowOf[column] ?? first;
        rowPrice[owner] = at(rowPrice, owner) + step;
        columnPrice[column] = at(columnPrice, column) - step;
      }
      for (let column = 0; column < columns; column++)
        if (!visited.has(column)) slack[column] = at(slack, column) - step;
      visited.add(nearest);
      last = nearest;
      row = rowOf[nearest] ?? null;
    }
    for (let column = last; column !== null;) {
      const before: number | null = cameFrom[column] ?? null;
      rowOf[column] = before === null ? first : (rowOf[before] ?? null);
      column = before;
    }
  }
  const assigned: (number | null)[] = gains.map(() => null);
  for (const [column, row] of rowOf.entries())
    if (row !== null && gain(row, column) > 0) assigned[row] = column;
  return assigned;
}

function at(values: readonly number[], index: number): number {
  return values[index] ?? 0;
}
