import type { MessageUsage, ProviderError, SessionEvent, TokenCounts } from '../../domain/session-event.ts';
import { addUp } from '../../domain/token-counts.ts';
import { claudeTaskEvents, launchOf, newsOfTask } from './background.ts';
import { parseCall, parseStrangeBlock } from './calls.ts';
import { editsOfAnswer } from './edits.ts';
import { claudeAsk } from './asks.ts';
import { tasksIn } from './tasks.ts';
import { errorOfWord } from './errors.ts';
import { PLAN_MODE } from './tools.ts';
import { resetInField, resetInProse } from '../reading/reset-time.ts';
import { providerErrorOf, retriedError, troubleEvent } from '../reading/provider-errors.ts';
import { commitsIn, fingerprint, isBlocks, keptWords, textOfAnswer } from '../reading/tool-calls.ts';
import {
  asAmount,
  asArray,
  asCount,
  asNumber,
  asObject,
  asString,
  asToken,
  parseJsonLine,
  type JsonObject,
  type Reading,
} from '../reading/json-shape.ts';

/**
 * Claude Code's `--output-format stream-json`: one JSON object a line.
 * Source: the types of @anthropic-ai/claude-agent-sdk and recordings of 2.1.
 */
export function parseStreamJson(line: string, at: Date): SessionEvent[] {
  return parseJsonLine(line, (object) => claudeEvents(object, { at, isWatched: true }));
}

interface ClaudeReading extends Reading {
  /** It is a helper's, whatever else the message says. */
  readonly isSubagent?: boolean;
}

/** The events of one message. The CLI's own files hold the same messages as its stream. */
export function claudeEvents(object: JsonObject, reading: ClaudeReading): SessionEvent[] {
  switch (asString(object['type']) ?? '') {
    case 'system':
      return parseSystem(object);
    case 'assistant':
      return parseAssistant(object, reading);
    case 'user':
      return parseUser(object, reading);
    case 'result':
      return parseResult(object, reading);
    case 'rate_limit_event':
      return parseRateLimit(object);
    default: {
      const isFormat = asString(object['type']) !== null;
      return claudeAsk(object) ?? [isFormat ? { kind: 'noted' } : { kind: 'unreadable', reason: 'format' }];
    }
  }
}

function parseSystem(object: JsonObject): SessionEvent[] {
  switch (asString(object['subtype']) ?? '') {
    case 'init':
      return [
        { kind: 'started', thread: asString(object['session_id']), model: asString(object['model']) },
        promptedEvent(object),
      ];
    case 'api_retry':
      return [failedTry(asNumber(object['error_status']), asString(object['error']))];
    case 'api_error':
      return parseApiError(object);
    case 'compact_boundary':
      return [{ kind: 'compacted' }];
    default:
      return claudeTaskEvents(object) ?? claudeAsk(object) ?? [{ kind: 'noted' }];
  }
}

/** A try that failed, as the CLI's own files tell it; the last one is told as a message. */
function parseApiError(object: JsonObject): SessionEvent[] {
  const error = asObject(object['error']);
  const words = asString(asObject(asObject(error?.['error'])?.['error'])?.['message']);
  return [failedTry(asNumber(error?.['status']), words ?? asString(error?.['message']))];
}

function failedTry(status: number | null, words: string | null): SessionEvent {
  const message = keptWords(words ?? `HTTP ${status ?? '?'}`);
  const error = retriedError(providerErrorOf(words ?? '', status));
  // The CLI says itself when it gives up: until then, a limit does not last.
  return { kind: 'erred', error: error === 'limit' ? 'overload' : error, message, isRetrying: true };
}

function parseAssistant(object: JsonObject, reading: ClaudeReading): SessionEvent[] {
  const message = asObject(object['message']);
  if (!message || !isBlocks(message['content'])) return [{ kind: 'unreadable', reason: 'format' }];
  const blocks = asArray(message['content']).map(asObject);
  const helped = asString(object['parent_tool_use_id']);
  const isSubagent = reading.isSubagent === true || helped !== null;
  if (isOwnLine(object, message)) {
    // A limit that stops a helper does not stop the session: the CLI says so itself when the session stops.
    if (isSubagent) return [{ kind: 'delegated', callId: helped ?? '' }];
    return parseOwnLine(object, blocks.map((block) => asString(block?.['text']) ?? '').join('\n'), reading);
  }
  const events: SessionEvent[] = [];
  const used = parseUsage(object, message, isSubagent);
  if (used) events.push(used);
  for (const block of blocks) {
    const type = asString(block?.['type']);
    if (type === 'tool_use') events.push(parseCall(block ?? {}, isSubagent, reading.isWatched));
    else if (type === 'text')
      events.push({
        kind: 'said',
        text: asString(block?.['text']) ?? '',
        ...(isSubagent ? { isSubagent } : {}),
      });
    else events.push(...parseStrangeBlock(block ?? {}, isSubagent));
  }
  if (isSubagent) events.push({ kind: 'delegated', callId: helped ?? '' });
  return events.length > 0 ? events : [{ kind: 'noted' }];
}

