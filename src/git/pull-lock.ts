import type { CheckoutState, PullReport } from '../domain/pull.ts';
import { atomicWrite } from '../lib/atomic-write.ts';
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

/**
 * The note; null where it is missing or unreadable, and then the pull starts anew.
 *
 * @throws the system's error in a shortage: a checkout that is half changed would stay so
 */
export function readPullNote(file: string): PullNote | null {
  const text = readRegular(file, LARGEST_NOTE) ?? 'null';
  try {
    const note = JSON.parse(text) as PullNote | null;
    return note && typeof note.id === 'string' && isReport(note.report) && isUnfinished(note.unfinished)
      ? note
      : null;
  } catch {
    return null;
  }
}

function isReport(report: unknown): boolean {
  if (typeof report !== 'object' || report === null) return false;
  const { remotes, gone, checkout } = report as Partial<PullReport>;
  const isMap = (value: unknown): boolean => typeof value === 'object' && value !== null;
  return (
    isMap(remotes) &&
    isMap(gone) &&
    Object.values(gone ?? {}).every(Array.isArray) &&
    typeof checkout === 'object'
  );
}

/** It names commits and a branch that git is told to go back to. */
function isUnfinished(state: CheckoutState | null | undefined): boolean {
  if (state === null) return true;
  if (typeof state !== 'object') return false;
  const isCommit = (sha: unknown): boolean => typeof sha === 'string' && /^[0-9a-f]{40,64}$/.test(sha);
  return (
    isCommit(state.head) &&
    (state.edits === null || isCommit(state.edits)) &&
    (state.stash === null || isCommit(state.stash)) &&
    typeof state.folder === 'string' &&
    typeof state.branch === 'string'
  );
}
