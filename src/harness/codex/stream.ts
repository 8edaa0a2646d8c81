import type { CallPlace, FileEdit, SessionEvent, TokenCounts, WorkKind } from '../../domain/session-event.ts';
import { codexAsk } from './asks.ts';
import { codexAgentEvents } from './background.ts';
import { CODEX_TOOLS } from './tools.ts';
import { providerErrorOf, retriedError, troubleEvent } from '../reading/provider-errors.ts';
import { askedEvent, isAwaitingApproval } from '../reading/asks.ts';
import { deleting, patching } from '../reading/file-edits.ts';
import { calledEvent, commitsIn, fingerprint, keptWords } from '../reading/tool-calls.ts';
import { lookUpTools } from '../reading/tools.ts';
import { STRANGE, type TranscriptFormat } from '../reading/transcript-format.ts';
import {
  asArray,
  asCount,
  asNumber,
  asObject,
  asString,
  parseJsonLine,
  type JsonObject,
  type Reading,
} from '../reading/json-shape.ts';
import { resetInProse } from '../reading/reset-time.ts';

/**
 * `codex exec --json`: one JSON object a line. One run is one turn, after which it exits.
 * Source: the events of codex-rs/exec and recordings of 0.169.
 */
export function parseCodexStream(line: string, at: Date): SessionEvent[] {
  return parseJsonLine(line, (object) => codexEvents(object, { at, isWatched: true }));
}

/** The kept output of `codex exec --json`. It holds no times. */
export const codexStream: TranscriptFormat = {
  harness: 'codex',
  expected: 'objects with `type`, the first of type `thread.started` with `thread_id`',
  recognises: ({ type, thread_id: thread, item }) => {
    const word = asString(type) ?? '';
    if (word === 'thread.started') return asString(thread) !== null;
    return /^item\.(started|updated|completed)$/.test(word) && asObject(item) !== null;
  },
  begins: ({ type, thread_id: thread }) => {
    const id = type === 'thread.started' ? asString(thread) : null;
    return id === null ? null : { id, after: null };
  },
  open: () => (object) => ({
    thread: asString(object['thread_id']),
    events: codexEvents(object, { at: new Date(Number.NaN), isWatched: false }),
    sign: 'program',
  }),
};

/** The events of one object of that stream. */
function codexEvents(object: JsonObject, reading: Reading): SessionEvent[] {
  const type = asString(object['type']);
  const { at } = reading;
  switch (type) {
    case 'thread.started':
      return [{ kind: 'started', thread: asString(object['thread_id']), model: null }];
    case 'turn.started':
      return [{ kind: 'prompted' }];
    case 'turn.completed': {
      const usage = asObject(object['usage']);
      return [codexEnded(false, 'turn.completed', '', usage && codexTokens(usage))];
    }
    case 'turn.failed':
      return parseFailed(object, at);
    case 'error':
      return parseError(object, at);
    case 'item.started':
    case 'item.updated':
    case 'item.completed':
      return parseItem(asObject(object['item']), type === 'item.completed', reading);
    case null:
      return codexAsk(object) ?? [...STRANGE];
    default:
      return codexAsk(object) ?? [{ kind: 'noted' }];
  }
}

/** The sentence is all that there is: no code, no usage. */
function parseFailed(object: JsonObject, at: Date): SessionEvent[] {
  const prose = asString(asObject(object['error'])?.['message']) ?? '';
  const failed = codexEnded(true, 'turn.failed', prose, null);
  if (INTERRUPTED.test(prose)) return [{ kind: 'interrupted' }, failed];
  return [troubleOf(prose || 'turn.failed', false, at), failed];
}

/** Its own word for a turn that was broken off. */
const INTERRUPTED = /^\W*(turn|task|conversation)? ?(was )?(interrupted|aborted)\b/i;

