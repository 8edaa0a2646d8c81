import { ownFile } from '../lib/own-files.ts';

/** The program that this process runs: sessions call it back, and a fan-out starts it anew. */
export const STINT_PROGRAM = ownFile('bin/stint');
