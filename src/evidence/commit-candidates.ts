import type { CommitSource } from '../domain/evidence.ts';
import type { RefMove, ReflogPair } from '../git/refs-log.ts';

/** A commit that came into being in a session's log, before it is known whose change it is. */
export interface Candidate {
  readonly sha: string;
  /** Where the ref stood before. */
  readonly old: string;
  readonly source: CommitSource;
  /** Seconds since boot, to order the moves of several sessions; null where only a reflog has it. */
  readonly uptime: number | null;
  /** The commit that git was picking at that moment, by its own CHERRY_PICK_HEAD. */
  readonly pickedFrom: string | null;
  /** True when git was putting an existing change here: `am`, a rebase, or a pick that only a reflog has. */
  readonly isApplied: boolean;
}

/** Where no hook saw how git came by a commit. */
export const UNSEEN = { uptime: null, pickedFrom: null } as const;

/**
 * The commits that a session's log shows to be new in one repository, in the order of the log; those that only a
 * reflog has follow. The first move decides: later ones only bring the ref back to it.
 */
export function collectCandidates(
  repository: string,
  moves: readonly RefMove[],
  reflog: readonly ReflogPair[] = [],
  reflogSource: CommitSource = 'reflog',
): Candidate[] {
  const candidates = new Map<string, Candidate>();
  const seen = new Set<string>();
  for (const move of moves) {
    seen.add(`${move.old} ${move.new}`);
    const isBranch = move.ref === 'HEAD' || move.ref.startsWith('refs/heads/');
    if (move.repository !== repository || !isBranch || candidates.has(move.new)) continue;
    if (!move.isFresh || move.isWithRemote) continue;
    const { new: sha, old, uptime, pickedFrom, isApplied } = move;
    candidates.set(sha, { sha, old, source: 'hook', uptime, pickedFrom, isApplied });
  }
  for (const pair of reflog) {
    // The hook saw this very move, so what it said of it holds.
    if (seen.has(`${pair.old} ${pair.new}`) || candidates.has(pair.new)) continue;
    const { new: sha, old, isApplied } = pair;
    candidates.set(sha, { sha, old, source: reflogSource, ...UNSEEN, isApplied });
  }
  return [...candidates.values()];
}
