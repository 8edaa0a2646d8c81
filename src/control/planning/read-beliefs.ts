import type { Beliefs } from '../../domain/belief.ts';
import type { CategoryName } from '../../domain/ids.ts';
import type { Fold, FoldScope } from '../../learn/fold-beliefs.ts';
import { believe, lastEndOf } from '../../learn/posterior.ts';
import { countOthersSince } from '../../store/facts.ts';
import { readFacts } from '../../store/group-records.ts';
import type { Store } from '../../store/store.ts';
import { foldStored, keepSnapshots } from './fold-stored.ts';
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
