import type { Settings } from '../../config/settings.ts';
import { armName, type Arm, type ArmBelief } from '../../domain/belief.ts';
import { isCategoryName } from '../../domain/ids.ts';
import { type LeftOfBeliefs, leftOfBeliefs } from '../../learn/left-of-beliefs.ts';
import { believe } from '../../learn/posterior.ts';
import { oneLine } from '../../lib/plain-text.ts';
import { Problem } from '../../lib/problem.ts';
import { betaQuantile, type Interval } from '../../lib/statistics.ts';
import { countByGroup } from '../../store/facts.ts';
import { modelsOf, requireHarness } from '../planning/make-plan.ts';
import { groupFacts } from '../project/group-facts.ts';
import type { Project } from '../project/project.ts';
import { readFold } from '../planning/read-beliefs.ts';

export interface ShownBelief extends ArmBelief {
  /** 95 % of the posterior lie in it, as much beyond each end. */
  readonly interval: Interval;
  /** False for what had sessions once and is not in the configuration now. */
  readonly isConfigured: boolean;
}

export interface BeliefReport {
  /** All sessions that were looked at, and those of them that moved beliefs. */
  readonly sessions: number;
  readonly updates: number;
  /** The sessions with a record that moved none, by the reason. With `updates` they are all records. */
  readonly leftOut: LeftOfBeliefs;
  readonly imported: boolean;
  readonly prior: number;
  readonly borrow: number;
  /** Categories, each followed by its harnesses and models, and then run types. */
  readonly arms: readonly ShownBelief[];
}

/**
 * What is believed about everything that is configured or has had a session. Reads only.
 *
 * @param category only the arms of this one
 * @throws Problem `unknown_category`
 */
export async function showBeliefs(project: Project, category?: string): Promise<BeliefReport> {
  const settings = project.settings();
  const { learn } = settings;
  await groupFacts(project);
  const fold = await readFold(project);
  const counts = await countByGroup(project.store);
  const configured = configuredArms(settings);
  const known = new Set(configured.map(armName));
  const gone = [...fold.arms].filter(([name]) => !known.has(name)).map(([, { arm }]) => arm);
  const arms = [...configured, ...gone].map((arm): ShownBelief => {
    const belief = believe(fold, arm, learn);
    const at = (share: number): number => betaQuantile(share, belief.alpha, belief.beta);
    const isConfigured = known.has(armName(arm)) || arm.kind === 'run-type';
    return { ...belief, interval: [at(0.025), at(0.975)], isConfigured };
  });
  const { sessions, updates } = fold;
  const ordered = inOrder(arms);
  return {
    sessions,
    updates,
    leftOut: leftOfBeliefs(counts, fold.scope, updates),
    ...learn,
    arms: category === undefined ? ordered : onlyOf(ordered, category),
  };
}

function onlyOf(arms: readonly ShownBelief[], category: string): ShownBelief[] {
  const found = arms.filter(({ arm }) => 'category' in arm && arm.category === category);
  if (found.length > 0) return found;
  const names = arms.flatMap(({ arm }) => (arm.kind === 'category' ? [arm.category] : []));
  const what = isCategoryName(category) ? 'of which nothing is known' : "which is no category's name";
  throw new Problem(
    'unknown_category',
    `--category is "${oneLine(category, 40)}", ${what}.`,
    `There are: ${names.join(', ')}.`,
  );
}

function configuredArms(settings: Settings): Arm[] {
  return [...settings.categories.values()].flatMap((category): Arm[] => [
    { kind: 'category', category: category.name },
    ...category.harnesses.flatMap((harness) =>
      modelsOf(category, requireHarness(settings, harness)).map((model): Arm => ({
        kind: 'harness',
        category: category.name,
        harness,
        model,
      })),
    ),
  ]);
}

function inOrder(arms: readonly ShownBelief[]): ShownBelief[] {
  const categories = arms.filter(({ arm }) => arm.kind === 'category');
  const nested = categories.flatMap((each) => [
    each,
    ...arms.filter(({ arm }) => arm.kind === 'harness' && isOf(arm, each.arm)),
  ]);
  return [...nested, ...arms.filter(({ arm }) => arm.kind === 'run-type')];
}

function isOf(arm: Arm, category: Arm): boolean {
  return 'category' in arm && 'category' in category && arm.category === category.category;
}
