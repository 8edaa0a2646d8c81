import type { CategoryState, ChoiceInput } from '../domain/choice.ts';
import { choose } from './choose.ts';

/** What of a session decides whether its category starts again at once. */
export interface RespawnFacts {
  readonly grade: number | null;
  /** How many sessions of its category ran back to back before it. */
  readonly chain: number;
}

/** Why a category does not start again after a session, or null when it does, after its cooldown. Pure. */
export function whyNoRespawn(
  { grade, chain }: RespawnFacts,
  respawn: { readonly grade: number; readonly chain: number },
): string | null {
  if (respawn.chain === 0) return 'schedule.respawn.chain is 0';
  if (grade === null) return 'the session has no grade';
  if (grade < respawn.grade)
    return `its grade ${roundDown(grade)} is under schedule.respawn.grade (${respawn.grade})`;
  if (chain >= respawn.chain) return `${respawn.chain} in a row is all that schedule.respawn.chain allows`;
  return null;
}

/**
 * What is in the way of the only category of `input` now, or null. The rules of a choice, but for the score: the last
 * grade was good enough. Pure.
 */
export function whyNotAgain(input: ChoiceInput): string | null {
  const [state] = input.categories;
  if (!state) return 'the configuration does not have it any more';
  const { chosen, ineligible, rest } = choose({ ...input, top: 1, categories: [asIfSurelyGood(state)] });
  if (chosen.length > 0) return null;
  const [found] = ineligible;
  if (!found) return rest?.reason ?? 'nothing may start';
  return found.until === null ? found.reason : `${found.reason}, until ${found.until}`;
}

/** Whatever is drawn from such a belief scores above zero. */
function asIfSurelyGood(state: CategoryState): CategoryState {
  return { ...state, belief: { ...state.belief, alpha: 1e6, beta: 1 } };
}

/** What is under a limit must not read as if it were at it. */
function roundDown(grade: number): string {
  return (Math.floor(grade * 100 + 1e-9) / 100).toFixed(2);
}
