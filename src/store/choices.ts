import type { Choice } from '../domain/plan.ts';
import type { Store } from './store.ts';

/** Keeps a decision with all that explains it. */
export async function insertChoice(store: Store, at: string, choice: Choice): Promise<void> {
  await store
    .insertInto('choices')
    .values({ at, seed: choice.seed, body: JSON.stringify(choice) })
    .execute();
}
