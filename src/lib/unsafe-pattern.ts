/**
 * What keeps a regular expression of a user from being run over megabytes of hostile text: that it is none, that it
 * matches nothing at all, or that it repeats a repetition, for which matching can take for ever. Null when nothing does.
 */
export function refusePattern(source: string): string | null {
  let pattern: RegExp;
  try {
    pattern = new RegExp(source);
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : '';
    return `it is no regular expression: ${why}`;
  }
  if (pattern.test('')) return 'it matches the empty text';
  if (/\\[1-9]|\\k</.test(source)) return 'it refers back to a group, which can take for ever';
  return repeatsRepetition(source) ? 'it repeats a repetition or a choice, which can take for ever' : null;
}

/** `+`, `*`, `{2,}`: without an end. Bounded ones of some size are as bad inside another. */
const REPEAT = /^(?:[+*]|\{(\d+)(,?)(\d*)\})/;

/** A group with a repetition or a choice in it that is itself repeated: `(a+)+`, `(a|ab)*`, `(?:.*,){9,}`. */
function repeatsRepetition(source: string): boolean {
  const groups: { isRisky: boolean }[] = [{ isRisky: false }];
  for (let at = 0; at < source.length;) {
    const char = source[at] ?? '';
    const inner = groups.at(-1);
    let length = 1;
    if (char === '\\') length = 2;
    else if (char === '[') length = classLength(source, at);
    else if (char === '|' && inner) inner.isRisky = true;
    else if (char === '(') groups.push({ isRisky: false });
    else if (char === ')') {
      const closed = groups.pop();
      const outer = groups.at(-1);
      const isRepeated = repeats(source.slice(at + 1));
      if (closed?.isRisky && isRepeated) return true;
      if (outer && (closed?.isRisky || isRepeated)) outer.isRisky = true;
    } else if (inner && repeats(source.slice(at))) inner.isRisky = true;
    at += length;
  }
  return false;
}

function repeats(rest: string): boolean {
  const match = REPEAT.exec(rest);
  if (!match) return false;
  if (match[1] === undefined) return true;
  if (match[2] === '') return false;
  return match[3] === '' || Number(match[3]) > 10;
}

function classLength(source: string, from: number): number {
  for (let at = from + 1; at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === ']') return at - from + 1;
  }
  return 1;
}
