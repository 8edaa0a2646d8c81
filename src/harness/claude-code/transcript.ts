import type { SessionEvent } from '../../domain/session-event.ts';
import { asAmount, asArray, asObject, asString, asTime, type JsonObject } from '../reading/json-shape.ts';
import { textOfPrompt } from '../reading/prompt-words.ts';
import { newsOfTask } from './background.ts';
import { isClaudeLine } from './own-lines.ts';
import { commandIn, isLocalAside, isLocalOutput } from './commands.ts';
import { claudeEvents, claudeModelTokens, deniedEvents, isInterruption } from './stream.ts';
import { NOTED, STRANGE, type Entry, type TranscriptFormat } from '../reading/transcript-format.ts';

/**
 * The file that Claude Code keeps of a session, `projects/…/SESSION.jsonl`, and its stream, where that was kept: the
 * same messages, with `sessionId` in the one and `session_id` in the other.
 * Source: files of 2.0, 2.1 and 2.1.330; docs/adding-a-harness.md says what was found.
 */
export const claudeTranscript: TranscriptFormat = {
  harness: 'claude-code',
  expected:
    'objects with `type`, `sessionId`, `uuid`, `isSidechain` and `version` (or a stream with `session_id`), messages with `message.content`',
  recognises: isClaudeLine,
  chain: (object) => {
    const thread = asString(object['sessionId']) ?? asString(object['session_id']);
    const from = asString(object['parentUuid']) ?? asString(object['logicalParentUuid']);
    return thread === null ? null : { thread, line: asString(object['uuid']), from };
  },
  open: () => {
    const tools: Tools = new Map();
    return (object) => readClaude(object, tools);
  },
};

/** The tools of calls that were not answered yet, by the call. */
type Tools = Map<string, string>;

/** Nothing but chatter. */
function isNoted([first, ...others]: readonly SessionEvent[]): boolean {
  return first?.kind === 'noted' && others.length === 0;
}

function readClaude(object: JsonObject, tools: Tools): Entry {
  const isSubagent = object['isSidechain'] === true;
  const agent = isSubagent ? asString(object['agentId']) : null;
  const at = asTime(object['timestamp']);
  const { isOther = false, ...read } = readKind(object, at, isSubagent && agent === null, tools);
  // Chatter about a helper names it, and does not say whether it stands in its file.
  const isChatter = !isSubagent && asString(object['agentId']) !== null && isNoted(read.events);
  // A line of another CLI may name a session, too.
  const isStray = isOther && !isClaudeLine(object);
  const thread =
    isChatter || isStray ? null : (asString(object['sessionId']) ?? asString(object['session_id']));
  return {
    thread,
    agent,
    isSubagent,
    parent: isSubagent ? thread : null,
    at: at ?? asTime(asObject(object['snapshot'])?.['timestamp']),
    cwd: asString(object['cwd']),
    branch: asString(object['gitBranch']),
    version: asString(object['version']) ?? asString(object['claude_code_version']),
    goesOn: asString(object['parentUuid']) !== null || asString(object['logicalParentUuid']) !== null,
    copiedFrom: copiedFrom(object, thread),
    ...read,
    sign: read.sign ?? startSign(object),
  };
}

/** A fork names itself in the lines it copied, and the session that asked for them beside it. */
function copiedFrom(object: JsonObject, thread: string | null): string | null {
  const asked = asString(object['requestSessionId']);
  return asked === thread ? null : asked;
}

type Read = Pick<Entry, 'events' | 'sign' | 'prompt' | 'isLocalOutput' | 'queue' | 'costUsd' | 'counted'> & {
  /** No kind of line that stint reads in its files. */
  readonly isOther?: true;
};

function readKind(object: JsonObject, at: string | null, isSubagent: boolean, tools: Tools): Read {
  const reading = { at: new Date(at ?? Number.NaN), isWatched: false, isSubagent };
  switch (object['type']) {
    case 'assistant': {
      const events = claudeEvents(object, reading);
      for (const event of events) if (event.kind === 'called') tools.set(event.callId, event.tool);
      return { events };
    }
    case 'result':
    case 'rate_limit_event':
      return { events: claudeEvents(object, reading) };
    case 'system':
      return {
        events: claudeEvents(object, reading),
        sign: object['subtype'] === 'init' && object['session_id'] !== undefined ? 'program' : null,
      };
    case 'user':
      return readUser(object, tools, () => claudeEvents(object, reading));
    case 'queue-operation':
      return { events: newsIn(object['content']), sign: 'print-mode', ...readQueue(object) };
    case 'attachment': {
      const queued = asObject(object['attachment'])?.['prompt'];
      const prompt = textOfPrompt(queued);
      return { events: newsIn(queued), ...(prompt === null || isSubagent ? {} : { prompt }) };
    }
    case 'cost-state':
      return {
        events: NOTED,
        costUsd: object['hasUnknownModelCost'] === true ? null : asAmount(object['totalCostUSD']),
        counted: claudeModelTokens(object['modelUsage']),
      };
    default:
      return { events: isMessage(object) ? STRANGE : NOTED, isOther: true };
  }
}

