import { defineConfig } from 'vitest/config';

/**
 * They have scripts of their own: they need more than a clean clone has, or `test:soak` more time. In `test/mutation` lie the
 * packages of another, with tests of theirs.
 */
const APART = [
  'test/mutation/**',
  'test/package/**',
  'test/agents-real/**',
  'test/systemd/**',
  'test/soak/**',
];

/** Whole sessions in the test's own process, and a test of eight processes that takes as long. */
const SESSIONS = [
  'test/sessions/**/*.test.ts',
  'test/index.test.ts',
  'test/control/custody/limits.test.ts',
  'test/control/planning/read-beliefs.test.ts',
];

/** Starts `bin/stint`. */
const E2E = ['test/e2e/**/*.test.ts'];

export default defineConfig({
  test: {
    // Real processes on a machine that may be busy with others: a limit that only a hang reaches.
    testTimeout: 1_800_000,
    hookTimeout: 1_800_000,
    // Two cores, and tests that start agents of their own.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: [...APART, ...SESSIONS, ...E2E] },
      },
      { extends: true, test: { name: 'sessions', include: SESSIONS } },
      {
        extends: true,
        test: { name: 'e2e', include: E2E, globalSetup: ['test/support/build.ts'] },
      },
    ],
  },
});
