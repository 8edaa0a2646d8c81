import { configureGlobal, readConfigureGlobal } from 'fast-check';

/**
 * What is drawn is the same every time, so that a suite that failed can be played again, and one that passes passes.
 * STINT_TEST_SEED plays another one.
 */
configureGlobal({ ...readConfigureGlobal(), seed: Number(process.env['STINT_TEST_SEED'] ?? 20_260_101) });

export * as fc from 'fast-check';
