import { availableParallelism } from 'node:os';

/** Options of Stryker. The runner beside this file adds `mutate`: the files whose code is changed. */
export default {
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutation/vitest.config.ts' },
  coverageAnalysis: 'perTest',
  // Stryker would rewrite paths in tsconfig.json by the compiler's JavaScript interface, which TypeScript 7 does not have.
  // Ours leads nowhere outside, so there is nothing to rewrite: no file is named here.
  tsconfigFile: '',
  concurrency: Math.min(2, availableParallelism()),
  // Constants are changed too, though each such change costs a fresh start of the tests that read them.
  ignoreStatic: false,
  warnings: { slow: false },
  // A machine that is busy with other things makes no endless loop.
  timeoutMS: 30_000,
  incremental: true,
  incrementalFile: 'coverage/mutation-incremental.json',
  reporters: ['progress', 'json'],
  jsonReporter: { fileName: 'coverage/mutation.json' },
  // Below the project, where its tests find the packages; not for git or the other checks.
  tempDirName: 'coverage/mutation-sandbox',
  cleanTempDir: 'always',
  ignorePatterns: ['bench', 'coverage', 'demo', 'dist', 'examples', 'test/e2e', 'test/mutation/node_modules'],
};
