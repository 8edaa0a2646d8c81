import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['test/support/build.ts'],
    include: ['test/**/*.test.ts'],
    // They have scripts of their own: they need more than a clean clone has, or `test:soak` more time.
    exclude: ['test/package/**', 'test/agents-real/**', 'test/systemd/**', 'test/soak/**'],
    // Real processes on a busy machine: a limit that only a hang reaches.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Two cores, and tests that start agents of their own.
    maxWorkers: 2,
  },
});
