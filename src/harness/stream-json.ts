import { fingerprint } from './fingerprint.ts';
import type { CallPlace, ProviderError, SessionEvent, TokenCounts } from '../domain/session-event.ts';
import { errorOf, limitInProse } from './claude-errors.ts';
import { firstWords } from '../lib/plain-text.ts';
import { commitsIn, textOfAnswer } from './printed-commits.ts';
import { asArray, asNumber, asObject, asString, parseJsonLine, type JsonObject } from './json-shape.ts';

/** As much of the CLI's own words as records keep. */
const LONGEST_PROSE = 300;

/**
 * Claude Code's `--output-format stream-json`: one JSON object a line.
 * Source: the types of @anthropic-ai/claude-agent-sdk and recordings of 2.1.
 */
export function parseStreamJson(line: string): SessionEvent[] {
  return parseJsonLine(line, parseMessage);
}

function parseMessage(object: JsonObject): SessionEvent[] {
  switch (asString(object['type']) ?? '') {
    case 'system':
      return parseSystem(object);
    case 'assistant':
      return parseAssistant(object);
    case 'user':
      return parseUser(object);
    case 'result':
      return [...parseDenials(object), ...withErrors(parseResult(object), object)];
    case 'rate_limit_event':
      return parseRateLimit(object);
    default:
      return [
        asString(object['type']) === null ? { kind: 'unreadable', reason: 'format' } : { kind: 'noted' },
      ];
  }
}

function parseSystem(object: JsonObject): SessionEvent[] {
  switch (asString(object['subtype']) ?? '') {
    case 'init':
      return [
        { kind: 'started', thread: asString(object['session_id']), model: asString(object['model']) },
        { kind: 'prompted' },
      ];
    case 'api_retry':
      return [
        {
          kind: 'erred',
          error: errorOf(asNumber(object['error_status']), asString(object['error']) ?? ''),
          message: asString(object['error']) ?? `HTTP ${asNumber(object['error_status']) ?? '?'}`,
          isRetrying: true,
        },
      ];
    case 'compact_boundary':
      return [{ kind: 'compacted' }];
    default:
      return [{ kind: 'noted' }];
  }
}

function parseAssistant(object: JsonObject): SessionEvent[] {
  const message = asObject(object['message']);
  if (!message || !isContent(message['content'])) return [{ kind: 'unreadable', reason: 'format' }];
  const blocks = asArray(message['content']).map(asObject);
  // `<synthetic>` lines are written by the CLI itself: no model answered.
  if (asString(message['model']) === '<synthetic>' || object['isApiErrorMessage'] === true) {
    const text = blocks.map((block) => asString(block?.['text']) ?? '').join('\n');
    return [troubleOf(errorOf(null, text), text)];
  }
  const isSubagent = asString(object['parent_tool_use_id']) !== null;
  const events: SessionEvent[] = [];
  const usage = readTokens(asObject(message['usage']));
  const id = asString(message['id']);
  if (usage && id) events.push({ kind: 'used', messageId: id, tokens: usage });
  for (const block of blocks) {
    const type = asString(block?.['type']);
    if (type === 'tool_use') events.push(parseCall(block ?? {}, isSubagent));
    else if (type === 'text') events.push({ kind: 'said', text: asString(block?.['text']) ?? '' });
    else if (type === 'thinking') events.push({ kind: 'noted' });
  }
  if (isSubagent) events.push({ kind: 'delegated', callId: asString(object['parent_tool_use_id']) ?? '' });
  return events.length > 0 ? events : [{ kind: 'noted' }];
}

/** Blocks that name their type; anything else is a format that nobody here knows. */
function isContent(content: unknown): boolean {
  return Array.isArray(content) && content.every((block) => asString(asObject(block)?.['type']) !== null);
}

const PLACES: Readonly<Record<string, CallPlace>> = {
  Bash: 'localProcess',
  BashOutput: 'inProcess',
  KillShell: 'inProcess',
  Read: 'inProcess',
  Edit: 'inProcess',
  MultiEdit: 'inProcess',
  Write: 'inProcess',
  NotebookEdit: 'inProcess',
  Glob: 'inProcess',
  Grep: 'inProcess',
  LS: 'inProcess',
  TodoWrite: 'inProcess',
  ToolSearch: 'inProcess',
  Skill: 'inProcess',
  WebFetch: 'remote',
  WebSearch: 'remote',
  Task: 'subagent',
  Agent: 'subagent',
  AskUserQuestion: 'human',
  ExitPlanMode: 'human',
};

