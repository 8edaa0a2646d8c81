import { asksAfter, type Ask } from './asks.ts';
import { tasksAfter } from './agent-tasks.ts';
import { foldWork, settleWork, withoutCut, type BackgroundWork } from './background-work.ts';
import type { OpenCall } from './open-call.ts';
import { editedPaths, withEdited, type EditedFiles } from './edited-files.ts';
import { foldLimit, type Limit } from './limit.ts';
import { addUsage } from './message-usage.ts';
import { add, addUp, joinTokens, larger } from './token-counts.ts';
import { withOtherCalls, type OtherCall } from './other-calls.ts';
import { withUnknownTool, type UnknownTool } from './unknown-tools.ts';
import type { MessageUsage, ProviderError, SessionEvent, TokenCounts, Usage } from './session-event.ts';

export interface Trouble {
  readonly error: ProviderError;
  readonly message: string;
  /** The CLI was about to try again. */
  readonly isRetrying?: boolean;
  /** When the provider takes requests again, ISO 8601; absent where it did not say. */
  readonly resetsAt?: string;
}

/** All that a session's events say, folded. The supervisor and the judge read the same fold. */
export interface Transcript extends EditedFiles {
  readonly events: number;
  readonly unreadableLines: number;
  readonly thread: string | null;
  readonly model: string | null;
  /** Model answers (messages with text or tool calls); 0 means that the model never got to work. */
  readonly answers: number;
  readonly openCalls: readonly OpenCall[];
  readonly toolErrors: number;
  /** Beginnings of the names of commits, as git told them to a command of the agent that makes commits. */
  readonly printedCommits: readonly string[];
  /** Commands that make commits and went well, of which git told nothing (`--quiet`). */
  readonly silentCommits: number;
  /** Tools that the harness refused for want of permission, as often as it did. */
  readonly deniedTools: readonly string[];
  /** Those among its refusals that kept it in a mode in which it may only read and plan. */
  readonly deniedPlanEnds: readonly string[];
  /** Whether its last turn was in such a mode from the start; null where the CLI does not say. */
  readonly isPlanMode: boolean | null;
  /** Open entries of the todo list as last written; null when the agent keeps none. */
  readonly openTodos: number | null;
  /** Names of the open tasks of the list that the agent changes task by task; null when it keeps none. */
  readonly openTasks: readonly string[] | null;
  /** Usage by message, so that repeated lines of one message count once. */
  readonly usageByMessage: ReadonlyMap<string, MessageUsage>;
  /** The usage limit that the session stands before; null when there is none or the agent worked on after it. */
  readonly limit: Limit | null;
  /** The provider's last trouble, null once the model answered again. */
  readonly trouble: Trouble | null;
  /** The CLI told last that the turn was broken off: an error after it is not the provider's. */
  readonly isInterrupted?: boolean;
  /** Requests to a person that wait still. */
  readonly asks: readonly Ask[];
  /** The CLI's own error, where its standard output holds nothing else. */
  readonly onlyError?: string;
  /** The tools it called that the table of its CLI does not have. */
  readonly unknownTools: readonly UnknownTool[];
  /**
   * Its calls of which nothing says that they changed nothing, but for edits of files, questions and helpers, which are
   * told apart.
   */
  readonly otherCalls: readonly OtherCall[];
  readonly questions: readonly string[];
  /** True from where the model is asked or answered until it says a word or makes a call. */
  readonly isWordless: boolean;
  /** Calls that asked to be woken after this turn. */
  readonly wakeUps: readonly string[];
  /** Work in the background, in the order of its start. */
  readonly background: readonly BackgroundWork[];
  readonly isCompacted: boolean;
  /** What all its results so far counted; null before the first. */
  readonly counted: { readonly tokens: TokenCounts | null; readonly costUsd: number | null } | null;
  /** Its last result, with what all of them counted; null where it has gone on since. */
  readonly ended: Extract<SessionEvent, { kind: 'ended' }> | null;
}

