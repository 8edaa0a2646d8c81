import path from 'node:path';
import { defineConfig } from 'vitest/config';

// Apart from `npm test`: many rounds of what it plays a few of.
export default defineConfig({
  test: {
    root: path.resolve(import.meta.dirname, '../..'),
    include: ['test/soak/**/*.test.ts'],
    testTimeout: 900_000,
    hookTimeout: 300_000,
    // Each takes all that the machine has.
    fileParallelism: false,
  },
});