function parseCall(block: JsonObject, isSubagent: boolean): SessionEvent {
  const tool = asString(block['name']) ?? 'unknown';
  const input = asObject(block['input']);
  const place = Object.hasOwn(PLACES, tool) ? PLACES[tool] : tool.startsWith('mcp__') ? 'remote' : 'unknown';
  const summary =
    asString(input?.['command']) ??
    asString(input?.['file_path']) ??
    asString(input?.['description']) ??
    asString(input?.['url']) ??
    tool;
  return {
    kind: 'called',
    callId: asString(block['id']) ?? '',
    tool,
    place: place ?? 'unknown',
    summary: firstWords(summary, LONGEST_PROSE),
    // A subagent keeps a list of its own.
    openTodos: tool === 'TodoWrite' && !isSubagent ? countOpenTodos(input) : null,
    fingerprint: fingerprint([tool, input]),
  };
}

function countOpenTodos(input: JsonObject | null): number {
  return asArray(input?.['todos']).filter((todo) => asString(asObject(todo)?.['status']) !== 'completed')
    .length;
}

function parseUser(object: JsonObject): SessionEvent[] {
  const message = asObject(object['message']);
  const content = message?.['content'];
  if (asString(content) === null && !isContent(content)) return [{ kind: 'unreadable', reason: 'format' }];
  const answers = asArray(content)
    .map(asObject)
    .filter((block): block is JsonObject => asString(block?.['type']) === 'tool_result');
  if (answers.length === 0) {
    const callId = asString(object['parent_tool_use_id']);
    // The prompt of a subagent is no new turn of the session.
    return [callId === null ? { kind: 'prompted' } : { kind: 'delegated', callId }];
  }
  return answers.map((block) => ({
    kind: 'answered',
    callId: asString(block['tool_use_id']) ?? '',
    isError: block['is_error'] === true,
    fingerprint: fingerprint(block['content']),
    ...commitsIn(textOfAnswer(block['content'])),
  }));
}

function parseRateLimit(object: JsonObject): SessionEvent[] {
  const info = asObject(object['rate_limit_info']);
  if (!info) return [{ kind: 'unreadable', reason: 'format' }];
  // A warning, or a rejection that paid overage covers, stops nothing.
  if (asString(info['status']) !== 'rejected' || info['isUsingOverage'] === true) return [{ kind: 'noted' }];
  const seconds = asNumber(info['resetsAt']);
  const kind = asString(info['rateLimitType']) ?? 'usage';
  return [{ kind: 'limited', resetsAt: isoFromSeconds(seconds), detail: `${kind} limit` }];
}

/** Epoch seconds to ISO 8601; null for what is no date. */
function isoFromSeconds(seconds: number | null): string | null {
  if (seconds === null || seconds <= 0 || seconds > 8.64e12) return null;
  return new Date(seconds * 1000).toISOString();
}

function parseResult(object: JsonObject): Extract<SessionEvent, { kind: 'ended' }> {
  return {
    kind: 'ended',
    isError: object['is_error'] === true || (asString(object['subtype']) ?? '').startsWith('error'),
    subtype: asString(object['subtype']) ?? 'unknown',
    text: asString(object['result']) ?? '',
    costUsd: asNumber(object['total_cost_usd']),
    turns: asNumber(object['num_turns']),
    tokens: readTokens(asObject(object['usage'])),
  };
}

/** What would have asked a person; Claude Code lists it in its result. */
function parseDenials(object: JsonObject): SessionEvent[] {
  return asArray(object['permission_denials']).map((denial) => ({
    kind: 'denied',
    tool: asString(asObject(denial)?.['tool_name']) ?? 'unknown',
  }));
}

/** A result that is an error may carry a limit or a refused login in its own prose (never in a tool's). */
function withErrors(ended: Extract<SessionEvent, { kind: 'ended' }>, object: JsonObject): SessionEvent[] {
  if (!ended.isError) return [ended];
  const error = errorOf(asNumber(object['api_error_status']), ended.text);
  return error === 'other' ? [ended] : [troubleOf(error, ended.text), ended];
}

/** Trouble in the CLI's own words. A usage limit is more than an error: it lasts. */
function troubleOf(error: ProviderError, prose: string): SessionEvent {
  const words = firstWords(prose, LONGEST_PROSE);
  if (error === 'limit') return { kind: 'limited', resetsAt: limitInProse(prose), detail: words };
  return { kind: 'erred', error, message: words, isRetrying: false };
}

function readTokens(usage: JsonObject | null): TokenCounts | null {
  if (!usage) return null;
  return {
    input: asNumber(usage['input_tokens']),
    output: asNumber(usage['output_tokens']),
    cacheRead: asNumber(usage['cache_read_input_tokens']),
    cacheWrite: asNumber(usage['cache_creation_input_tokens']),
  };
}
