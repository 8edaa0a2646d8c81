import type { SessionEvent } from '../../domain/session-event.ts';
import { endsTurn, errorOfCode } from './errors.ts';
import { codexAgentNews } from './background.ts';
import { askOfEvent } from './asks.ts';
import { CodexCalls } from './calls.ts';
import { codexItemEvents } from './rollout-item.ts';
import { startSign } from './start-sign.ts';
import { codexEnded } from './stream.ts';
import { CodexUsage } from './usage.ts';
import { asObject, asString, asTime, type JsonObject } from '../reading/json-shape.ts';
import { providerErrorOf, retriedError, troubleEvent } from '../reading/provider-errors.ts';
import { readPromptWords, textOfPrompt } from '../reading/prompt-words.ts';
import { resetInProse } from '../reading/reset-time.ts';
import { NOTED, STRANGE, type Entry, type TranscriptFormat } from '../reading/transcript-format.ts';

/**
 * The file that Codex keeps of a session: `sessions/YYYY/MM/DD/rollout-….jsonl`, lines of `{timestamp, type, payload}`.
 * Source: files of 0.58 and 0.169; docs/adding-a-harness.md says what was found.
 */
export const codexRollout: TranscriptFormat = {
  harness: 'codex',
  expected: 'objects with `timestamp`, `type` and `payload`, the first of type `session_meta`',
  recognises: ({ type, payload }) =>
    asString(type) !== null && LINES.has(String(type)) && asObject(payload) !== null,
  begins: ({ type, payload }) => (type === 'session_meta' ? beginningOf(asObject(payload)) : null),
  open: openRollout,
};

function beginningOf(payload: JsonObject | null) {
  const id = asString(payload?.['id']);
  if (payload === null || id === null) return null;
  return { id, after: asString(payload['forked_from_id']) ?? subagentOf(payload)?.parent ?? null };
}

const LINES = new Set(['session_meta', 'response_item', 'event_msg', 'turn_context', 'compacted']);

/** A fork writes the history that it copies at once; its first own turn waits for a prompt. */
const COPYING_MS = 1000;

const SILENT: Entry = { thread: null, events: NOTED };

/** Facts from the lines before. */
interface Rollout {
  thread: string | null;
  /** It is a helper of another thread, by its first line. */
  isSubagent: boolean;
  model: string | null;
  begunAt: string | null;
  /** Until when lines are the history of the thread that this one was forked from. */
  copyingUntil: string;
  /** Two lines can tell one prompt. */
  isPrompted: boolean;
  /** The model has said or called something since it was prompted. */
  isAnswered: boolean;
  /** Its last word is an error, which its end does not tell again. */
  isErred: boolean;
  readonly usage: CodexUsage;
  readonly calls: CodexCalls;
}

function openRollout() {
  const rollout: Rollout = {
    thread: null,
    isSubagent: false,
    model: null,
    begunAt: null,
    copyingUntil: '',
    isPrompted: false,
    isAnswered: false,
    isErred: false,
    usage: new CodexUsage(),
    calls: new CodexCalls(),
  };
  return (object: JsonObject): Entry => {
    const at = asTime(object['timestamp']);
    const payload = asObject(object['payload']);
    const type = asString(object['type']);
    if (!payload || type === null) return { thread: null, at, events: STRANGE };
    if (type === 'session_meta') return readMeta(rollout, payload, at);
    const isCopied = at !== null && at < rollout.copyingUntil;
    const entry = readLine(rollout, { type, payload, at, isCopied });
    return isCopied ? { ...SILENT, ...teller(rollout) } : { ...teller(rollout), at, ...entry };
  };
}

/** Whose line it is: each line of a helper's file is the helper's. */
function teller({ thread, isSubagent }: Rollout): Pick<Entry, 'thread' | 'agent' | 'isSubagent'> {
  return isSubagent ? { thread, agent: thread, isSubagent } : { thread };
}

function readMeta(rollout: Rollout, payload: JsonObject, at: string | null): Entry {
  const id = asString(payload['id']) ?? asString(payload['session_id']);
  if (id === null) return { thread: null, at, events: STRANGE };
  const isFirst = rollout.thread === null;
  const forkedFrom = asString(payload['forked_from_id']);
  // Newer versions copy nothing: they say where the history lies.
  const copiesHistory = isFirst
    ? forkedFrom !== null && payload['history_base'] === undefined
    : id !== rollout.thread;
  if (isFirst) rollout.begunAt = at;
  // Lines that are copied may keep their times, which are before the copy's own.
  const begunAt = [at, rollout.begunAt]
    .filter((time) => time !== null)
    .toSorted()
    .at(-1);
  if (copiesHistory && begunAt !== undefined)
    rollout.copyingUntil = new Date(Date.parse(begunAt) + COPYING_MS).toISOString();
  // The meta of a thread that this one was forked from; without an id of its own to tell, the first is its own.
  if (!isFirst)
    return id === rollout.thread || rollout.isSubagent
      ? { ...SILENT, ...teller(rollout) }
      : { ...SILENT, thread: rollout.thread, parent: id };
  const subagent = subagentOf(payload);
  rollout.thread = id;
  rollout.isSubagent = subagent !== null;
  // Some say nothing of a copy: lines from before the helper are its parent's.
  const ownAt = asTime(payload['timestamp']) ?? at;
  if (subagent && rollout.copyingUntil === '' && ownAt !== null) rollout.copyingUntil = ownAt;
  return {
    ...teller(rollout),
    at: asTime(payload['timestamp']) ?? at,
    events: [{ kind: 'started', thread: id, model: null }],
    parent: subagent ? (subagent.parent ?? forkedFrom) : forkedFrom,
    cwd: asString(payload['cwd']),
    branch: asString(asObject(payload['git'])?.['branch']),
    version: asString(payload['cli_version']),
    sign: startSign(payload),
  };
}

