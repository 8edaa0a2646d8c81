import path from 'node:path';
import { defineConfig } from 'vitest/config';

// Apart from `npm test`: this installs from the package registry.
export default defineConfig({
  test: {
    root: path.resolve(import.meta.dirname, '../..'),
    include: ['test/package/**/*.test.ts'],
    testTimeout: 1_800_000,
    hookTimeout: 1_800_000,
  },
});
