import type { CategoryState, ChoiceInput } from '../domain/choice.ts';

/**
 * Keeps what starts together, and what runs already, within the room that is left for pull requests. Returns, for a
 * category in its turn, why it has to wait, or null; `take` counts one that starts. Pure but for that count.
 */
export function reviewQueue({ pullRequests, categories }: Pick<ChoiceInput, 'pullRequests' | 'categories'>): {
  readonly why: (state: CategoryState | undefined) => string | null;
  readonly take: (state: CategoryState | undefined) => void;
} {
  const open = pullRequests?.open ?? null;
  let coming = categories.filter((each) => each.makesPullRequests && each.running !== null).length;
  return {
    why: (state) => {
      // Where the forge cannot be asked, nobody knows of a queue, and work goes on.
      if (!state?.makesPullRequests || open === null || pullRequests === null) return null;
      if (open + coming < pullRequests.most) return null;
      return `pull requests: ${open} open and ${coming} to come, and schedule.maxOpenPrs is ${pullRequests.most}`;
    },
    take: (state) => {
      if (state?.makesPullRequests) coming++;
    },
  };
}
