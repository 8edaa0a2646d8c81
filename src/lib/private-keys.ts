import type { SecretRange } from './secret-kinds.ts';

const BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/y;

/** What stands between the lines of a key: line ends, real or written as `\n`, quotes, and marks that a tool put there. */
const BETWEEN = /(?:[\s"',|>#*\\]|(?<=\\)[nrt])*/y;
const HEADER = /(?:Proc-Type|DEK-Info|Version|Comment): ?[^\n\\]{0,200}/y;
const CHUNK = /[A-Za-z0-9+/=]+/y;

/** Shorter ones can be words; only the last line of a key is. */
const SHORTEST_LINE = 20;

/** Private key blocks: whole, on one line with `\n` between, or cut off. */
export function findPrivateKeys(text: string): SecretRange[] {
  const found: SecretRange[] = [];
  BEGIN.lastIndex = 0;
  for (let match = BEGIN.exec(text); match; match = BEGIN.exec(text)) {
    const to = followBody(text, BEGIN.lastIndex);
    found.push({ from: match.index, to, name: 'private-key' });
    BEGIN.lastIndex = to;
  }
  return found;
}

/** As much of a key as stands there. Step by step, so that nothing is looked at twice. */
function followBody(text: string, from: number): number {
  let to = from;
  for (;;) {
    const start = skip(BETWEEN, text, to);
    const lineEnd = Math.max(skip(HEADER, text, start), skip(CHUNK, text, start));
    if (lineEnd - start < SHORTEST_LINE) {
      const last = skip(BETWEEN, text, lineEnd);
      const end = skip(END, text, last);
      return end > last ? end : to;
    }
    to = lineEnd;
  }
}

/** Where the match of a sticky pattern ends; where it began when there is none. */
function skip(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}

const ENDS_HERE = new RegExp(END.source);
const KEY_LINE =
  /^[\s"',|>#*]*(?:\d+[\t:|][\s"',|>#*]*)?(?:(?:Proc-Type|DEK-Info|Version|Comment): ?.*|[A-Za-z0-9+/=]+(?:\\[nr]|[\s"',])*)?$/;
const NOTHING = /^[\s"',\\nr]*$/;

/** Whether a private key goes on after this line, and what of the line is none of it (null: nothing). */
export function followPrivateKey(
  line: string,
  isInside: boolean,
): { isInside: boolean; rest: string | null } {
  let rest = line;
  if (isInside) {
    const end = ENDS_HERE.exec(line);
    if (end) rest = line.slice(end.index + end[0].length);
    else if (KEY_LINE.test(line)) return { isInside: true, rest: null };
  }
  const last = findPrivateKeys(rest).at(-1);
  const isOpen =
    last !== undefined && !ENDS_HERE.test(rest.slice(last.from)) && NOTHING.test(rest.slice(last.to));
  return { isInside: isOpen, rest: rest === '' && isInside ? null : rest };
}
