import type { BudgetSettings, Settings } from '../../config/settings.ts';
import type { Budget, SessionUse } from '../../domain/choice.ts';
import { slotName } from '../../domain/ids.ts';
import { sessionFiles } from '../../domain/layout.ts';
import { dayOf } from '../../lib/day.ts';
import { listOpen } from '../../store/sessions.ts';
import { averageUse, sumUsage, type CategoryUsage } from '../../store/facts.ts';
import { readHint } from '../custody/find-sessions.ts';
import type { Project } from '../project/project.ts';

/** So many of a category's last sessions say what the next one will use. */
const LAST_SESSIONS = 10;

/** What may be used today and what is. */
export interface Budgets {
  /** Null where none is set. */
  readonly project: Budget | null;
  readonly ofCategory: (category: string) => Budget | null;
  readonly expectedOf: (category: string) => SessionUse;
  /** When the day is over, ISO 8601 UTC. */
  readonly dayEndsAt: string;
}

const NOTHING: SessionUse = { tokens: 0, costUsd: 0 };

/** Reads what today's sessions used and what those that run will most likely use. */
export async function readBudgets(project: Project): Promise<Budgets> {
  const { budget, categories, timezone } = project.settings();
  const { start, end } = dayOf(project.clock.now(), timezone);
  const limits = new Map<string, BudgetSettings>(
    [...categories.values()].map((each) => [each.name, each.budget]),
  );
  const dayEndsAt = end.toISOString();
  if (!hasBudgets(project.settings()))
    return { project: null, ofCategory: () => null, expectedOf: () => NOTHING, dayEndsAt };
  const usage = await sumUsage(project.store, start.toISOString());
  const expected = await readUsual(project);
  const running = await readRunning(project, expected);
  const sum = (limit: BudgetSettings, isPart: (category: string) => boolean): Budget | null =>
    isSet(limit)
      ? {
          limit,
          ...addUp(usage.filter(({ category }) => isPart(category))),
          inFlight: total(running.filter(({ category }) => isPart(category))),
        }
      : null;
  return {
    project: sum(budget, () => true),
    ofCategory: (name) =>
      sum(limits.get(name) ?? { tokens: null, costUsd: null }, (category) => category === name),
    expectedOf: (name) => expected.get(name) ?? NOTHING,
    dayEndsAt,
  };
}

/** Whether a budget limits the sessions of a day. */
export function hasBudgets({ budget, categories }: Settings): boolean {
  return [budget, ...[...categories.values()].map((each) => each.budget)].some(isSet);
}

function isSet({ tokens, costUsd }: BudgetSettings): boolean {
  return tokens !== null || costUsd !== null;
}

/** What a session usually uses, by the name of what it is started as. */
async function readUsual({ store, settings }: Project): Promise<ReadonlyMap<string, SessionUse>> {
  const { categories, schedule } = settings();
  // Whatever slot one-off work gets, it is like that of the others.
  const slots = Array.from({ length: schedule.slots }, (_, index) => slotName(index + 1));
  const groups = [...[...categories.keys()].map((name) => [name]), slots];
  const anywhere = await averageUse(store, groups.flat(), LAST_SESSIONS);
  const usual = new Map<string, SessionUse>();
  for (const group of groups) {
    const own = await averageUse(store, group, LAST_SESSIONS);
    // Of what has never run it is known what others use.
    const use = { tokens: own.tokens || anywhere.tokens, costUsd: own.costUsd || anywhere.costUsd };
    for (const name of group) usual.set(name, use);
  }
  return usual;
}

/** Sessions without a record: what they have used so far, and no less than is usual. */
async function readRunning(
  project: Project,
  expected: ReadonlyMap<string, SessionUse>,
): Promise<(SessionUse & { readonly category: string })[]> {
  return (await listOpen(project.store)).map(({ id, category }) => {
    const usual = expected.get(category) ?? NOTHING;
    const soFar = readHint(sessionFiles(project.layout, id).live)?.tokens ?? 0;
    return { category, tokens: Math.max(usual.tokens, soFar), costUsd: usual.costUsd };
  });
}

function addUp(usage: readonly CategoryUsage[]): Pick<Budget, 'spent' | 'silent'> {
  const silent = usage.map(({ silentTokens, silentCost }) => ({ tokens: silentTokens, costUsd: silentCost }));
  return { spent: total(usage), silent: total(silent) };
}

function total(uses: readonly SessionUse[]): SessionUse {
  return uses.reduce(
    (sum, { tokens, costUsd }) => ({ tokens: sum.tokens + tokens, costUsd: sum.costUsd + costUsd }),
    NOTHING,
  );
}
