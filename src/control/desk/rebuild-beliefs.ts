import { type Arm, type ArmBelief, armName } from '../../domain/belief.ts';
import type { Fold } from '../../learn/fold-beliefs.ts';
import { believe, believeAll, type PriorWeights } from '../../learn/posterior.ts';
import { encodeFold } from '../../learn/snapshot.ts';
import { dropSnapshots } from '../../store/belief-snapshots.ts';
import { readFacts } from '../../store/group-records.ts';
import { foldStored, keepSnapshots, scopeOf } from '../planning/read-beliefs.ts';
import { groupFacts } from '../project/group-facts.ts';
import type { Project } from '../project/project.ts';

export interface RebuiltBeliefs {
  readonly identical: boolean;
  /** Sessions that were folded again. */
  readonly sessions: number;
  readonly snapshots: { readonly dropped: number; readonly kept: number };
  /** Where a snapshot was wrong; `before` is what it said. Null for an arm that one of them does not have. */
  readonly differences: readonly {
    readonly arm: Arm;
    readonly before: ArmBelief | null;
    readonly after: ArmBelief | null;
  }[];
}

/** Drops every snapshot and folds all records again; says whether the same came out, bit for bit. */
export async function rebuildBeliefs(project: Project): Promise<RebuiltBeliefs> {
  const scope = scopeOf(project);
  const { learn } = project.settings();
  await groupFacts(project);
  // At one moment: what is recorded meanwhile must not look like a difference.
  const { before, after } = await readFacts(project.store, async (transaction) => ({
    before: await foldStored(transaction, scope),
    after: await foldStored(transaction, scope, 'nothing'),
  }));
  const dropped = await dropSnapshots(project.store);
  await keepSnapshots(project.store, after);
  return {
    identical: encodeFold(before.fold) === encodeFold(after.fold),
    sessions: after.fold.sessions,
    snapshots: { dropped, kept: after.snapshots.length },
    differences: listDifferences(before.fold, after.fold, learn),
  };
}

function listDifferences(before: Fold, after: Fold, weights: PriorWeights): RebuiltBeliefs['differences'] {
  const all = [...believeAll(before, weights), ...believeAll(after, weights)];
  const arms = new Map(all.map(({ arm }) => [armName(arm), arm]));
  return [...arms].flatMap(([name, arm]) => {
    const of = (fold: Fold): ArmBelief | null => (fold.arms.has(name) ? believe(fold, arm, weights) : null);
    const [was, is] = [of(before), of(after)];
    return JSON.stringify(was) === JSON.stringify(is) ? [] : [{ arm, before: was, after: is }];
  });
}
