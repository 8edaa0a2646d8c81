import { hash, randomBytes, randomInt } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Gives the next number in [0, 1). */
export type Random = () => number;

/**
 * A generator that repeats itself for the same seed, on any machine.
 *
 * @param seed an integer in [0, 2^31)
 */
export function seededRandom(seed: number): Random {
  const generator = xoroshiro128plus(mix(seed));
  return () => uniformFloat64(generator);
}

/**
 * A generator of one thing's own, by its name: it repeats itself for the same seed and name, whatever else is drawn
 * with that seed. So a draw can be repeated for one thing alone.
 *
 * @param seed an integer in [0, 2^31)
 * @example randomFor(7, 'code')() // always the same number
 */
export function randomFor(seed: number, name: string): Random {
  let bits = mix(seed);
  for (let i = 0; i < name.length; i++) bits = mix(Math.imul(bits, 31) + name.charCodeAt(i));
  return seededRandom(bits);
}

/**
 * Spreads a seed over all 32 bits (the finalizer of MurmurHash3). Without it the generator's first numbers are nearly
 * the same for all small seeds, and small seeds are what people type.
 */
function mix(seed: number): number {
  let bits = seed | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

/** The seed of a name: the same for the same, an integer in [0, 2^31). */
export function seedFromName(name: string): number {
  return hash('sha256', name, 'buffer').readUInt32BE() >>> 1;
}

/** A seed that nobody chose: an integer in [0, 2^31). */
export function drawSeed(): number {
  return randomInt(2 ** 31);
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const SYMBOLS = `0123456789${LETTERS}`;

/** An unguessable word of `length` characters of [0-9a-z] that starts with a letter, so that it never reads as a number. */
export function randomWord(length: number): string {
  let word = LETTERS.charAt(randomInt(LETTERS.length));
  while (word.length < length) word += SYMBOLS.charAt(randomInt(SYMBOLS.length));
  return word;
}

/** An unguessable text of `length` hexadecimal digits; an even number. */
export function randomHex(length: number): string {
  return randomBytes(length / 2).toString('hex');
}

/**
 * A word of `length` characters of [0-9a-z] that starts with a letter, the same for the same text on any machine.
 *
 * @example derivedWord('a text', 10) // 'kz1…'
 */
export function derivedWord(text: string, length: number): string {
  let rest = BigInt(`0x${hash('sha256', text)}`);
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