/** The CLI itself wrote it: no model answered. */
function isOwnLine(object: JsonObject, message: JsonObject): boolean {
  const model = asString(message['model']);
  return (
    model === '<synthetic>' || object['isApiErrorMessage'] === true || (model === null && isNamed(object))
  );
}

/** The CLI names the error beside its message, in its stream and in its files. */
function isNamed(object: JsonObject): boolean {
  return asString(object['error']) !== null;
}

/**
 * The marks of the line make it an error, whatever its words. Older versions set none in their stream, so there the
 * words have to be those of an error: the CLI also notes in such lines that nothing was asked.
 */
function parseOwnLine(object: JsonObject, text: string, reading: ClaudeReading): SessionEvent[] {
  // The provider did not refuse an answer that was broken off, however the CLI marks its note of it.
  if (ABORTED.test(text)) return [{ kind: 'interrupted' }];
  if (NOTHING_ASKED.test(text)) return [{ kind: 'noted' }];
  const error = errorOfWord(asString(object['error']), text);
  const isMarked = object['isApiErrorMessage'] === true || isNamed(object);
  const isError = isMarked || error !== 'other' || /^\W{0,3}API Error\b/i.test(text);
  return [isError ? troubleOf(error, text, reading) : { kind: 'noted' }];
}

const ABORTED = /^\W{0,3}(?:API Error\W{1,3})?Request (?:was )?(?:aborted|cancell?ed)\b/i;
const NOTHING_ASKED = /^\W{0,3}No response requested\b/i;

/** A message comes in several lines, one a block, each with the usage of the whole: one name for all of them. */
function parseUsage(object: JsonObject, message: JsonObject, isSubagent: boolean): SessionEvent | null {
  const usage = asObject(message['usage']);
  const tokens = readTokens(usage);
  const id = asString(message['id']);
  if (!usage || !tokens || id === null) return null;
  const model = asString(message['model']);
  const request = asString(object['requestId']);
  const who = { ...(model === null ? {} : { model }), ...(isSubagent ? { isSubagent } : {}) };
  // Some gateways give several messages one id; their requests are told apart.
  return {
    kind: 'used',
    messageId: request === null ? id : `${id} ${request}`,
    tokens: { ...tokens, ...who, ...priceFacts(usage, tokens.cacheWrite) },
  };
}

type PriceFacts = Pick<MessageUsage, 'serviceTier' | 'cacheWrite5m' | 'cacheWrite1h'>;

/** The facts beside the counts that a price depends on. Parts are left out where they exceed their whole. */
function priceFacts(usage: JsonObject, cacheWrite: number | null): PriceFacts {
  const serviceTier = asToken(usage['service_tier']);
  const parts = asObject(usage['cache_creation']);
  const cacheWrite5m = asCount(parts?.['ephemeral_5m_input_tokens']);
  const cacheWrite1h = asCount(parts?.['ephemeral_1h_input_tokens']);
  const areParts =
    cacheWrite !== null &&
    cacheWrite5m !== null &&
    cacheWrite1h !== null &&
    cacheWrite5m + cacheWrite1h <= cacheWrite;
  return {
    ...(serviceTier === null ? {} : { serviceTier }),
    ...(areParts ? { cacheWrite5m, cacheWrite1h } : {}),
  };
}

function parseUser(object: JsonObject, { isWatched, isSubagent: isHelper }: ClaudeReading): SessionEvent[] {
  const message = asObject(object['message']);
  const content = message?.['content'];
  if (asString(content) === null && !isBlocks(content)) return [{ kind: 'unreadable', reason: 'format' }];
  const blocks = asArray(content).map(asObject);
  const answers = blocks.filter((block): block is JsonObject => asString(block?.['type']) === 'tool_result');
  const helped = asString(object['parent_tool_use_id']);
  const isSubagent = isHelper === true || helped !== null;
  if (answers.length === 0) {
    if (isInterruption(asString(content) ?? asString(blocks[0]?.['text']))) return [{ kind: 'interrupted' }];
    // The prompt of a subagent is no new turn of the session.
    if (isSubagent) return [{ kind: 'delegated', callId: helped ?? '' }];
    const news = newsOfTask(asString(content) ?? textOfAnswer(content));
    return news ? [news, promptedEvent(object)] : [promptedEvent(object)];
  }
  // The structure of an answer stands beside the message, so that it is that of its only answer.
  const structure = answers.length === 1 ? (object['tool_use_result'] ?? object['toolUseResult']) : null;
  return answers.map((block) => {
    const text = textOfAnswer(block['content']);
    return {
      kind: 'answered',
      callId: asString(block['tool_use_id']) ?? '',
      isError: block['is_error'] === true,
      ...(isWatched ? { fingerprint: fingerprint(block['content']) } : {}),
      ...tasksIn(text, structure),
      ...commitsIn(text),
      ...editsOfAnswer(asObject(structure)),
      ...launchOf(asObject(structure), text),
      ...(isSubagent ? { isSubagent } : {}),
    };
  });
}