/** The thread that this one helps; null where it is not a helper. */
function subagentOf(payload: JsonObject): { readonly parent: string | null } | null {
  const source = asObject(payload['source']);
  const subagent = source?.['subagent'] ?? source?.['sub_agent'];
  const isInternal = source?.['internal'] !== undefined;
  if (subagent === undefined && !isInternal && payload['thread_source'] !== 'subagent') return null;
  const spawned = asObject(asObject(subagent)?.['thread_spawn']);
  const session = asString(payload['session_id']);
  return {
    parent:
      asString(spawned?.['parent_thread_id']) ??
      asString(payload['parent_thread_id']) ??
      (session === payload['id'] ? null : session),
  };
}

type Read = Pick<Entry, 'events' | 'sign' | 'prompt'>;

interface Line {
  readonly type: string;
  readonly payload: JsonObject;
  readonly at: string | null;
  readonly isCopied: boolean;
}

function readLine(rollout: Rollout, line: Line): Read {
  const { type, payload, isCopied } = line;
  switch (type) {
    case 'response_item': {
      const events = codexItemEvents(payload, rollout.calls);
      if (events === null) return { events: STRANGE };
      if (events.length > 0) rollout.isPrompted = false;
      // The answer of a tool may come after the error that ends its turn.
      if (events.some(({ kind }) => kind === 'said' || kind === 'called')) {
        rollout.isErred = false;
        rollout.isAnswered = true;
      }
      return { events: events.length > 0 ? events : NOTED };
    }
    case 'event_msg':
      return readEvent(rollout, line);
    case 'turn_context': {
      const model = asString(payload['model']);
      if (model === null || model === rollout.model) return { events: NOTED };
      rollout.model = model;
      return { events: [{ kind: 'started', thread: null, model }] };
    }
    case 'compacted':
      return { events: [{ kind: 'compacted' }] };
    case 'token_usage_record':
      return { events: rollout.usage.takeRecord(payload, rollout, isCopied) };
    default:
      return { events: NOTED };
  }
}

function readEvent(rollout: Rollout, { payload, at, isCopied }: Line): Read {
  switch (payload['type']) {
    case 'token_count':
      return { events: rollout.usage.takeCount(payload, rollout, isCopied) };
    case 'user_message':
      return readPrompt(rollout, asString(payload['message']));
    case 'item_completed': {
      const item = asObject(payload['item']);
      return item?.['type'] === 'UserMessage'
        ? readPrompt(rollout, textOfPrompt(item['content']))
        : readNews(payload);
    }
    case 'error':
      if (!endsTurn(payload['codex_error_info'])) return { events: NOTED };
      rollout.isErred = true;
      return { events: [troubleOf(rollout, payload, at, false)] };
    case 'stream_error':
      // It tries again; where no answer comes of it, this was the end.
      if (!rollout.isAnswered) rollout.isErred = true;
      return { events: [troubleOf(rollout, payload, at, true)] };
    case 'task_complete':
    case 'turn_complete':
      return { events: readCompleted(rollout, payload, at) };
    case 'turn_aborted':
      return {
        events: [{ kind: 'interrupted' }],
        sign: payload['reason'] === 'interrupted' ? 'interrupted' : null,
      };
    case 'context_compacted':
      return { events: [{ kind: 'compacted' }] };
    default:
      return readNews(payload);
  }
}

function readNews(payload: JsonObject): Read {
  const events = askOfEvent(payload, null) ?? codexAgentNews(payload);
  return { events: events.length > 0 ? events : NOTED };
}

function readPrompt(rollout: Rollout, prompt: string | null): Read {
  // Instructions and surroundings can stand before the prompt, as words of its user.
  const isInserted = prompt !== null && readPromptWords(prompt).by === 'cli';
  if (rollout.isPrompted || isInserted) return { events: NOTED, prompt: isInserted ? prompt : null };
  rollout.isPrompted = true;
  rollout.isErred = rollout.isAnswered = false;
  return { events: [{ kind: 'prompted' }], prompt };
}

function readCompleted(rollout: Rollout, payload: JsonObject, at: string | null): SessionEvent[] {
  const error = asObject(payload['error']);
  const answer = asString(payload['last_agent_message']);
  // A turn without an answer does not end the session: the prompt still waits.
  if (error === null && answer === null && !rollout.isErred && !rollout.isAnswered) return [...NOTED];
  // The last answer that it names may be from before the error.
  const isError = error !== null || rollout.isErred;
  const ended = codexEnded(isError, 'task_complete', asString(error?.['message']) ?? answer ?? '', null);
  return error ? [troubleOf(rollout, error, at, false), ended] : [ended];
}

/** Trouble by the code beside it, and by its sentence where there is none. */
function troubleOf(
  { usage }: Rollout,
  payload: JsonObject,
  at: string | null,
  isRetrying: boolean,
): SessionEvent {
  const prose = asString(payload['message']) ?? '';
  const told = errorOfCode(payload['codex_error_info']) ?? providerErrorOf(prose);
  const error = isRetrying ? retriedError(told) : told;
  const resetsAt = () => usage.resetsAt ?? resetInProse(prose, new Date(at ?? Number.NaN));
  const event = troubleEvent(error, prose, resetsAt, isRetrying);
  const model = usage.limitedModel;
  return event.kind === 'limited' && model !== null ? { model, ...event } : event;
}
