import path from 'node:path';

/** The program that this process runs: sessions call it back, and a fan-out starts it anew. */
export const STINT_PROGRAM = path.resolve(import.meta.dirname, '../../bin/stint');
