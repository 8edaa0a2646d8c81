import { z } from 'zod';
import type { CheckoutState, PullReport } from '../domain/pull.ts';
import { atomicWrite } from '../lib/atomic-write.ts';
import { parseJson } from '../lib/json-lines.ts';
import { readRegular } from '../lib/regular-file.ts';

/** What the last holder of the lock left for the next. */
export interface PullNote {
  /** Drawn anew for each pull that has finished: whoever finds another one than before has waited for a pull. */
  readonly id: string;
  readonly report: PullReport;
  /** The checkout that it was about to change. Whoever finds one has come after a crash. */
  readonly unfinished: CheckoutState | null;
}

/** Where shell scripts lock too: `flock .git/pull.lock git pull …`. */
export function pullLockFile(commonDir: string): string {
  return `${commonDir}/pull.lock`;
}

export function writePullNote(file: string, note: PullNote): void {
  atomicWrite(file, `${JSON.stringify(note)}\n`);
}

const LARGEST_NOTE = 16 << 20;

const commit = z.string().regex(/^[0-9a-f]{40,64}$/);

const noteSchema = z.looseObject({
  id: z.string(),
  report: z.looseObject({
    remotes: z.looseObject({}),
    gone: z.record(z.string(), z.array(z.unknown())),
    checkout: z.looseObject({}).nullable(),
  }),
  // It names commits and a branch that git is told to go back to.
  unfinished: z
    .looseObject({
      folder: z.string(),
      branch: z.string(),
      head: commit,
      edits: commit.nullable(),
      stash: commit.nullable(),
    })
    .nullable(),
});

/**
 * The note; null where it is missing or unreadable, and then the pull starts anew.
 *
 * @throws the system's error in a shortage: a checkout that is half changed would stay so
 */
export function readPullNote(file: string): PullNote | null {
  const text = readRegular(file, LARGEST_NOTE) ?? '';
  return (noteSchema.safeParse(parseJson(text)).data as PullNote | undefined) ?? null;
}
