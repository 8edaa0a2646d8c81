import type { Effect } from '../domain/evidence.ts';
import { bestAssignment } from '../lib/best-assignment.ts';
import { standsAlone } from '../domain/deliverable.ts';
import {
  deliveredCommits,
  deliveredEffects,
  weightOf,
  weightOfLines,
  type Delivered,
} from './deliverables.ts';

/**
 * The sum of what was delivered, in normal commits. Each change counts once, at its highest stage: as a commit, or as
 * one effect that it carries; each effect counts once, for the change where it adds most. Which that is, is chosen so
 * that the sum is the largest: so one more deliverable can never lower it, and no order decides anything.
 */
export function totalWeight(delivered: Delivered): number {
  const changes = weighChanges(delivered);
  const nameOf = new Map(delivered.commits.map((commit) => [commit.sha, commit.patchId ?? commit.sha]));
  const loose: number[] = [];
  const carried: { weight: number; by: ReadonlySet<string> }[] = [];
  for (const effect of distinct(deliveredEffects(delivered))) {
    const by = new Set(effect.commits.map((sha) => nameOf.get(sha) ?? ''));
    if (standsAlone(effect)) loose.push(weightOf(effect));
    else carried.push({ weight: weightOf(effect), by });
  }
  const names = [...changes.keys()];
  const weights = [...changes.values()];
  const gains = carried.map(({ weight, by }) =>
    names.map((name, index) => (by.has(name) ? Math.max(0, weight - (weights[index] ?? 0)) : 0)),
  );
  for (const [index, column] of bestAssignment(gains).entries())
    if (column !== null) weights[column] = carried[index]?.weight ?? 0;
  // Sorted: a sum of fractions depends on its order.
  return [...weights, ...loose].toSorted((a, b) => a - b).reduce((sum, weight) => sum + weight, 0);
}

/** One change counts once, however many commits carry it (a pick onto another branch), at its larger size. */
function weighChanges(delivered: Delivered): Map<string, number> {
  const changes = new Map<string, number>();
  for (const commit of deliveredCommits(delivered)) {
    const name = commit.patchId ?? commit.sha;
    changes.set(name, Math.max(changes.get(name) ?? 0, weightOfLines(commit.lines)));
  }
  return changes;
}

/** The same effect twice is one, at its higher stage. */
function distinct(effects: readonly Effect[]): Effect[] {
  const byName = new Map<string, Effect>();
  for (const effect of effects) {
    const name = `${effect.kind} ${'url' in effect ? effect.url : 'path' in effect ? effect.path : ''}`;
    const known = byName.get(name);
    const higher = known && weightOf(known) > weightOf(effect) ? known : effect;
    // One that stands without a commit takes no commit's place.
    const isLoose = known?.commits.length === 0 || effect.commits.length === 0;
    const commits = isLoose ? [] : [...(known?.commits ?? []), ...effect.commits];
    byName.set(name, { ...higher, commits });
  }
  return [...byName.values()];
}
