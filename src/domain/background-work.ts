import type { OpenCall } from './open-call.ts';
import type { SessionEvent, WorkKind } from './session-event.ts';

/** Work beside the session's own turn that was started and is not told to be over. */
export interface BackgroundWork {
  /** The CLI's name for it; null where only its call is known. */
  readonly workId: string | null;
  readonly callId: string | null;
  readonly work: WorkKind;
  /** A few words for people. */
  readonly summary: string;
  /** False while the call that started it waits for it: then the answer to that call is its end. */
  readonly isDetached: boolean;
  /** It was stopped after the result, when the session had no say any more: an open end for which nothing waits. */
  readonly isCut?: true;
}

/** A hostile stream may start any number; so many prove that something is outstanding. */
const MOST = 100;

type News = { readonly [Key in keyof BackgroundWork]?: BackgroundWork[Key] | null | undefined };
type Works = readonly BackgroundWork[];

/** The part of a transcript that says what runs in the background. */
interface Told {
  readonly background: Works;
  readonly openCalls: readonly OpenCall[];
  readonly ended: object | null;
}

/**
 * What runs on although the call that started it was answered, or never waited for it. A result shows that the calls
 * without an answer are not waited for any more.
 */
export function outstandingWork({ background, openCalls, ended }: Told): Works {
  const left = ended === null ? [] : openCalls.flatMap((call) => leftBehind(call, background));
  return [...background.filter(({ isDetached }) => isDetached), ...left];
}

function leftBehind({ callId, work, isSubagent, summary }: OpenCall, known: Works): Works {
  const isKnown = known.some((each) => each.callId === callId && each.isDetached);
  // Of a helper that works on, the helper is told already.
  if (!work || isSubagent || isKnown) return [];
  return [{ workId: null, callId, work, summary, isDetached: true }];
}

/**
 * Outstanding work after which the CLI goes on by itself, so that a result is not the end. Commands and monitors end with
 * their CLI. What no table knows counts as an agent.
 */
export function holdingWork(told: Told): Works {
  return unfinishedAgents(told).filter(({ isCut }) => !isCut);
}

/** The same, with what was cut off when the session left. */
export function unfinishedAgents(told: Told): Works {
  return outstandingWork(told).filter(({ work }) => work !== 'shell' && work !== 'monitor');
}

/** What is known when the session goes on: it hears of what was cut off, and decides about it. */
export function withoutCut(works: Works): Works {
  return works.some(({ isCut }) => isCut) ? works.filter(({ isCut }) => !isCut) : works;
}

const NAMES: Readonly<Record<WorkKind, readonly [string, string]>> = {
  agent: ['background agent', 'background agents'],
  workflow: ['workflow', 'workflows'],
  shell: ['background command', 'background commands'],
  monitor: ['monitor', 'monitors'],
  other: ['background task', 'background tasks'],
};

/** `background agent`. */
export function nameOfWork(kind: WorkKind): string {
  return NAMES[kind][0];
}

/** `2 background agents and 1 monitor`. */
export function countWork(works: Works): string {
  const counts = (Object.keys(NAMES) as WorkKind[]).flatMap((kind) => {
    const count = works.filter(({ work }) => work === kind).length;
    return count === 0 ? [] : [`${count} ${NAMES[kind][count === 1 ? 0 : 1]}`];
  });
  return counts.length < 2 ? counts.join() : `${counts.slice(0, -1).join(', ')} and ${counts.at(-1)}`;
}

/** The background work after one of the events that tell of it. */
export function foldWork(
  { background, openCalls, ended }: Told,
  event: Extract<SessionEvent, { kind: 'work-started' | 'work-ended' | 'work-listed' }>,
): Works {
  switch (event.kind) {
    case 'work-started': {
      const call = openCalls.find(({ callId }) => callId === event.callId);
      const { kind: _, isDetached, work, ...told } = event;
      const waits = call !== undefined && !call.isDetached && isWaitedFor(work ?? call.work ?? null);
      return tellWork(background, {
        ...told,
        work: work ?? call?.work,
        summary: told.summary ?? call?.summary,
        isDetached: isDetached ?? (findWork(background, told)?.isDetached || !waits),
      });
    }
    case 'work-ended':
      return event.isStopped && ended !== null ? cutWork(background, event) : endWork(background, event);
    case 'work-listed': {
      const ids = new Set(event.works.map(({ workId }) => workId));
      const kept = background.filter(
        ({ workId, isDetached, isCut }) => !isDetached || isCut || ids.has(workId ?? ''),
      );
      return event.works.reduce<Works>((works, each) => tellWork(works, { ...each, isDetached: true }), kept);
    }
  }
}

/** Agents and commands can be waited for by their calls; all else is in the background from its start. */
function isWaitedFor(work: WorkKind | null): boolean {
  return work === null || work === 'agent' || work === 'shell';
}

/** The background work after the answer to a call, which says what the call has left behind, or is the end of it. */
export function settleWork(
  background: Works,
  call: OpenCall | undefined,
  { callId, isError, launched, tellsOver }: Extract<SessionEvent, { kind: 'answered' }>,
): Works {
  const stopped = call?.about && !isError && (call.about.isStop || tellsOver === true);
  const works = stopped ? endWork(background, { workId: call.about.workId, callId: null }) : background;
  // Tools that read may show such words of any file.
  const mayLaunch = call?.place !== 'inProcess' || call.work !== undefined;
  const isLaunched = launched ? mayLaunch : launched === undefined && call?.isDetached === true && !isError;
  if (!isLaunched) return works.filter((each) => each.isDetached || each.callId !== callId);
  const work = call?.work === 'monitor' ? 'monitor' : (launched?.work ?? call?.work);
  return tellWork(works, {
    workId: launched?.workId ?? null,
    callId,
    work,
    summary: call?.summary,
    isDetached: true,
  });
}

/** Adds the work, or what is told of it to what is known. */
function tellWork(works: Works, told: News): Works {
  const known = findWork(works, { workId: told.workId ?? null, callId: told.callId ?? null });
  if (!known && works.length >= MOST) return works;
  const next: BackgroundWork = {
    workId: told.workId ?? known?.workId ?? null,
    callId: told.callId ?? known?.callId ?? null,
    work: betterKind(known?.work, told.work ?? undefined),
    summary: told.summary ?? known?.summary ?? '',
    isDetached: told.isDetached ?? known?.isDetached ?? true,
  };
  return known ? works.map((each) => (each === known ? next : each)) : [...works, next];
}

/** A monitor is a command, too, and some lines call it so. */
function betterKind(known: WorkKind | undefined, told: WorkKind | undefined): WorkKind {
  if (told === undefined || told === 'other') return known ?? 'other';
  return known === 'monitor' && told === 'shell' ? known : told;
}

interface WorkNames {
  readonly workId: string | null;
  readonly callId: string | null;
}

function findWork(works: Works, { workId, callId }: WorkNames): BackgroundWork | undefined {
  const named = workId === null ? undefined : works.find((each) => each.workId === workId);
  if (named || callId === null) return named;
  return works.find((each) => each.callId === callId && (workId === null || each.workId === null));
}

function cutWork(works: Works, names: WorkNames): Works {
  const over = findWork(works, names);
  return works.map((each) => (each === over ? { ...each, isCut: true } : each));
}

function endWork(works: Works, names: WorkNames): Works {
  const over = findWork(works, names);
  return over ? works.filter((each) => each !== over) : works;
}
