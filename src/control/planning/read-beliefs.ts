import type { Beliefs } from '../../domain/belief.ts';
import type { CategoryName } from '../../domain/ids.ts';
import { emptyFold, type Fold, foldRecords, type FoldScope } from '../../learn/fold-beliefs.ts';
import { believe, lastEndOf } from '../../learn/posterior.ts';
import { decodeFold, encodeFold, foldName, snapshotPlaces } from '../../learn/snapshot.ts';
import { type BeliefSnapshot, findSnapshot, saveSnapshots } from '../../store/belief-snapshots.ts';
import { countOthersSince, listFacts } from '../../store/facts.ts';
import { readFacts } from '../../store/group-records.ts';
import { lastSeq } from '../../store/last-seq.ts';
import type { Store } from '../../store/store.ts';
import type { Project } from '../project/project.ts';

/** The fold over the effective records, from the newest snapshot on. Where the project may be written it keeps new ones. */
export async function readFold(project: Pick<Project, 'store' | 'settings' | 'access'>): Promise<Fold> {
  const stored = await readFacts(project.store, (transaction) => foldStored(transaction, scopeOf(project)));
  if (project.access === 'write') await keepSnapshots(project.store, stored);
  return stored.fold;
}

export function scopeOf(project: Pick<Project, 'settings'>): FoldScope {
  return project.settings().learn.imported ? 'with-imported' : 'own';
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
  const amendedAt = await lastSeq(store, 'amendments');
  const last = await lastSeq(store, 'records');
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