function parseError(object: JsonObject, at: Date): SessionEvent[] {
  const prose = asString(object['message']);
  if (prose === null) return [...STRANGE];
  if (INTERRUPTED.test(prose)) return [{ kind: 'interrupted' }];
  return [troubleOf(prose, /^reconnecting/i.test(prose), at)];
}

/** The event of a turn that is over; Codex tells no costs. */
export function codexEnded(
  isError: boolean,
  subtype: string,
  text: string,
  tokens: TokenCounts | null,
): SessionEvent {
  return { kind: 'ended', isError, subtype, text, costUsd: null, turns: null, tokens };
}

const TOOLS = lookUpTools(CODEX_TOOLS);

function parseItem(item: JsonObject | null, isOver: boolean, reading: Reading): SessionEvent[] {
  const id = asString(item?.['id']);
  const type = asString(item?.['type']);
  if (!item || id === null || type === null) return [...STRANGE];
  switch (type) {
    case 'agent_message':
      return parseMessage(item, isOver);
    case 'error':
      return parseNotice(item, reading.at);
    case 'todo_list':
      return parseTodos(item, id);
    default: {
      const place = TOOLS.placeOf(type);
      // Items of tomorrow are calls, as far as they say that they are in progress.
      return place === 'unknown' && item['status'] === undefined
        ? [{ kind: 'noted' }]
        : [
            ...withPrints(parseCall(item, id, type, place, isOver), item, reading),
            ...codexAgentEvents(item, isOver),
          ];
    }
  }
}

function parseMessage(item: JsonObject, isOver: boolean): SessionEvent[] {
  const text = asString(item['text']);
  if (text === null) return [...STRANGE];
  return [isOver ? { kind: 'said', text } : { kind: 'noted' }];
}

/** Notices of the CLI to its user. Most mean nothing here (an unknown model, a deprecated key, an MCP server). */
function parseNotice(item: JsonObject, at: Date): SessionEvent[] {
  const prose = asString(item['message']);
  if (prose === null) return [...STRANGE];
  return [
    providerErrorOf(prose) === 'other' || /\bmcp\b/i.test(prose)
      ? { kind: 'noted' }
      : troubleOf(prose, true, at),
  ];
}

/** The list is written at once, so supervision does not wait for an answer. */
function parseTodos(item: JsonObject, callId: string): SessionEvent[] {
  if (!Array.isArray(item['items'])) return [...STRANGE];
  const openTodos = item['items'].filter((todo) => asObject(todo)?.['completed'] !== true).length;
  return [
    {
      ...calledEvent(
        { callId, tool: 'todo_list', place: 'inProcess' },
        { command: null, about: 'todo list', openTodos },
      ),
      ...TOOLS.effectOf('todo_list', undefined),
    },
    { kind: 'answered', callId, isError: false },
  ];
}

/** Some calls are told only when they are over; then both halves come at once. */
function parseCall(
  item: JsonObject,
  callId: string,
  tool: string,
  place: CallPlace,
  isOver: boolean,
): SessionEvent[] {
  const command = asString(item['command']);
  const called: SessionEvent = {
    ...calledEvent({ callId, tool, place }, { command, about: subjectOf(item) }),
    ...workOf(item, place),
    ...TOOLS.effectOf(tool, undefined),
    ...servedTool(item),
    ...changedBy(item, tool),
  };
  if (isAwaitingApproval(item['status']))
    return [called, askedEvent({ id: callId, callId, tool, about: command ?? subjectOf(item) })];
  if (!isOver) return [called];
  const answered: SessionEvent = {
    kind: 'answered',
    callId,
    isError: hasFailed(item),
    ...commitsIn(asString(item['aggregated_output']) ?? ''),
  };
  return item['status'] === 'declined' ? [called, answered, { kind: 'denied', tool }] : [called, answered];
}

