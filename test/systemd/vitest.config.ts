import path from 'node:path';
import { defineConfig } from 'vitest/config';

// Apart from `npm test`: this needs a user manager of systemd, which `npm run test:systemd` finds or starts.
export default defineConfig({
  test: {
    root: path.resolve(import.meta.dirname, '../..'),
    include: ['test/systemd/**/*.test.ts'],
    testTimeout: 1_800_000,
    hookTimeout: 1_800_000,
  },
});
