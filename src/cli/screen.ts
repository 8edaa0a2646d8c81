import textWidth from 'string-width';

/** Narrower than this no text is readable, and some programs give a terminal of no size at all. */
const LEAST_COLUMNS = 40;

/** The columns of the reader's screen; null where text goes to a file or a program and nobody said how wide it is. */
export function screenWidth(): number | null {
  const said = Number(process.env['COLUMNS']);
  const width = process.stdout.columns > 0 ? process.stdout.columns : said;
  return Number.isInteger(width) && width > 0 ? Math.max(width, LEAST_COLUMNS) : null;
}

/** Breaks long lines between words; what follows is indented. Not for lines that are copied into a shell. */
export function wrapText(text: string, width: number | null): string {
  if (width === null) return text;
  return text
    .split('\n')
    .flatMap((line) => {
      const start = /^ */.exec(line)?.[0] ?? '';
      return textWidth(line) <= width
        ? [line]
        : fillLines(line.trim().split(' '), ' ', width, start, `${start}  `);
    })
    .join('\n');
}

/** Puts as many parts on a line as fit; none is broken. */
export function fillLines(
  parts: readonly string[],
  separator: string,
  width: number,
  first: string,
  following = first,
): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && textWidth(last + separator + part) <= width)
      lines[lines.length - 1] = last + separator + part;
    else lines.push((last === undefined ? first : following) + part);
  }
  return lines;
}
/** The columns that a terminal gives a text: two for a wide character, none for a colour. */
export { textWidth };
