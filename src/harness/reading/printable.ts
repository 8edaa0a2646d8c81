import { plainText } from '../../lib/plain-text.ts';

/** Whether a person would see something: a letter, a digit or a sign, but for the frames of a spinner. */
export function isPrintable(line: string): boolean {
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(plainText(line).replace(/[\u2800-\u28ff]/g, ''));
}
