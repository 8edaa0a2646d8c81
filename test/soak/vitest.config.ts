import path from 'node:path';
import { defineConfig } from 'vitest/config';

// Apart from `npm test`: many rounds of what it plays a few of.
export default defineConfig({
  test: {
    root: path.resolve(import.meta.dirname, '../..'),
    globalSetup: ['test/support/build.ts'],
    include: ['test/soak/**/*.test.ts', 'test/e2e/supervisor-killed.test.ts'],
    testNamePattern: /workers|killed at any moment/,
    env: { STINT_KILLED_ROUNDS: '25' },
    testTimeout: 2_700_000,
    hookTimeout: 300_000,
    // Each takes all that the machine has.
    fileParallelism: false,
  },
});
