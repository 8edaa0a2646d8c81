import type { MessageUsage, SessionEvent } from '../../domain/session-event.ts';
import { geminiCallEvents, type SeenCalls } from './tool-call.ts';
import { geminiHelped, geminiProjectRoot } from './place.ts';
import { asArray, asCount, asObject, asString, asTime, type JsonObject } from '../reading/json-shape.ts';
import { strangeCall } from '../reading/tool-calls.ts';
import { providerTrouble } from '../reading/provider-errors.ts';
import { NOTED, STRANGE, type Entry, type TranscriptFormat } from '../reading/transcript-format.ts';

/**
 * The file that Gemini CLI keeps of a session, `tmp/PROJECT/chats/session-….jsonl`: a header, then messages, each
 * written again as a whole when it changes, and `$set` and `$rewindTo` for changes of the rest. Older versions kept one
 * document with all of its `messages`, which is read as if it were such lines.
 * Source: documents of 0.23 and files of 0.61; docs/adding-a-harness.md says what was found.
 */
export const geminiTranscript: TranscriptFormat = {
  harness: 'gemini',
  expected:
    'an object with `sessionId` and `projectHash`, and in it or after it messages with `id`, `type` and `content`',
  recognises: (object) => isHeader(object) || isAnswer(object),
  beginsDocument: (head) => /^\s*\{/.test(head) && /"projectHash"\s*:/.test(head),
  parts: partsOf,
  begins: (object) => {
    const id = isHeader(object) ? asString(object['sessionId']) : null;
    return id === null ? null : { id, after: null };
  },
  forkOf: (object) => (isGeminiFork(object) ? 'a session of a fork of Gemini CLI' : null),
  open: openSession,
};

function isHeader(object: JsonObject): boolean {
  return asString(object['sessionId']) !== null && asString(object['projectHash']) !== null;
}

/** Where the header cannot be read. */
function isAnswer({ type, id, timestamp, content }: JsonObject): boolean {
  return type === 'gemini' && asString(id) !== null && asTime(timestamp) !== null && content !== undefined;
}

const MESSAGES = new Set(['user', 'gemini', 'info', 'warning', 'error']);

/** Whether a message is a model's answer under the name that a fork of the CLI gave to it. */
function isGeminiFork(message: JsonObject): boolean {
  const type = asString(message['type']);
  if (type === null || MESSAGES.has(type) || asString(message['id']) === null) return false;
  return (
    message['content'] !== undefined && (asObject(message['tokens']) ?? asString(message['model'])) !== null
  );
}

/** A document, and the history that a `$set` replaces, as lines; null for what is one already. */
function partsOf(object: JsonObject): readonly JsonObject[] | null {
  if (isHeader(object)) {
    const { messages, lastUpdated, ...header } = object;
    if (!Array.isArray(messages)) return null;
    return [header, ...messages.map((each) => asObject(each) ?? {}), { $set: { lastUpdated } }];
  }
  const { messages, ...others } = asObject(object['$set']) ?? {};
  if (!Array.isArray(messages)) return null;
  const answers = messages.map(asObject).filter((each) => each !== null && isRecorded(each));
  return [...(answers as JsonObject[]), { $set: others }];
}

/** The rest of a history is told to the model: context, summaries, prompts that stand on lines of their own. */
function isRecorded(message: JsonObject): boolean {
  const hasUse = asObject(message['tokens']) !== null || asArray(message['toolCalls']).length > 0;
  return message['type'] === 'gemini' && hasUse;
}

/** Facts from the lines before: messages come again. */
interface Session {
  readonly file: string;
  model: string | null;
  /** Messages whose words have been told. */
  readonly told: Set<string>;
  readonly calls: SeenCalls;
}

type Read = Pick<Entry, 'events' | 'sign' | 'prompt' | 'at'>;

function openSession(file: string) {
  const calls: SeenCalls = { called: new Set(), answered: new Set() };
  const session: Session = { file, model: null, told: new Set(), calls };
  return (object: JsonObject): Entry => {
    if (isHeader(object)) return readHeader(session, object);
    const set = asObject(object['$set']);
    if (set) return { thread: null, at: asTime(set['lastUpdated']), events: NOTED };
    // Other changes. A rewound turn was done all the same, and the lines before tell it.
    if (Object.keys(object).some((key) => key.startsWith('$'))) return { thread: null, events: NOTED };
    return { thread: null, at: asTime(object['timestamp']), ...readMessage(session, object) };
  };
}

function readHeader(session: Session, header: JsonObject): Entry {
  const thread = asString(header['sessionId']);
  const isSubagent = header['kind'] === 'subagent';
  return {
    thread,
    at: asTime(header['startTime']),
    events: header['messages'] === undefined ? [{ kind: 'started', thread, model: null }] : STRANGE,
    cwd: geminiProjectRoot(session.file),
    ...(isSubagent ? { isSubagent, agent: thread, parent: geminiHelped(session.file) } : {}),
  };
}

function readMessage(session: Session, message: JsonObject): Read {
  const id = asString(message['id']);
  const text = textOf(message['content']);
  if (id === null || text === null) return { events: STRANGE };
  switch (message['type']) {
    case 'user':
      return readPrompt(session, id, message, text);
    case 'gemini':
      return readAnswer(session, id, message, text);
    // Only the screen for a person writes these.
    case 'info':
    case 'warning':
      return { events: NOTED, sign: 'terminal' };
    case 'error':
      return { events: readError(message, text), sign: 'terminal' };
    default:
      return { events: STRANGE };
  }
}

/** The text of a message, which is a string or parts, one or many; null for another shape. */
function textOf(content: unknown): string | null {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return asObject(content) ? textOf([content]) : null;
  return content.map((part) => asString(part) ?? asString(asObject(part)?.['text']) ?? '').join('');
}

/** Commands to the CLI itself, its own words to the model, and the answers of tools, which have no text. */
const NO_PROMPT = /^\s*($|[/?]|<session_context>|<hook_context>|This is the Gemini CLI\. We are setting up)/;

function readPrompt(session: Session, id: string, message: JsonObject, text: string): Read {
  const isImage = asArray(message['content']).some((part) => asObject(part)?.['inlineData'] !== undefined);
  if (session.told.has(id) || (NO_PROMPT.test(text) && !isImage)) return { events: NOTED };
  session.told.add(id);
  return { events: [{ kind: 'prompted' }], prompt: isImage ? `${text}\n[image]` : text };
}

function readAnswer(session: Session, id: string, message: JsonObject, text: string): Read {
  const events: SessionEvent[] = [];
  const model = asString(message['model']);
  if (model !== null && model !== session.model) events.push({ kind: 'started', thread: null, model });
  session.model = model ?? session.model;
  if (text.trim() !== '' && !session.told.has(id)) {
    session.told.add(id);
    events.push({ kind: 'said', text });
  }
  const calls = geminiCallEvents(id, asArray(message['toolCalls']), session.calls);
  events.push(...calls.events, ...(message['toolCalls'] === undefined ? callsInParts(id, message) : []));
  const tokens = readTokens(asObject(message['tokens']), model);
  if (tokens) events.push({ kind: 'used', messageId: id, tokens });
  const times = [asTime(message['timestamp']), calls.at].filter((at) => at !== null);
  return { events: events.length > 0 ? events : NOTED, at: times.toSorted().at(-1) ?? null };
}

/** Calls among the parts of a message, which stint knows beside them only. */
function callsInParts(id: string, message: JsonObject): SessionEvent[] {
  return asArray(message['content']).flatMap((part, index) => {
    const call = asObject(asObject(part)?.['functionCall']);
    return call ? strangeCall(`${id} part ${index}`, asString(call['name']) ?? 'functionCall') : [];
  });
}

/**
 * Its `input` counts what came from the cache, and neither thoughts nor what tools put into a prompt are in the other
 * two. Null where nothing is counted: it writes zeros where the provider reported none.
 */
function readTokens(tokens: JsonObject | null, model: string | null): MessageUsage | null {
  const [input, output] = [asCount(tokens?.['input']), asCount(tokens?.['output'])];
  if (!input && !output) return null;
  const cacheRead = asCount(tokens?.['cached']);
  const fromTools = asCount(tokens?.['tool']) ?? 0;
  return {
    input: input === null ? null : Math.max(0, input - (cacheRead ?? 0)) + fromTools,
    output: output === null ? null : output + (asCount(tokens?.['thoughts']) ?? 0),
    cacheRead,
    cacheWrite: null,
    ...(model === null ? {} : { model }),
  };
}

/** The terminal's errors: the provider's, and what the CLI says of a wrong command. */
function readError(message: JsonObject, text: string): readonly SessionEvent[] {
  const trouble = providerTrouble(text, asTime(message['timestamp']));
  const isOther = trouble.kind === 'erred' && trouble.error === 'other';
  const isAside = /\bmcp\b/i.test(text);
  return isAside || (isOther && !/^\W{0,3}API Error/i.test(text)) ? NOTED : [trouble];
}
