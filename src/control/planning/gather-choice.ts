import type { CategorySettings } from '../../config/settings.ts';
import type { Belief, Beliefs } from '../../domain/belief.ts';
import { type CategoryState, CHOICE_VERSION, type ChoiceInput, type Decision } from '../../domain/choice.ts';
import { type CategoryName, isSlotName } from '../../domain/ids.ts';
import { categoryLockFile } from '../../domain/layout.ts';
import { isLocked } from '../../lib/lock-table.ts';
import { choose } from '../../plan/choose.ts';
import { gradesSinceChange } from '../../plan/plateau.ts';
import { insertChoice, type StoredDecision } from '../../store/choices.ts';
import { countStarts } from '../../store/facts.ts';
import { listParkings } from '../../store/parkings.ts';
import { listLifts, listPastSessions } from '../../store/past-sessions.ts';
import { findRunning } from '../custody/find-sessions.ts';
import { groupFacts } from '../project/group-facts.ts';
import type { Project } from '../project/project.ts';
import { askOutside } from './ask-outside.ts';
import { lastHold, PAST_SESSIONS } from './lift-hold.ts';
import { lookAtHarness, listArms } from './plan-session.ts';
import { categoryBeliefs, readFold } from './read-beliefs.ts';
import { readBudgets } from './read-budgets.ts';
import { readMachine } from './require-room.ts';

const SPREAD_MS = 7 * 86_400_000;

export interface ChoiceRequest {
  readonly seed: number;
  readonly top: number;
  /** Nothing but this category is looked at. */
  readonly only?: CategoryName;
  /** Aborts when nobody wants to wait for other programs any more. */
  readonly cancelled: AbortSignal;
}

/** Gathers everything that a choice is made of. Reads only. */
export async function gatherChoice(project: Project, request: ChoiceRequest): Promise<ChoiceInput> {
  const settings = project.settings();
  const now = project.clock.now();
  const context = await gatherContext(project, now);
  const { budgets, running } = context;
  const states: CategoryState[] = [];
  for (const category of settings.categories.values())
    if (request.only === undefined || category.name === request.only)
      states.push(await gatherCategory(project, category, context));
  const at = now.toISOString();
  const around = { at, budget: budgets.project, dayEndsAt: budgets.dayEndsAt, pullRequests: null };
  const { supplies, pullRequests } = await askOutside(project, states, around, request.cancelled);
  return {
    version: CHOICE_VERSION,
    ...around,
    seed: request.seed,
    top: request.top,
    running: [...running.keys()].filter((name) => !isSlotName(name)).length,
    maxConcurrent: settings.schedule.maxConcurrent,
    startsSince: context.first ?? at,
    machine: readMachine(project),
    admission: settings.admission,
    pullRequests,
    categories: states.map((state) => {
      const { supply = null, before = null } = supplies.get(state.category) ?? {};
      return { ...state, supply, supplyBefore: before };
    }),
  };
}

/** What is the same for all categories. */
async function gatherContext(project: Project, now: Date) {
  await groupFacts(project);
  const since = new Date(now.getTime() - SPREAD_MS).toISOString();
  const { first, starts } = await countStarts(project.store, since);
  const fold = await readFold(project);
  const parkings = await listParkings(project.host);
  const running = await findRunning(project);
  const budgets = await readBudgets(project);
  const beliefs = await categoryBeliefs(project, fold);
  return { first, starts, fold, parkings, running, budgets, beliefs, lifts: await listLifts(project.store) };
}

async function gatherCategory(
  project: Project,
  category: CategorySettings,
  { running, starts, lifts, beliefs, fold, parkings, budgets }: Awaited<ReturnType<typeof gatherContext>>,
): Promise<CategoryState> {
  const settings = project.settings();
  const { name, schedule, owner, land } = category;
  const looks = category.harnesses.map((each) => lookAtHarness(project, category, each, parkings));
  const past = await listPastSessions(project.store, name, PAST_SESSIONS);
  return {
    category: name,
    belief: beliefOf(beliefs, name),
    running: running.get(name) ?? null,
    isLocked: !running.has(name) && isLocked(categoryLockFile(project.layout, name)),
    lastEndedAt: past[0]?.endedAt ?? null,
    cooldownMs: schedule.cooldownMs,
    harnesses: looks.map(({ state }) => state),
    arms: listArms(settings, category, looks, fold),
    starts: (starts.get(name) ?? 0) + (running.has(name) ? 1 : 0),
    grades: gradesSinceChange(past),
    hold: await lastHold(project, name, past, lifts.get(name) ?? null),
    supply: null,
    supplyBefore: null,
    makesPullRequests: land === 'pr',
    budget: budgets.ofCategory(name),
    expected: budgets.expectedOf(name),
    owner,
  };
}

/** The fold knows every category that it was asked for. */
function beliefOf(beliefs: Beliefs, category: CategoryName): Belief {
  const belief = beliefs.get(category);
  if (belief === undefined) throw new Error(`nothing is believed about ${category}`);
  return belief;
}

/** What would start now, and why. Starts nothing and stores nothing. */
export async function planNow(project: Project, request: ChoiceRequest): Promise<Decision> {
  // Without secrets from the start: what is stored has to lead to the same choice.
  const input = project.redactor.value(await gatherChoice(project, request));
  return { input, choice: choose(input) };
}

/** The same for whoever goes by it: stored before anything starts. */
export async function decideNow(project: Project, request: ChoiceRequest): Promise<StoredDecision> {
  const decision = await planNow(project, request);
  const number = await insertChoice(project.store, decision);
  project.events.emit({ name: 'plan.chosen', choice: decision.choice, number });
  return { ...decision, number };
}
