import { createHash } from 'node:crypto';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const SYMBOLS = `0123456789${LETTERS}`;

/**
 * A word of `length` characters of [0-9a-z] that starts with a letter, the same for the same text on any machine.
 *
 * @example derivedWord('a text', 10) // 'kz1…'
 */
export function derivedWord(text: string, length: number): string {
  let rest = BigInt(`0x${createHash('sha256').update(text).digest('hex')}`);
  const draw = (symbols: string): string => {
    const count = BigInt(symbols.length);
    const symbol = symbols.charAt(Number(rest % count));
    rest /= count;
    return symbol;
  };
  let word = draw(LETTERS);
  while (word.length < length) word += draw(SYMBOLS);
  return word;
}
