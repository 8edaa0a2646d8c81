import type { SessionEvent } from '../../domain/session-event.ts';
import { askedEvent, askOfRpc, isAwaitingApproval, repliedEvent } from './asks.ts';
import { isPrintable } from './printable.ts';
import { asArray, asObject, asString, tryParse, type JsonObject } from './json-shape.ts';

/**
 * Requests to a person, in the lines of JSON that a CLI prints whose output is else read as text. Null for any other
 * line.
 */
export type ReadAsk = (object: JsonObject) => SessionEvent[] | null;

/**
 * GitHub Copilot CLI: a pair of events for each kind of request. Source: the events of @github/copilot-sdk 1.0.
 */
export const copilotAsk: ReadAsk = (object) => {
  const data = asObject(object['data']);
  const [, kind, state] = COPILOT_ASK.exec(asString(object['type']) ?? '') ?? [];
  if (data === null || kind === undefined) return askOfRpc(object);
  const id = data['requestId'];
  if (state === 'completed' || data['resolvedByHook'] === true) return [repliedEvent(id ?? 'unnamed')];
  const request = asObject(data['permissionRequest']);
  const about = request ?? data['question'] ?? data['message'] ?? data['summary'] ?? kind;
  const callId = request?.['toolCallId'] ?? data['toolCallId'];
  return [askedEvent({ id, callId, tool: request ? (request['kind'] ?? 'a tool') : null, about })];
};

const COPILOT_ASK =
  /^(permission|user_input|elicitation|exit_plan_mode|auto_mode_switch|session_limits_exhausted)\.(requested|completed)$/;

/** opencode: the events of its server. Source: the types of @opencode-ai/sdk 1.19. */
export const opencodeAsk: ReadAsk = (object) => {
  const event = asObject(object['payload']) ?? object;
  const told = asObject(event['properties']) ?? asObject(event['data']) ?? event;
  const callId = asObject(told['tool'])?.['callID'] ?? told['callID'];
  switch (event['type']) {
    case 'permission.asked':
    case 'permission.updated': {
      const tool = told['permission'] ?? told['type'] ?? 'a tool';
      return [askedEvent({ id: told['id'], callId, tool, about: told['title'] ?? told['patterns'] })];
    }
    case 'question.asked': {
      const [question] = asArray(told['questions']).map(asObject);
      return [askedEvent({ id: told['id'], callId, about: question?.['question'] })];
    }
    case 'permission.replied':
    case 'question.replied':
    case 'question.rejected':
      return [repliedEvent(told['requestID'] ?? told['permissionID'] ?? 'unnamed')];
    default:
      return askOfRpc(object);
  }
};

/** What blocks pi until its client answers; a request with a time limit answers itself. */
const PI_DIALOGS = new Set(['select', 'confirm', 'input', 'editor']);

/** pi: what its extensions ask, where it runs for a client (`--mode rpc`). Source: its documentation of 1.6. */
export const piAsk: ReadAsk = (object) => {
  if (object['type'] !== 'extension_ui_request') return askOfRpc(object);
  const isDialog = PI_DIALOGS.has(asString(object['method']) ?? '') && object['timeout'] === undefined;
  return isDialog ? [askedEvent({ id: object['id'], about: object['title'] })] : null;
};

/** Gemini CLI: calls that say that they wait, and its questions. Source: its stream of 0.61. */
export const geminiAsk: ReadAsk = (object) => {
  const id = object['tool_id'] ?? object['callId'] ?? asObject(object['request'])?.['callId'] ?? object['id'];
  const tool = object['tool_name'] ?? object['name'] ?? asObject(object['request'])?.['name'];
  const input = object['parameters'] ?? object['args'];
  if (isAwaitingApproval(object['status']))
    return [askedEvent({ id, callId: id, tool: tool ?? 'a tool', about: input })];
  if (object['type'] === 'tool_use' && (tool === 'ask_user' || tool === 'exit_plan_mode')) {
    const [question] = asArray(asObject(input)?.['questions']).map(asObject);
    return [askedEvent({ id, callId: id, about: question?.['question'] ?? tool })];
  }
  return askOfRpc(object);
};

/** Lines that tell that the agent goes on, of these CLIs. */
const GOES_ON =
  /^(?:assistant\.(?:message|turn_start)|session\.(?:task_complete|shutdown)|tool\.execution_(?:start|complete)|tool_execution_(?:start|end)|message(?:_end)?|turn_end|agent_end|text|tool_use|tool_result|step_start|result)$/;

function goesOn(object: JsonObject): SessionEvent[] {
  if (!GOES_ON.test(asString(object['type']) ?? '')) return [{ kind: 'noted' }];
  const told = asObject(object['data']) ?? asObject(object['part']) ?? object;
  return [repliedEvent(null, told['toolCallId'] ?? told['callID'] ?? told['tool_id'])];
}

/** Longer than any request; other lines are text. */
const LONGEST_LINE = 100_000;

/** The events of one line of text. A request is over where the CLI goes on, or prints anything else than JSON. */
export function textEvents(line: string, read: ReadAsk | undefined): SessionEvent[] {
  if (!isPrintable(line)) return [];
  if (read === undefined) return [{ kind: 'noted' }];
  const object = line.startsWith('{') && line.length <= LONGEST_LINE ? tryParse(line) : null;
  return object === null ? [repliedEvent(null)] : (read(object) ?? goesOn(object));
}
