/**
 * Text that is safe to print: what agents, transcripts and files say may hold escape sequences that move the cursor,
 * rename the window or hide lines.
 *
 * @param maxLength longer text is cut and ends in `…`
 */
export function plainText(text: string, maxLength = Infinity): string {
  const clean = text
    // eslint-disable-next-line no-control-regex -- control characters are exactly what is removed
    .replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g, '')
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');
  return clean.length > maxLength ? `${clean.slice(0, Math.max(0, maxLength - 1))}…` : clean;
}

/** The beginning of a text, up to the end of a word: half of one could be half of a secret, which looks like none. */
export function firstWords(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const start = text.slice(0, maxLength + 1);
  const end = start.search(/\s\S*$/);
  return start.slice(0, end > 0 ? end : maxLength);
}

/** The same on one line. */
export function oneLine(text: string, maxLength = Infinity): string {
  return plainText(text.replace(/\s+/g, ' ').trim(), maxLength);
}

/** The order of two texts by their code units, the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