/** The tool of an MCP server by the name that the model knows it by; words to a helper, which change nothing themselves. */
function servedTool(item: JsonObject): Partial<Extract<SessionEvent, { kind: 'called' }>> {
  const [server, tool] = [asString(item['server']), asString(item['tool'])];
  if (item['type'] === 'collab_tool_call' && tool !== 'spawn_agent') return { isReadOnly: true };
  if (item['type'] !== 'mcp_tool_call' || server === null || tool === null) return {};
  const name = keptWords(`mcp__${server}__${tool}`);
  return { others: [{ name, line: name }] };
}

/** The files that a patch changes: their names, and none of their lines. */
function changedBy(item: JsonObject, tool: string): { readonly edits?: readonly FileEdit[] } {
  if (tool !== 'file_change') return {};
  const changes = asArray(item['changes']).map(asObject);
  return {
    edits: changes.flatMap((change) =>
      change?.['kind'] === 'delete' ? deleting(change['path']) : patching(change?.['path'], []),
    ),
  };
}

/** A turn can be over while a command runs, or while an agent is being started. */
function workOf(item: JsonObject, place: CallPlace): { readonly work?: WorkKind } {
  if (place === 'localProcess') return { work: 'shell' };
  return item['tool'] === 'spawn_agent' ? { work: 'agent' } : {};
}

/** Only for what the stream shows as a whole: of a changed file it shows the name alone. */
function withPrints(events: SessionEvent[], item: JsonObject, { isWatched }: Reading): SessionEvent[] {
  if (!isWatched) return events;
  const { call, answer } = printsOf(item);
  return events.map((event) => {
    if (event.kind === 'called' && call !== null) return { ...event, fingerprint: fingerprint(call) };
    if (event.kind === 'answered' && answer !== null) return { ...event, fingerprint: fingerprint(answer) };
    return event;
  });
}

function printsOf(item: JsonObject): { call: unknown[] | null; answer: unknown[] | null } {
  switch (item['type']) {
    case 'command_execution': {
      const [command, output] = [asString(item['command']), asString(item['aggregated_output'])];
      return {
        call: command === null ? null : [command],
        answer: output === null ? null : [output, item['exit_code']],
      };
    }
    case 'mcp_tool_call': {
      const [input, answer] = [asObject(item['arguments']), item['result'] ?? item['error'] ?? null];
      return {
        call: input && [item['server'], item['tool'], input],
        answer: answer === null ? null : [answer],
      };
    }
    default:
      return { call: null, answer: null };
  }
}

/** Null where it is a command, or says none. */
function subjectOf(item: JsonObject): string | null {
  const server = asString(item['server']);
  const tool = asString(item['tool']);
  const paths = asArray(item['changes']).flatMap((change) => asString(asObject(change)?.['path']) ?? []);
  return (
    asString(item['query']) ??
    (server !== null && tool !== null ? `${server}.${tool}` : tool) ??
    (paths.length > 0 ? paths.join(', ') : null)
  );
}

function hasFailed(item: JsonObject): boolean {
  const isUndone = item['status'] === 'failed' || item['status'] === 'declined';
  return isUndone || (asNumber(item['exit_code']) ?? 0) !== 0;
}

function troubleOf(prose: string, isRetrying: boolean, at: Date): SessionEvent {
  const error = providerErrorOf(prose);
  const kind = isRetrying ? retriedError(error) : error;
  return troubleEvent(kind, prose, () => resetInProse(prose, at), isRetrying);
}

/**
 * Token counts as Codex writes them; in its stream, the totals of the whole thread so far. Its input counts what was
 * read from and written to the cache; here, as everywhere, these are apart.
 */
export function codexTokens(usage: JsonObject): TokenCounts {
  const input = asCount(usage['input_tokens']);
  const cacheRead = asCount(usage['cached_input_tokens']);
  const cacheWrite = asCount(usage['cache_write_input_tokens']);
  return {
    input: input === null ? null : Math.max(0, input - (cacheRead ?? 0) - (cacheWrite ?? 0)),
    output: asCount(usage['output_tokens']),
    cacheRead,
    cacheWrite,
  };
}
