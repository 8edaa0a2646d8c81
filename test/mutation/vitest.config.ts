import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { ROOMS } from './rooms.ts';

export default defineConfig({
  test: {
    root: path.resolve(import.meta.dirname, '../..'),
    // With those that hold the documents against the code.
    include: [...ROOMS, 'docs'].map((room) => `test/${room}/**/*.test.ts`),
    // A week of sessions takes seconds, and would be played for each mutant that it meets.
    exclude: ['test/plan/simulated-week.test.ts'],
    // Stryker ends endless loops itself.
    testTimeout: 600_000,
  },
});