/** What the CLI puts in line for its model, while a turn of it goes on. */
function newsIn(words: unknown): readonly SessionEvent[] {
  const news = newsOfTask(asString(words));
  return news ? [news] : NOTED;
}

/** Whether the object is a message under an unknown name, because the format has changed. Other lines are chatter. */
function isMessage(object: JsonObject): boolean {
  const message = asObject(object['message']);
  return message !== null && message['role'] !== undefined && object['type'] !== 'api-request-blob';
}

/** The CLI says who started it, on every line of newer versions. */
function startSign(object: JsonObject) {
  // The lead of a team of agents starts the others in a terminal.
  const member = asString(object['teamName']) === null ? null : asString(object['agentName']);
  if (member !== null && !/\blead\b/i.test(member)) return 'teammate';
  const entrypoint = asString(object['entrypoint']);
  if (entrypoint === null) return null;
  if (/^(sdk|mcp\b|print\b)/.test(entrypoint)) return 'program';
  return /^(cli$|claude-(vscode|desktop|jetbrains))/.test(entrypoint) ? 'terminal' : null;
}

/** A note that a person adds to the memory of the CLI. */
const NO_PROMPT = /^<user-memory/;
const REJECTED = /^(User rejected tool use|Error: The user doesn't want)/;

function readUser(object: JsonObject, tools: Tools, parse: () => SessionEvent[]): Read {
  const isToModel =
    object['isMeta'] === true ||
    object['isCompactSummary'] === true ||
    object['isVisibleInTranscriptOnly'] === true;
  if (isToModel) return { events: NOTED };
  const content = asObject(object['message'])?.['content'];
  const words = firstText(content);
  if (isInterruption(words)) return { events: [{ kind: 'interrupted' }], sign: 'interrupted' };
  const news = newsOfTask(words);
  if (news) return { events: [news] };
  const local = words === null ? null : readLocal(words);
  if (local) return local;
  if (words !== null && NO_PROMPT.test(words)) return { events: NOTED };
  const events = withCommand(parse(), words);
  if (events.some(({ kind }) => kind === 'prompted')) return { events, prompt: textOfPrompt(content) };
  const answered = events.flatMap((event) => (event.kind === 'answered' ? [event.callId] : []));
  const tool = tools.get(answered[0] ?? '') ?? 'unknown';
  for (const callId of answered) tools.delete(callId);
  const refusal = refusedBy(object);
  if (refusal !== null) {
    const refused = events.map((event) => (event.kind === 'answered' ? { ...event, isError: true } : event));
    if (refusal === 'person') return { events: refused, sign: 'rejected' };
    return { events: [...refused, ...deniedEvents(tool)] };
  }
  return { events, sign: asObject(asObject(object['toolUseResult'])?.['answers']) ? 'answered' : null };
}

/** Commands that a person gave to the CLI, or to a shell beside it, and what these printed: no prompts. */
function readLocal(words: string): Read | null {
  if (isLocalOutput(words)) return { events: NOTED, isLocalOutput: true };
  if (isLocalAside(words)) return { events: NOTED, sign: 'commanded' };
  const command = commandIn(words);
  return command?.isLocal ? { events: NOTED, sign: command.isByPerson ? 'commanded' : null } : null;
}

function withCommand(events: readonly SessionEvent[], words: string | null): readonly SessionEvent[] {
  const command = words === null ? null : commandIn(words);
  if (command === null) return events;
  return events.map((event) => (event.kind === 'prompted' ? { ...event, command: command.line } : event));
}

/** A prompt in line: its words stand where it is put there. A command of the CLI is none, nor is news of its own. */
function readQueue(object: JsonObject): Pick<Read, 'queue'> {
  switch (object['operation']) {
    case 'enqueue': {
      const words = asString(object['content']);
      const isPrompt = words === null || (newsOfTask(words) === null && readLocal(words) === null);
      return isPrompt ? { queue: 'in' } : {};
    }
    case 'dequeue':
      return { queue: 'out' };
    case 'remove':
      return { queue: 'back' };
    case 'popAll':
      return { queue: 'all back' };
    default:
      return {};
  }
}

/** The refusal of a tool: by a person, or by the configuration of a session that can ask none; null without one. */
function refusedBy(object: JsonObject): 'person' | 'configuration' | null {
  const decision = asObject(object['permissionDecision']);
  if (decision?.['decision'] === 'reject')
    return decision['source'] === 'config' ? 'configuration' : 'person';
  const result = object['toolUseResult'];
  return typeof result === 'string' && REJECTED.test(result) ? 'person' : null;
}

/** The words of a prompt; null where the message holds a tool's answer or none. */
function firstText(content: unknown): string | null {
  if (typeof content === 'string') return content;
  const block = asObject(asArray(content)[0]);
  return block?.['type'] === 'text' ? asString(block['text']) : null;
}
