import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // They need more than a clean clone has: `npm run test:package`, `npm run test:agents`, `npm run test:systemd`.
    exclude: ['test/package/**', 'test/agents-real/**', 'test/systemd/**'],
    // Real processes on a busy machine: a limit that only a hang reaches.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Two cores, and tests that start agents of their own.
    maxWorkers: 2,
  },
});
