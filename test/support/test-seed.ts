/** The seed of every property and every drawn kill. Always the same one; STINT_TEST_SEED takes another. */
export const TEST_SEED = readSeed(process.env['STINT_TEST_SEED'] ?? '20260101');

function readSeed(text: string): number {
  if (!/^\d{1,9}$/.test(text))
    throw new Error(`STINT_TEST_SEED is "${text}"; it must be a whole number from 0 to 999999999.`);
  return Number(text);
}
