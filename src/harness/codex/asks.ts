import type { SessionEvent } from '../../domain/session-event.ts';
import { askedEvent, askOfRpc, repliedEvent } from '../reading/asks.ts';
import { asArray, asObject, asString, type JsonObject } from '../reading/json-shape.ts';

/** Requests to a person, by the names that Codex gives them in every one of its protocols. */
const ASKS = new Set([
  'apply_patch_approval_request',
  'elicitation_request',
  'exec_approval_request',
  'request_permissions',
  'request_user_input',
]);

/** What a line of its stream says of requests to a person; null for a line of anything else. */
export function codexAsk(object: JsonObject): SessionEvent[] | null {
  // Its older protocol wraps each event.
  const event = asObject(object['msg']) ?? object;
  return askOfEvent(event, object['id']) ?? askOfRpc(object);
}

/** The same of one event; `id` is that of what it came in. */
export function askOfEvent(event: JsonObject, id: unknown): SessionEvent[] | null {
  const type = asString(event['type']) ?? '';
  const callId = event['call_id'] ?? event['item_id'];
  if (/^(?:exec_command|patch_apply)_begin$/.test(type)) return [repliedEvent(null, callId ?? 'unnamed')];
  if (!ASKS.has(type)) return null;
  const [question] = asArray(event['questions']).map(asObject);
  const [change] = Object.keys(asObject(event['changes']) ?? {});
  const about =
    event['command'] ?? question?.['question'] ?? event['message'] ?? event['reason'] ?? change ?? null;
  const tool = TOOLS[type] ?? null;
  return [askedEvent({ id: event['approval_id'] ?? callId ?? id, callId, tool, about })];
}

const TOOLS: Partial<Record<string, string>> = {
  apply_patch_approval_request: 'apply_patch',
  exec_approval_request: 'command_execution',
  request_permissions: 'request_permissions',
};
