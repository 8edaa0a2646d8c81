import type { Beliefs } from '../domain/belief.ts';
import type { CategoryName } from '../domain/ids.ts';
import { emptyFold, foldRecords, type Fold, type FoldScope } from '../learn/fold-beliefs.ts';
import { believe, lastEndOf } from '../learn/posterior.ts';
import { decodeFold, encodeFold, foldName, snapshotPlaces } from '../learn/snapshot.ts';
import {
  findSnapshot,
  lastAmendmentSeq,
  saveSnapshots,
  type BeliefSnapshot,
} from '../store/belief-snapshots.ts';
import { countOthersSince, lastRecordSeq, listFoldFacts } from '../store/fold-facts.ts';
import type { Store } from '../store/store.ts';
import type { Project } from './project.ts';

/** So many records are in memory at once. */
const PART = 16_384;

/** The fold over the effective records, from the newest snapshot on. Where the project may be written it keeps new ones. */
export async function readFold(project: Pick<Project, 'store' | 'settings' | 'access'>): Promise<Fold> {
  const scope: FoldScope = project.settings().learn.imported ? 'with-imported' : 'own';
  const { fold, snapshots, places, amendedAt } = await project.store
    .transaction()
    .setAccessMode('read only')
    .execute((transaction) => foldStored(transaction, scope));
  if (project.access === 'write' && snapshots.length > 0)
    await saveSnapshots(project.store, foldName(scope), snapshots, places, amendedAt);
  return fold;
}

interface StoredFold {
  readonly fold: Fold;
  /** Those that were passed on the way. */
  readonly snapshots: readonly BeliefSnapshot[];
  /** Where snapshots are worth keeping now. */
  readonly places: readonly number[];
  readonly amendedAt: number;
}

/** @param store a transaction, so that all of it is of one moment */
async function foldStored(store: Store, scope: FoldScope): Promise<StoredFold> {
  const amendedAt = await lastAmendmentSeq(store);
  const last = await lastRecordSeq(store);
  const places = snapshotPlaces(last);
  const kept = await findSnapshot(store, foldName(scope));
  const known = kept && decodeFold(kept.arms, scope);
  let fold = known ?? emptyFold(scope);
  let seq = kept && known ? kept.seq : 0;
  const snapshots: BeliefSnapshot[] = [];
  for (const stop of [...places, last].filter((place) => place > seq)) {
    while (seq < stop) {
      const next = Math.min(stop, seq + PART);
      fold = foldRecords(fold, await listFoldFacts(store, seq, next));
      seq = next;
    }
    if (places.includes(stop)) snapshots.push({ seq, arms: encodeFold(fold) });
  }
  return { fold, snapshots, places, amendedAt };
}

/** What is believed about each category that is configured, and how long it was passed over. */
export async function readBeliefs(project: Pick<Project, 'store' | 'settings' | 'access'>): Promise<Beliefs> {
  return categoryBeliefs(project, await readFold(project));
}

export async function categoryBeliefs(
  project: Pick<Project, 'store' | 'settings'>,
  fold: Fold,
): Promise<Beliefs> {
  const { categories, learn } = project.settings();
  const beliefs = [...categories.keys()].map(async (category) => {
    const { alpha, beta, updates, sessions, lastAt } = believe(fold, { kind: 'category', category }, learn);
    const othersSince = await passedOver(project.store, fold, category);
    return [category, { category, alpha, beta, updates, sessions, lastAt, othersSince }] as const;
  });
  return new Map(await Promise.all(beliefs));
}

/** Sessions of others that started after its last one had ended; those that ran beside it are no neglect. */
async function passedOver(store: Store, fold: Fold, category: CategoryName): Promise<number> {
  const lastEnd = lastEndOf(fold, category);
  if (lastEnd === null) return fold.sessions;
  return countOthersSince(store, category, lastEnd, fold.scope === 'with-imported');
}