export const emptyTranscript: Transcript = {
  events: 0,
  unreadableLines: 0,
  thread: null,
  model: null,
  answers: 0,
  openCalls: [],
  toolErrors: 0,
  printedCommits: [],
  silentCommits: 0,
  edited: [],
  editedMore: 0,
  deniedTools: [],
  deniedPlanEnds: [],
  isPlanMode: null,
  openTodos: null,
  openTasks: null,
  usageByMessage: new Map(),
  limit: null,
  trouble: null,
  asks: [],
  unknownTools: [],
  otherCalls: [],
  questions: [],
  isWordless: false,
  wakeUps: [],
  background: [],
  isCompacted: false,
  counted: null,
  ended: null,
};

/** The transcript after more events. Pure; the usage is copied once for all of them, so that long sessions stay cheap. */
export function foldEvents(transcript: Transcript, events: readonly SessionEvent[]): Transcript {
  const usage = new Map(transcript.usageByMessage);
  for (const event of events) if (event.kind === 'used') addUsage(usage, event.messageId, event.tokens);
  return { ...events.reduce(foldEvent, transcript), usageByMessage: usage };
}

/** All but the usage: whoever reads a long transcript line by line keeps that in a map of its own. */
export function foldEvent(transcript: Transcript, event: SessionEvent): Transcript {
  const asks = asksAfter(transcript.asks, event, transcript.openCalls);
  const next = { ...transcript, events: transcript.events + 1, asks };
  switch (event.kind) {
    case 'unreadable':
      return { ...transcript, unreadableLines: transcript.unreadableLines + 1 };
    case 'started':
      return {
        ...next,
        thread: event.thread ?? next.thread,
        model: event.model ?? next.model,
        isWordless: true,
      };
    case 'said':
      return foldSaid(next, event);
    case 'called':
      return foldCall(next, event);
    case 'answered':
      return foldAnswer(next, event);
    case 'denied':
      return foldDenial(next, event);
    case 'limited':
      return { ...next, limit: foldLimit(next.limit, event) };
    case 'erred':
      return { ...next, trouble: foldTrouble(next, event) };
    case 'compacted':
      return { ...next, isCompacted: true };
    case 'ended':
      return foldResult(next, event);
    case 'prompted':
      return foldPrompt(next, event);
    case 'asked':
      return { ...next, questions: [...next.questions, event.summary] };
    case 'interrupted':
      return { ...next, isInterrupted: true };
    case 'work-started':
    case 'work-ended':
    case 'work-listed':
      return { ...next, background: foldWork(next, event) };
    case 'used':
    case 'delegated':
    case 'replied':
    case 'noted':
      return next;
  }
}

/** A new turn after a result: the session goes on, so that result was not the last word. */
function foldPrompt(
  next: Transcript,
  { isPlanMode }: Extract<SessionEvent, { kind: 'prompted' }>,
): Transcript {
  return {
    ...next,
    ended: null,
    isWordless: true,
    wakeUps: [],
    background: withoutCut(next.background),
    isInterrupted: false,
    isPlanMode: isPlanMode ?? next.isPlanMode,
  };
}

function foldDenial(
  next: Transcript,
  { tool, isPlanEnd }: Extract<SessionEvent, { kind: 'denied' }>,
): Transcript {
  return isPlanEnd
    ? { ...next, deniedPlanEnds: [...next.deniedPlanEnds, tool] }
    : { ...next, deniedTools: [...next.deniedTools, tool] };
}

/** Words that stint does not know neither replace known ones, nor are they the provider's after an interruption. */
function foldTrouble(
  { trouble, isInterrupted }: Transcript,
  { error, message, isRetrying, resetsAt }: Extract<SessionEvent, { kind: 'erred' }>,
): Trouble | null {
  if (error === 'other' && (trouble !== null || isInterrupted === true)) return trouble;
  return {
    error,
    message,
    ...(isRetrying ? { isRetrying } : {}),
    ...(resetsAt === undefined ? {} : { resetsAt }),
  };
}

