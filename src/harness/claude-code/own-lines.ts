import { asArray, asNumber, asObject, asString, type JsonObject } from '../reading/json-shape.ts';

// Whether a line can only be Claude Code's. Other CLIs took over its words (`type: "user"`, `session_id`, `system/init`),
// some of them most of its fields, so a name or two prove nothing: a line counts only with all the fields that this CLI alone writes together.

/** Lines of its files that tell of a session without its head; each names the conversation. */
const SIDE_LINES = new Set([
  'agent-name',
  'ai-title',
  'api-request-blob',
  'api-request-shape',
  'attribution-snapshot',
  'content-replacement',
  'cost-state',
  'custom-title',
  'last-prompt',
  'mode',
  'permission-mode',
  'pr-link',
  'queue-operation',
  'tag',
  'task-summary',
  'worktree-state',
]);

/** Whether an object is a line of its file or of its stream. */
export function isClaudeLine(object: JsonObject): boolean {
  const type = asString(object['type']);
  if (type === null) return false;
  if (asString(object['sessionId']) !== null && isOfFile(type, object)) return true;
  if (asString(object['session_id']) !== null && isOfStream(type, object)) return true;
  if (type === 'summary') return asString(object['leafUuid']) !== null;
  return type === 'file-history-snapshot' && asObject(object['snapshot']) !== null;
}

/** The head of each of its messages. One of the four may be missing, in a version that renames it. */
function isOfFile(type: string, object: JsonObject): boolean {
  if (object['payload'] !== undefined) return false;
  if (SIDE_LINES.has(type)) return true;
  const { uuid, isSidechain, userType, version } = object;
  const texts = [uuid, userType, version].filter((value) => asString(value) !== null);
  return texts.length + Number(typeof isSidechain === 'boolean') >= 3;
}

function isOfStream(type: string, object: JsonObject): boolean {
  const hasParent = 'parent_tool_use_id' in object;
  switch (type) {
    case 'system':
      return isOfSystem(asString(object['subtype']) ?? '', object);
    case 'assistant':
      return hasParent && isAnswer(asObject(object['message']));
    case 'user':
      return hasParent && asString(object['uuid']) !== null && isToModel(asObject(object['message']));
    case 'stream_event':
      return hasParent && asObject(object['event']) !== null;
    case 'rate_limit_event':
      return asObject(object['rate_limit_info']) !== null;
    case 'result':
      return asNumber(object['total_cost_usd']) !== null && asNumber(object['num_turns']) !== null;
    default:
      return false;
  }
}

function isOfSystem(subtype: string, object: JsonObject): boolean {
  if (subtype === 'init') return Array.isArray(object['tools']) && Array.isArray(object['mcp_servers']);
  if (subtype === 'api_retry') return asNumber(object['attempt']) !== null;
  return /^(?:hook|task)_\w+$|^compact_boundary$/.test(subtype) && asString(object['uuid']) !== null;
}

/** A message of Anthropic's API, with its name, its model and its use. */
function isAnswer(message: JsonObject | null): boolean {
  const usage = asObject(message?.['usage']);
  const isNamed = asString(message?.['id']) !== null && asString(message?.['model']) !== null;
  // No message of that API has a total.
  return isNamed && usage !== null && usage['total_tokens'] === undefined;
}

function isToModel(message: JsonObject | null): boolean {
  return message?.['role'] === 'user' && asArray(message['content']).length > 0;
}
