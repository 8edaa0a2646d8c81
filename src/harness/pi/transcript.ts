import path from 'node:path';
import type { MessageUsage, SessionEvent } from '../../domain/session-event.ts';
import {
  asAmount,
  asArray,
  asCount,
  asEpochTime,
  asNumber,
  asObject,
  asString,
  asTime,
  type JsonObject,
} from '../reading/json-shape.ts';
import { textOfPrompt } from '../reading/prompt-words.ts';
import { calledEvent, commitsIn, isBlocks, strangeCall, textOfAnswer } from '../reading/tool-calls.ts';
import { lookUpTools } from '../reading/tools.ts';
import { editsOfAnswer, editsOfCall } from './edits.ts';
import { PI_TOOLS } from './tools.ts';
import { providerTrouble } from '../reading/provider-errors.ts';
import { NOTED, STRANGE, type Entry, type TranscriptFormat } from '../reading/transcript-format.ts';

/**
 * The file that pi keeps of a session, `sessions/--FOLDER--/TIME_SESSION.jsonl`: a header, and then a tree of entries
 * in the order in which they were written. Its stream (`--mode json`), where that was kept, begins with the same header
 * and tells each message again when it is whole.
 * Source: files of 2025 (without ids) and of 0.73; docs/adding-a-harness.md says what was found.
 */
export const piTranscript: TranscriptFormat = {
  harness: 'pi',
  expected: 'a first object of type `session` with `id` and `timestamp`, then objects of type `message`',
  recognises: ({ type, id, timestamp, sessionId }) =>
    type === 'session' && asString(id) !== null && asTime(timestamp) !== null && sessionId === undefined,
  begins: ({ type, id }) => {
    const thread = type === 'session' ? asString(id) : null;
    return thread === null ? null : { id: thread, after: null };
  },
  open: openSession,
};

/** Facts from the lines before. */
interface Session {
  thread: string | null;
  model: string | null;
  /** When a fork began: older lines were copied. Empty for a session that is not a fork. */
  forkedAt: string;
  answers: number;
  /** Of its own messages; null once one of them had no price. */
  costUsd: number | null;
  /** The files of calls that edit one and were not answered yet, by the call. */
  readonly edited: Map<string, string>;
}

type Read = Pick<Entry, 'events' | 'sign' | 'prompt' | 'costUsd' | 'isOwnCost'>;

function openSession() {
  const session: Session = {
    thread: null,
    model: null,
    forkedAt: '',
    answers: 0,
    costUsd: 0,
    edited: new Map(),
  };
  return (object: JsonObject): Entry => {
    if (object['type'] === 'session') return readHeader(session, object);
    const message = asObject(object['message']);
    const at = asTime(object['timestamp']) ?? asEpochTime(message?.['timestamp'], 1);
    if (at !== null && at < session.forkedAt) return { thread: session.thread, events: NOTED };
    return { thread: session.thread, at, ...readEntry(session, object, message, at) };
  };
}

function readHeader(session: Session, header: JsonObject): Entry {
  const id = asString(header['id']);
  const at = asTime(header['timestamp']);
  if (id === null) return { thread: session.thread, at, events: STRANGE };
  session.thread = id;
  const parentFile = asString(header['parentSession']) ?? asString(header['branchedFrom']);
  session.forkedAt = parentFile === null ? '' : (at ?? '');
  return {
    thread: id,
    at,
    events: [{ kind: 'started', thread: id, model: asString(header['modelId']) }],
    cwd: asString(header['cwd']) || null,
    parent: parentFile === null ? null : threadOfFile(parentFile),
  };
}

/** `TIME_SESSION.jsonl`. A path of whatever machine it was written on. */
function threadOfFile(file: string): string | null {
  const name = path.win32.basename(file, '.jsonl');
  return name.slice(name.lastIndexOf('_') + 1) || null;
}

/** Lines of its stream that tell parts of a message, or tell it again. */
const RETOLD = new Set(['message_start', 'message_update', 'turn_end']);

function readEntry(
  session: Session,
  object: JsonObject,
  message: JsonObject | null,
  at: string | null,
): Read {
  switch (object['type']) {
    case 'message':
    case 'message_end':
      return message === null ? { events: STRANGE } : readMessage(session, object, message, at);
    case 'compaction':
      return { events: [{ kind: 'compacted' }] };
    case 'model_change':
      return { events: startedWith(session, asString(object['modelId'])) };
    case 'agent_start':
      return { events: NOTED, sign: 'program' };
    default: {
      const isStrange = message?.['role'] !== undefined && !RETOLD.has(asString(object['type']) ?? '');
      return { events: isStrange ? STRANGE : NOTED };
    }
  }
}

/** Messages that are neither from the model nor to it: those of extensions, summaries. */
const ASIDE = new Set(['custom', 'hookMessage', 'branchSummary', 'compactionSummary']);

