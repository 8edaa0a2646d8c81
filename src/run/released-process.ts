import { ownFile } from '../lib/own-files.ts';

/** The program that this process runs: sessions call it back, and a fan-out starts it anew. */
export const STINT_PROGRAM = ownFile('bin/stint');

/** A call of stint that goes on by itself, whatever becomes of whoever started it. */
export interface ReleasedCall {
  /** The words after `stint`. */
  readonly words: readonly string[];
  readonly folder: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Gets everything that it prints. */
  readonly logFile: string;
}

/** The process of such a call, as far as the one that let it go can know. */
export interface ReleasedProcess {
  readonly pid: number | null;
  /** The systemd unit that it is the main process of. */
  readonly unit: string | null;
  readonly isGone: () => Promise<boolean>;
}