/** The session after a word or a call of its own. It goes on after a result, so that result was not the last word. */
function goOn(next: Transcript): Transcript {
  // The model answered, so whatever stood in its way no longer does.
  const free = { ...next, limit: null, trouble: null, isInterrupted: false };
  if (next.ended === null) return free;
  return { ...free, ended: null, wakeUps: [], background: withoutCut(next.background) };
}

/** A helper that speaks after the session's result says nothing of the session itself. */
function helpOn(next: Transcript): Transcript {
  return next.ended === null ? { ...next, limit: null, trouble: null, isInterrupted: false } : next;
}

function foldSaid(before: Transcript, event: Extract<SessionEvent, { kind: 'said' }>): Transcript {
  const next = event.isSubagent ? helpOn(before) : goOn(before);
  return {
    ...next,
    answers: next.answers + 1,
    isWordless: next.isWordless && (event.isSubagent === true || event.text.trim() === ''),
  };
}

function foldCall(before: Transcript, event: Called): Transcript {
  const { callId, tool, place, summary, isCommitting, work, isDetached, about, task, takesBack } = event;
  // Some streams tell a call again when it is over, and that may be after the result.
  const isNews = !before.openCalls.some((each) => each.callId === callId);
  const next = event.isSubagent || !isNews ? helpOn(before) : goOn(before);
  const call: OpenCall = {
    callId,
    tool,
    place,
    summary,
    ...(isCommitting ? { isCommitting } : {}),
    ...(event.edits ? { edited: editedPaths(event.edits) } : {}),
    ...(task ? { task } : {}),
    ...(takesBack === undefined ? {} : { takesBack }),
    ...(work ? { work } : {}),
    ...(isDetached ? { isDetached } : {}),
    ...(event.isSubagent ? { isSubagent: true } : {}),
    ...(about ? { about } : {}),
  };
  const wakeUps = event.endsWakeUps ? [] : next.wakeUps;
  return {
    ...next,
    answers: next.answers + (isNews ? 1 : 0),
    isWordless: next.isWordless && event.isSubagent === true,
    wakeUps: event.isWakeUp && isNews ? [...wakeUps, summary] : wakeUps,
    openCalls: [...next.openCalls.filter((each) => each.callId !== callId), call],
    openTodos: event.openTodos ?? next.openTodos,
    ...(isNews ? countStrange(next, event) : {}),
    questions: place === 'human' ? [...next.questions, summary] : next.questions,
  };
}

type Called = Extract<SessionEvent, { kind: 'called' }>;

/** The unknown facts of one more call: its tool, the shape of its arguments, its effect. */
function countStrange(
  { unknownTools, otherCalls }: Transcript,
  call: Called,
): Pick<Transcript, 'unknownTools' | 'otherCalls'> {
  const { tool, place, isStrange } = call;
  const isUnknown = place === 'unknown' || isStrange === true;
  const isShape = place !== 'unknown' && isStrange === true;
  return {
    unknownTools: isUnknown
      ? withUnknownTool(unknownTools, { tool, ...(isShape ? { isShape } : {}) })
      : unknownTools,
    otherCalls: withOtherCalls(otherCalls, othersOf(call)),
  };
}

/** A program that does nothing but edit files. */
const PATCH = 'apply_patch';

function othersOf({ tool, place, edits, isReadOnly, isStrange, others }: Called): readonly OtherCall[] {
  if (isStrange === true) return [{ name: tool, calls: 1 }];
  if (isReadOnly === true || place === 'subagent' || place === 'human') return [];
  const isEdit = edits !== undefined && edits.length > 0;
  // Its edits are counted apart, but a command line may do more.
  if (isEdit)
    return (others ?? []).filter(({ name }) => name !== PATCH).map(({ name }) => ({ name, calls: 1 }));
  return others === undefined ? [{ name: tool, calls: 1 }] : others.map(({ name }) => ({ name, calls: 1 }));
}