function readMessage(session: Session, object: JsonObject, message: JsonObject, at: string | null): Read {
  const role = asString(message['role']) ?? '';
  // A person ran this command, whatever its output.
  if (role === 'bashExecution') return { events: NOTED, sign: 'commanded' };
  if (ASIDE.has(role)) return { events: NOTED };
  const content = message['content'];
  if (typeof content !== 'string' && !isBlocks(content)) return { events: STRANGE };
  switch (role) {
    case 'user':
      return { events: [{ kind: 'prompted' }], prompt: textOfPrompt(content) };
    case 'assistant':
      return readAnswer(session, object, message, at);
    case 'toolResult':
      return { events: readResult(session, message) };
    default:
      return { events: STRANGE };
  }
}

function readAnswer(session: Session, object: JsonObject, message: JsonObject, at: string | null): Read {
  session.answers++;
  const model = asString(message['model']);
  const stopReason = asString(message['stopReason']);
  const isWhole = stopReason !== 'aborted' && stopReason !== 'error';
  const events = startedWith(session, model).filter(({ kind }) => kind !== 'noted');
  for (const block of asArray(message['content']).map(asObject)) {
    const text = block?.['type'] === 'text' ? asString(block['text']) : null;
    if (text !== null && text !== '') events.push({ kind: 'said', text });
    // The calls of half a message are never made.
    else if (block?.['type'] === 'toolCall' && isWhole) events.push(readCall(session, block));
    else if (block !== null && isWhole) events.push(...readStrange(block));
  }
  const tokens = readTokens(asObject(message['usage']), model);
  if (tokens !== null) {
    session.costUsd = addCost(session.costUsd, message);
    const messageId = nameOf(object, message) ?? `answer ${session.answers}`;
    events.push({ kind: 'used', messageId, tokens });
  }
  if (stopReason === 'error') events.push(providerTrouble(asString(message['errorMessage']) ?? '', at));
  if (stopReason === 'aborted') events.push({ kind: 'interrupted' });
  return {
    events: events.length > 0 ? events : NOTED,
    ...(tokens === null ? {} : { costUsd: session.costUsd, isOwnCost: true }),
    sign: stopReason === 'aborted' ? 'interrupted' : null,
  };
}

const SPEECH = new Set(['text', 'thinking', 'image', 'toolCall']);

/** A block of another kind can be a call in a new shape. */
function readStrange(block: JsonObject): SessionEvent[] {
  const type = asString(block['type']) ?? '';
  return SPEECH.has(type)
    ? []
    : strangeCall(asString(block['id']) ?? `block ${type}`, asString(block['name']) ?? type);
}

/** The same in a file and in a stream; ids of entries stand in files alone, and of 2025 in none. */
function nameOf(object: JsonObject, message: JsonObject): string | null {
  const madeAt = asNumber(message['timestamp']);
  if (madeAt === null) return asString(object['id']);
  return `${asString(message['responseId']) ?? 'answer'} ${madeAt}`;
}

function startedWith(session: Session, model: string | null): readonly SessionEvent[] {
  if (model === null || model === session.model) return NOTED;
  session.model = model;
  return [{ kind: 'started', thread: null, model }];
}

/** Null where nothing is counted: pi writes zeros where the provider reported none. */
function readTokens(usage: JsonObject | null, model: string | null): MessageUsage | null {
  const tokens = {
    input: asCount(usage?.['input']),
    output: asCount(usage?.['output']),
    cacheRead: asCount(usage?.['cacheRead']),
    cacheWrite: asCount(usage?.['cacheWrite']),
  };
  if (Object.values(tokens).every((count) => !count)) return null;
  return { ...tokens, ...(model === null ? {} : { model }) };
}

/** pi does not know the price of a model whose message cost nothing. */
function addCost(before: number | null, message: JsonObject): number | null {
  const cost = asAmount(asObject(asObject(message['usage'])?.['cost'])?.['total']);
  return before === null || cost === null || cost <= 0 ? null : before + cost;
}

const TOOLS = lookUpTools(PI_TOOLS);

function readCall(session: Session, block: JsonObject): SessionEvent {
  const tool = asString(block['name']) ?? 'unknown';
  const input = asObject(block['arguments']);
  const callId = asString(block['id']) ?? '';
  const edits = editsOfCall(tool, input);
  if (edits?.[0]) session.edited.set(callId, edits[0].path);
  return {
    ...calledEvent(
      { callId, tool, place: TOOLS.placeOf(tool) },
      { command: asString(input?.['command']), about: asString(input?.['path']) },
    ),
    ...(edits ? { edits } : {}),
    ...TOOLS.effectOf(tool, input),
  };
}

function readResult({ edited }: Session, message: JsonObject): readonly SessionEvent[] {
  const callId = asString(message['toolCallId']);
  if (callId === null) return STRANGE;
  const isError = message['isError'] === true;
  const edits = editsOfAnswer(edited.get(callId), asObject(message['details']));
  edited.delete(callId);
  return [{ kind: 'answered', callId, isError, ...commitsIn(textOfAnswer(message['content'])), ...edits }];
}