/** The CLI's own words in the name of the user. */
export function isInterruption(words: string | null): boolean {
  return words?.startsWith('[Request interrupted by user') ?? false;
}

function parseRateLimit(object: JsonObject): SessionEvent[] {
  const info = asObject(object['rate_limit_info']);
  if (!info) return [{ kind: 'unreadable', reason: 'format' }];
  // A warning, or a rejection that paid overage covers, stops nothing.
  if (asString(info['status']) !== 'rejected' || info['isUsingOverage'] === true) return [{ kind: 'noted' }];
  const kind = asString(info['rateLimitType']) ?? 'usage';
  const model = scopeOf(kind);
  return [
    {
      kind: 'limited',
      resetsAt: resetInField(info['resetsAt']),
      detail: `${kind} limit`,
      ...(model === undefined ? {} : { model }),
    },
  ];
}

/** `seven_day_opus` is the limit of one model, `five_hour` that of the account; of other words the CLI's prose may tell. */
function scopeOf(kind: string): string | null | undefined {
  const family = /_(opus|sonnet|haiku)$/.exec(kind)?.[1];
  return family ?? (/^(?:five_hour|seven_day|overage)$/.test(kind) ? null : undefined);
}

/** The session's own bounds: an end that the CLI was asked for. */
const OWN_BOUND = /^error_max_/;

/** An error is told in the CLI's own prose (never in a tool's), and stands where an answer should stand. */
function parseResult(object: JsonObject, reading: ClaudeReading): SessionEvent[] {
  const subtype = asString(object['subtype']) ?? 'unknown';
  const isError = object['is_error'] === true || subtype.startsWith('error');
  const text = asString(object['result']) ?? '';
  const all = claudeModelTokens(object['modelUsage']);
  const [told] = asArray(object['errors']).map(asString);
  const words = text || told || `a result that is an error (${subtype})`;
  const trouble =
    isError && !OWN_BOUND.test(subtype)
      ? [troubleOf(providerErrorOf(words, asNumber(object['api_error_status'])), words, reading)]
      : [];
  return [
    ...parseDenials(object),
    ...trouble,
    {
      kind: 'ended',
      isError,
      subtype,
      text,
      costUsd: asAmount(object['total_cost_usd']),
      turns: asCount(object['num_turns']),
      // Its `usage` is that of the last turn alone, and without helpers.
      ...(all ? { tokens: all } : { tokens: readTokens(asObject(object['usage'])), isOneTurn: true }),
    },
  ];
}

/** Calls that would have asked a person; Claude Code lists them in its result. */
function parseDenials(object: JsonObject): SessionEvent[] {
  return asArray(object['permission_denials']).flatMap((denial) =>
    deniedEvents(asString(asObject(denial)?.['tool_name']) ?? 'unknown'),
  );
}

/** The refusal of a call, which a session in plan mode meets at its own end. It can do all its work without that mode. */
export function deniedEvents(tool: string): SessionEvent[] {
  if (PLAN_MODE.start.has(tool)) return [];
  return [{ kind: 'denied', tool, ...(PLAN_MODE.end.has(tool) ? { isPlanEnd: true } : {}) }];
}

/** A turn begins, in the mode that the line names. */
function promptedEvent(object: JsonObject): SessionEvent {
  const mode = asString(object['permissionMode']);
  return { kind: 'prompted', ...(mode === null ? {} : { isPlanMode: mode === 'plan' }) };
}

function troubleOf(error: ProviderError, prose: string, { at }: ClaudeReading): SessionEvent {
  return troubleEvent(error, prose, () => resetInProse(prose, at));
}

function readTokens(usage: JsonObject | null): TokenCounts | null {
  if (!usage) return null;
  return {
    input: asCount(usage['input_tokens']),
    output: asCount(usage['output_tokens']),
    cacheRead: asCount(usage['cache_read_input_tokens']),
    cacheWrite: asCount(usage['cache_creation_input_tokens']),
  };
}

/** The use of all models so far, from `modelUsage`: the whole conversation, helpers included. */
export function claudeModelTokens(modelUsage: unknown): TokenCounts | null {
  const models = Object.values(asObject(modelUsage) ?? {})
    .map(asObject)
    .filter((each) => each !== null);
  if (models.length === 0) return null;
  return addUp(
    models.map((model) => ({
      input: asCount(model['inputTokens']),
      output: asCount(model['outputTokens']),
      cacheRead: asCount(model['cacheReadInputTokens']),
      cacheWrite: asCount(model['cacheCreationInputTokens']),
    })),
  );
}
