import { emptyFold, foldRecords, type Fold, type FoldScope } from '../../learn/fold-beliefs.ts';
import { decodeFold, encodeFold, foldName, snapshotPlaces } from '../../learn/snapshot.ts';
import {
  findSnapshot,
  lastAmendmentSeq,
  saveSnapshots,
  type BeliefSnapshot,
} from '../../store/belief-snapshots.ts';
import { lastRecordSeq, listFacts } from '../../store/facts.ts';
import type { Store } from '../../store/store.ts';

/** So many records are in memory at once. */
const PART = 16_384;

export interface StoredFold {
  readonly fold: Fold;
  /** Those that were passed on the way. */
  readonly snapshots: readonly BeliefSnapshot[];
  /** Where snapshots are worth keeping now. */
  readonly places: readonly number[];
  readonly amendedAt: number;
}

/**
 * The fold over all effective records.
 *
 * @param store a transaction, so that all of it is of one moment
 * @param start the newest snapshot, or nothing at all
 */
export async function foldStored(
  store: Store,
  scope: FoldScope,
  start: 'snapshot' | 'nothing' = 'snapshot',
): Promise<StoredFold> {
  const amendedAt = await lastAmendmentSeq(store);
  const last = await lastRecordSeq(store);
  const places = snapshotPlaces(last);
  const kept = start === 'snapshot' ? await findSnapshot(store, foldName(scope)) : null;
  const known = kept && decodeFold(kept.arms, scope);
  let fold = known ?? emptyFold(scope);
  let seq = kept && known ? kept.seq : 0;
  const snapshots: BeliefSnapshot[] = [];
  for (const stop of [...places, last].filter((place) => place > seq)) {
    while (seq < stop) {
      const next = Math.min(stop, seq + PART);
      fold = foldRecords(fold, await listFacts(store, seq, next));
      seq = next;
    }
    if (places.includes(stop)) snapshots.push({ seq, arms: encodeFold(fold) });
  }
  return { fold, snapshots, places, amendedAt };
}

/** Keeps the snapshots that were passed on the way, unless a record was amended since. */
export async function keepSnapshots(store: Store, stored: StoredFold): Promise<void> {
  const { fold, snapshots, places, amendedAt } = stored;
  if (snapshots.length > 0) await saveSnapshots(store, foldName(fold.scope), snapshots, places, amendedAt);
}