function foldAnswer(next: Transcript, event: Extract<SessionEvent, { kind: 'answered' }>): Transcript {
  const call = next.openCalls.find(({ callId }) => callId === event.callId);
  // Git's words for a new commit stand in many files and logs; only a command that makes commits may print them.
  const isCommitting = call?.place === 'localProcess' && call.isCommitting === true;
  const told = isCommitting ? (event.commits ?? []).map(({ name }) => name) : [];
  // A command that runs on has not said its last word.
  const isSilent = isCommitting && told.length === 0 && !event.isError && !event.launched;
  return {
    ...next,
    openCalls: next.openCalls.filter(({ callId }) => callId !== event.callId),
    background: settleWork(next.background, call, event),
    isWordless: next.isWordless || event.isSubagent !== true,
    toolErrors: next.toolErrors + (event.isError ? 1 : 0),
    openTasks: call?.task ? tasksAfter(next.openTasks, call.task, event) : next.openTasks,
    wakeUps: event.isError ? next.wakeUps : withoutLast(next.wakeUps, call?.takesBack),
    printedCommits: told.length > 0 ? [...next.printedCommits, ...told] : next.printedCommits,
    ...(call?.edited && !event.isError
      ? withEdited(next, event.edits ? editedPaths(event.edits) : call.edited)
      : {}),
    silentCommits: next.silentCommits + (isSilent ? 1 : 0),
  };
}

/** A wake-up is summed up with the name of its tool in front. */
function withoutLast(wakeUps: readonly string[], tool: string | undefined): readonly string[] {
  const last = tool === undefined ? -1 : wakeUps.findLastIndex((each) => each.startsWith(tool));
  return last === -1 ? wakeUps : wakeUps.toSpliced(last, 1);
}

/** Steps that are open in the agent's own lists; null when it keeps none. */
export function openSteps({
  openTodos,
  openTasks,
}: Pick<Transcript, 'openTodos' | 'openTasks'>): number | null {
  return openTodos === null && openTasks === null ? null : (openTodos ?? 0) + (openTasks?.length ?? 0);
}

/**
 * A result counts its own turn, or all turns so far. The latter may be smaller than an earlier one, where the CLI broke
 * down and counts nothing.
 */
function foldResult(next: Transcript, event: Extract<SessionEvent, { kind: 'ended' }>): Transcript {
  const { tokens, costUsd } = event;
  const before = next.counted;
  const counted = {
    tokens: joined(before?.tokens ?? null, tokens, event.isOneTurn ? add : larger),
    costUsd: larger(before?.costUsd ?? null, costUsd),
  };
  return { ...next, counted, ended: { ...event, ...counted } };
}

function joined(
  before: TokenCounts | null,
  now: TokenCounts | null,
  join: (a: number | null, b: number | null) => number | null,
): TokenCounts | null {
  return before && now ? joinTokens(before, now, join) : (now ?? before);
}

/** Totals over all messages; null where no message reported the figure. */
export function totalTokens({ usageByMessage }: Pick<Transcript, 'usageByMessage'>): TokenCounts {
  return addUp(usageByMessage.values());
}

/** The largest context that one message of the session itself was sent with, or null. */
export function peakContext({ usageByMessage }: Pick<Transcript, 'usageByMessage'>): number | null {
  let peak: number | null = null;
  for (const used of usageByMessage.values()) {
    const context = used.isSubagent ? null : add(add(used.input, used.cacheRead), used.cacheWrite);
    if (context !== null && (peak === null || context > peak)) peak = context;
  }
  return peak;
}

/** The usage of a record. The result's own totals where there are any; else what its messages said. */
export function usageOf(transcript: Transcript): Usage {
  const { ended, usageByMessage } = transcript;
  let own = 0;
  for (const used of usageByMessage.values()) if (!used.isSubagent) own++;
  return {
    ...(ended?.tokens ?? totalTokens(transcript)),
    peakContext: peakContext(transcript),
    // A result counts its own turn alone, and there may have been others before it.
    turns: own > (ended?.turns ?? 0) ? own : (ended?.turns ?? null),
  };
}
