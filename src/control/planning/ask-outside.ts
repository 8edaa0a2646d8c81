import type { CategoryState, PullRequests, Supply } from '../../domain/choice.ts';
import type { CategoryName, SessionId } from '../../domain/ids.ts';
import { BRANCH_PREFIX } from '../../domain/layout.ts';
import { workThrough } from '../../lib/at-once.ts';
import { whyIneligible, type Surroundings } from '../../plan/obstacles.ts';
import { askSupply } from '../../run/ask-supply.ts';
import { countOpenPullRequests } from '../../forge/forge.ts';
import { findChoiceOf } from '../../store/choices.ts';
import type { Project } from '../project/project.ts';

/** So many commands at once; each may be a call over the network. */
const AT_ONCE = 8;

/** What the world outside says: how much there is to do, and how much of it waits for review. */
export interface Outside {
  readonly supplies: ReadonlyMap<CategoryName, { readonly supply: Supply; readonly before: number | null }>;
  readonly pullRequests: PullRequests | null;
}

/**
 * Asks what only other programs know, and only where the answer can change something: of categories that nothing else
 * holds back.
 */
export async function askOutside(
  project: Project,
  states: readonly CategoryState[],
  around: Surroundings,
  cancelled: AbortSignal,
): Promise<Outside> {
  const { categories, schedule } = project.settings();
  const open = states.filter((state) => {
    const obstacles = whyIneligible(state, around)?.obstacles ?? [];
    // New supply lifts a hold.
    return obstacles.every(({ kind }) => kind === 'held');
  });
  const asked = open.flatMap((state) => {
    const { supply, supplyTimeoutMs = 0 } = categories.get(state.category) ?? {};
    return supply ? [{ state, command: supply, timeoutMs: supplyTimeoutMs }] : [];
  });
  const pullRequests = open.some(({ makesPullRequests }) => makesPullRequests)
    ? countReviews(project, schedule.maxOpenPrs, cancelled)
    : null;
  const supplies = new Map<CategoryName, { supply: Supply; before: number | null }>();
  await workThrough(asked, AT_ONCE, async ({ state, ...question }) => {
    const supply = await askSupply(project.commands, state.category, { cancelled, ...question });
    supplies.set(state.category, { supply, before: await supplyBefore(project, state) });
  });
  return { supplies, pullRequests: await pullRequests };
}

/** What the choice knew that the session came of which could do nothing. */
async function supplyBefore(project: Project, { category, hold }: CategoryState): Promise<number | null> {
  // More to do mends no setup.
  if (hold === null || hold.outcome === 'setup') return null;
  const decision = await findChoiceOf(project.store, hold.sessionId as SessionId);
  const supply = decision?.input.categories.find((each) => each.category === category)?.supply;
  return supply?.kind === 'known' ? supply.count : null;
}

async function countReviews(
  { commands }: Project,
  most: number,
  cancelled: AbortSignal,
): Promise<PullRequests> {
  const answer = await countOpenPullRequests({ commands, cancelled }, BRANCH_PREFIX);
  return answer.kind === 'known'
    ? { open: answer.facts, because: null, most }
    : { open: null, because: answer.because, most };
}
