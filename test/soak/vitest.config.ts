import path from 'node:path';
import { defineConfig } from 'vitest/config';

// Apart from `npm test`: it plays for minutes. `run.mjs` says for how many, and with which seed.
export default defineConfig({
  test: {
    root: path.resolve(import.meta.dirname, '../..'),
    globalSetup: ['test/support/build.ts'],
    include: ['test/soak/**/*.test.ts'],
    testTimeout: 7_200_000,
    hookTimeout: 1_800_000,
    // Each takes all that the machine has.
    fileParallelism: false,
  },
});
