import type { CategoryState, ChoiceInput } from '../domain/choice.ts';

/**
 * Keeps what starts together, and what runs already, within the room that is left for pull requests. Returns, for a
 * category in its turn, why it has to wait, or null; `take` counts one that starts. Pure but for that count.
 */
export function reviewQueue({ pullRequests, categories }: Pick<ChoiceInput, 'pullRequests' | 'categories'>): {
  readonly why: (state: CategoryState) => string | null;
  readonly take: (state: CategoryState) => void;
} {
  let coming = categories.filter((each) => each.makesPullRequests && each.running !== null).length;
  return {
    why: (state) => {
      // Where the forge cannot be asked, nobody knows of a queue, and work goes on.
      if (!state.makesPullRequests || !pullRequests || pullRequests.open === null) return null;
      const { open, most } = pullRequests;
      if (open + coming < most) return null;
      return `pull requests: ${open} open and ${coming} to come, and schedule.maxOpenPrs is ${most}`;
    },
    take: (state) => {
      if (state.makesPullRequests) coming++;
    },
  };
}
