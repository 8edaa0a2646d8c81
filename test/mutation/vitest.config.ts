import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { ROOMS } from './rooms.ts';

export default defineConfig({
  test: {
    root: path.resolve(import.meta.dirname, '../..'),
    // With those that hold the documents and the configuration against the code of the rooms.
    include: [...ROOMS, 'config', 'docs'].map((room) => `test/${room}/**/*.test.ts`),
    // A week of sessions takes seconds, and would be played for each mutant that it meets.
    exclude: ['test/plan/simulated-week.test.ts'],
    // One process for all files of a run: they share nothing that changes.
    isolate: false,
    // Stryker ends endless loops itself.
    testTimeout: 600_000,
  },
});
