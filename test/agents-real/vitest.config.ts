import path from 'node:path';
import { defineConfig } from 'vitest/config';

// Apart from `npm test`: this needs real agent CLIs, which `npm run test:agents` installs.
export default defineConfig({
  test: {
    root: path.resolve(import.meta.dirname, '../..'),
    include: ['test/agents-real/**/*.test.ts'],
    testTimeout: 1_800_000,
    hookTimeout: 1_800_000,
  },
});
