import type { CategorySettings } from '../../config/settings.ts';
import type { Hold } from '../../domain/choice.ts';
import { isOfScope } from '../../domain/model-scope.ts';
import type { ParkingKey } from '../../domain/parking.ts';
import { nearestWord } from '../../lib/nearest-word.ts';
import { oneLine } from '../../lib/plain-text.ts';
import { Problem } from '../../lib/problem.ts';
import { changeParking } from '../../store/parkings.ts';
import { accountKey, harnessKey, listParkedNow, type ParkedNow } from '../custody/parkings.ts';
import { holdNow, liftHold } from '../planning/lift-hold.ts';
import { requireCategory } from '../planning/make-plan.ts';
import { type Project, settingsIfAny } from '../project/project.ts';
import { findSetAside, retrySetAside, type SetAside } from '../sinks/deliver-items.ts';

export interface HeldCategory extends Hold {
  readonly category: string;
  /** Whom the configuration names for it; null when nobody is named. */
  readonly owner: string | null;
}

/** All that does not start of itself, for a while or until somebody comes. */
export interface Resumable {
  /** Accounts and harnesses of which nothing starts, and why. */
  readonly parked: readonly ParkedNow[];
  /** Categories that rest because they were blocked, found nothing to do or could not be set up. */
  readonly held: readonly HeldCategory[];
  /** Records that a sink (the `after` command) failed to get too often. */
  readonly setAside: readonly SetAside[];
}

/** What a person wants to start again. */
export interface ResumeRequest {
  readonly category: string | null;
  readonly account: string | null;
  readonly harness: string | null;
  /** One model alone, of that account or of all; null lifts an account with all its models. */
  readonly model: string | null;
  /** Opens deliveries again that were set aside. */
  readonly hasDeliveries: boolean;
  readonly isAll: boolean;
}

/** One thing that was asked for, by its whole name. */
export interface Lifted {
  readonly kind: 'category' | 'account' | 'harness' | 'delivery';
  readonly name: string;
  /** Of an account, where it is one model that rested. */
  readonly model: string | null;
  /** Why it rested, and until when; null when it did not rest. A delivery that was set aside has no end. */
  readonly was: { readonly reason: string; readonly until: string | null } | null;
}

export async function findResumable(project: Project): Promise<Resumable> {
  const held: HeldCategory[] = [];
  for (const category of settingsIfAny(project)?.categories.values() ?? []) {
    const hold = await holdNow(project, category);
    if (hold !== null) held.push({ category: category.name, owner: category.owner, ...hold });
  }
  return { parked: await listParkedNow(project), held, setAside: await findSetAside(project) };
}

/** The request with whole names. Reads only. @throws Problem for a name that nothing here has */
export async function resolveResume(project: Project, request: ResumeRequest): Promise<ResumeRequest> {
  const { parked } = await findResumable(project);
  if (request.category !== null) requireCategory(project.settings(), request.category);
  const harnesses = [...(settingsIfAny(project)?.harnesses.values() ?? [])];
  const configured = {
    account: harnesses.map(({ accountId }) => accountId),
    harness: harnesses.map(({ name }) => name),
  };
  const nameOf = (kind: 'account' | 'harness'): string | null => {
    const given = request[kind];
    const names = parked.filter((each) => each.kind === kind).map(({ name }) => name);
    return given === null ? null : requireName(kind, given, [...names, ...configured[kind]]);
  };
  return {
    ...request,
    account: nameOf('account'),
    harness: nameOf('harness'),
    model: modelOf(request, parked),
  };
}

/** The parked model that is meant: `opus` or `claude-opus-4-5` for `opus`. @throws Problem where none is parked */
function modelOf({ model }: ResumeRequest, parked: readonly ParkedNow[]): string | null {
  if (model === null) return null;
  const names = [...new Set(parked.flatMap((each) => each.model ?? []))];
  const found = names.find((name) => name === model) ?? names.find((name) => isOfScope(name, model));
  if (found !== undefined) return found;
  const list = names.length > 0 ? `There are: ${names.join(', ')}.` : '`stint resume` lists what is parked.';
  throw new Problem('unknown_model', `No model "${oneLine(model, 80)}" is parked.`, list);
}

/** Lets start again what was asked for by its whole name. */
export async function resume(project: Project, request: ResumeRequest): Promise<Lifted[]> {
  const { parked, held } = await findResumable(project);
  const categories = request.isAll ? held.map(({ category }) => category) : [request.category];
  const lifted: Lifted[] = [];
  for (const name of categories)
    if (name !== null) lifted.push(await liftCategory(project, requireCategory(project.settings(), name)));
  for (const key of keysToLift(project, request, parked)) lifted.push(await liftParking(project, key));
  const deliveries = request.isAll || request.hasDeliveries ? await retrySetAside(project) : [];
  for (const { sink, id, because } of deliveries) {
    const was = { reason: because, until: null };
    lifted.push({ kind: 'delivery', name: `${sink} of session ${id}`, model: null, was });
  }
  return lifted;
}

async function liftCategory(project: Project, category: CategorySettings): Promise<Lifted> {
  const hold = await liftHold(project, category);
  const was = hold === null ? null : { reason: reasonOf(hold), until: hold.until };
  return { kind: 'category', name: category.name, model: null, was };
}

function reasonOf({ outcome, text }: Hold): string {
  return outcome === 'setup' ? text : `${outcome}: ${text}`;
}

/** An account goes with its models; what was named and is not parked is answered too. */
function keysToLift(
  project: Project,
  { account, harness, model, isAll }: ResumeRequest,
  parked: readonly ParkedNow[],
): ParkingKey[] {
  const keys: ParkingKey[] = [];
  if (account !== null) keys.push({ ...accountKey(account), model });
  if (harness !== null) keys.push(harnessKey(project, harness));
  for (const each of parked.toSorted((a, b) => a.kind.localeCompare(b.kind))) {
    const isModelOfIt = model === null && account === each.name && each.model !== null;
    const isModelOfAll = account === null && model !== null && model === each.model;
    if (isAll || isModelOfIt || isModelOfAll) keys.push(keyOf(project, each));
  }
  return keys;
}

function keyOf(project: Project, { kind, name, model }: ParkedNow): ParkingKey {
  return kind === 'account' ? { ...accountKey(name), model } : harnessKey(project, name);
}

async function liftParking(project: Project, key: ParkingKey): Promise<Lifted> {
  return changeParking<Lifted>(project.host, key, (before) => {
    const was = before === null ? null : { reason: before.reason, until: before.until };
    return { after: null, result: { kind: key.kind, name: key.name, model: key.model, was } };
  });
}

/** The name itself, or the one that begins with it: `claude-code` for `claude-code:3fa21b9c`. */
function requireName(kind: ParkingKey['kind'], given: string, all: readonly string[]): string {
  const names = [...new Set(all)];
  if (names.includes(given)) return given;
  const begun = names.filter((name) => name.startsWith(`${given}:`));
  if (begun.length === 1 && begun[0] !== undefined) return begun[0];
  const shown = oneLine(given, 80);
  if (begun.length > 0)
    throw new Problem(
      `ambiguous_${kind}`,
      `"${shown}" could be ${begun.join(', ')}.`,
      'Give the whole name.',
    );
  const near = nearestWord(given, names);
  const list = names.length > 0 ? `There are: ${names.join(', ')}.` : 'There is none.';
  const hint = near === null ? list : `Did you mean "${near}"?`;
  throw new Problem(`unknown_${kind}`, `No ${kind} "${shown}" is parked or configured here.`, hint);
}
