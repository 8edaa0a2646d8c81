import { configureGlobal, readConfigureGlobal } from 'fast-check';
import { TEST_SEED } from './test-seed.ts';

// Every run draws the same values, so that a suite that failed can be played again, and one that passes passes.
configureGlobal({ ...readConfigureGlobal(), seed: TEST_SEED });

export * as fc from 'fast-check';
