import { armName } from '../domain/belief.ts';
import type {
  ArmCandidate,
  ArmChoice,
  ArmDraw,
  CategoryState,
  ChosenCategory,
  ScoredCategory,
} from '../domain/choice.ts';
import type { CategoryName } from '../domain/ids.ts';
import { randomFor } from '../lib/random.ts';
import { betaQuantile } from '../lib/statistics.ts';

/** A category with what it scored. */
export interface Candidate {
  readonly state: CategoryState;
  readonly scored: ScoredCategory;
}

/** With which harness and model each of them starts; what is to be probed is probed by the first that draws it. */
export function pickArms(seed: number, candidates: readonly Candidate[]): ChosenCategory[] {
  const probes = new Map<string, CategoryName>();
  return candidates.map(({ state: { category, arms, harnesses }, scored }) => {
    // A choice of an older stint has it with the harness alone.
    const probeOf = (arm: ArmCandidate): string =>
      arm.probeOf ?? harnesses.find(({ name }) => name === arm.harness)?.probeOf ?? '';
    const free = arms.map((arm) => {
      const prober = probes.get(probeOf(arm));
      return prober === undefined ? arm : { ...arm, trouble: arm.trouble ?? `${prober} probes it first` };
    });
    const picked = pickArm(seed, category, free) ?? pickArm(seed, category, arms);
    // A category whose harnesses are all in trouble is not eligible.
    if (picked === null) throw new Error(`no harness can start ${category}`);
    const { harness, model } = picked;
    const arm = arms.find((each) => each.harness === harness && each.model === model);
    const probe = arm ? probeOf(arm) : '';
    if (probe !== '') probes.set(probe, category);
    return { ...scored, harness, model, candidates: picked.candidates };
  });
}

/**
 * The harness and model with which a category's next session starts: Thompson sampling over those that can. Pure; the
 * seed repeats it, and each draw is its own, whoever else may start.
 *
 * @returns null when none can start
 */
export function pickArm(
  seed: number,
  category: CategoryName,
  arms: readonly ArmCandidate[],
): ArmChoice | null {
  const candidates = arms.map((each) => drawArm(seed, category, each));
  const best = candidates.reduce<ArmDraw | null>(
    (first, each) => (each.draw !== null && each.draw > (first?.draw ?? -1) ? each : first),
    null,
  );
  return best && { seed, harness: best.harness, model: best.model, candidates };
}

function drawArm(seed: number, category: CategoryName, candidate: ArmCandidate): ArmDraw {
  const { probeOf: _, ...arm } = candidate;
  const { harness, model, alpha, beta, trouble } = arm;
  if (trouble !== null) return { ...arm, draw: null };
  const chance = randomFor(seed, armName({ kind: 'harness', category, harness, model }))();
  return { ...arm, draw: betaQuantile(chance, alpha, beta) };
}
