/** An object of a file and the line, from 1, on which it stands. */
export interface PlacedObject {
  readonly line: number;
  readonly value: Readonly<Record<string, unknown>>;
}

/**
 * The objects of a file, read in the plainest way there is, to compare a cleverer one with: the whole text in memory, and
 * of a line that is no JSON each cut that gives some. A file that is one document has one object.
 */
export function plainObjects(text: string): { objects: PlacedObject[]; unreadable: number; isTorn: boolean } {
  const document = parse(text);
  if (document !== null) return { objects: [{ line: 1, value: document }], unreadable: 0, isTorn: false };
  const objects: PlacedObject[] = [];
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  let unreadable = 0;
  let isTorn = false;
  for (const [index, line] of lines.entries()) {
    const rest = cutObjects(line.replaceAll('\0', '').trim(), (value) =>
      objects.push({ line: index + 1, value }),
    );
    if (rest === '') continue;
    if (index === lines.length - 1) isTorn = true;
    else unreadable++;
  }
  return { objects, unreadable, isTorn };
}

/** What is left of a line when all objects at its beginning have been taken. */
function cutObjects(line: string, take: (value: PlacedObject['value']) => void): string {
  let rest = line;
  for (let end = rest.length; end > 0; end = rest.lastIndexOf('}', end - 2) + 1) {
    const value = parse(rest.slice(0, end));
    if (value === null) continue;
    take(value);
    rest = rest.slice(end).trim();
    end = rest.length + 1;
    if (rest === '') break;
  }
  return rest;
}

function parse(text: string): PlacedObject['value'] | null {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as PlacedObject['value'])
      : null;
  } catch {
    return null;
  }
}
