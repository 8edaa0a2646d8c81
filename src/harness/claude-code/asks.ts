import type { SessionEvent } from '../../domain/session-event.ts';
import { askedEvent, askOfRpc, repliedEvent } from '../reading/asks.ts';
import { asObject, asString, type JsonObject } from '../reading/json-shape.ts';

/** What a line says of requests to a person; null for a line of anything else. */
export function claudeAsk(object: JsonObject): SessionEvent[] | null {
  switch (object['type']) {
    case 'control_request':
      return askOfControl(asObject(object['request']), object['request_id']);
    case 'control_response':
      return [repliedEvent(asObject(object['response'])?.['request_id'] ?? object['request_id'])];
    case 'control_cancel_request':
      return [repliedEvent(object['request_id'])];
    case 'permission_request':
      return askOfControl({ ...object, subtype: 'can_use_tool' }, object['request_id']);
    case 'tool_progress':
      return goesOn(object);
    case 'system':
      return askOfSystem(object);
    default:
      return askOfRpc(object);
  }
}

function askOfControl(request: JsonObject | null, id: unknown): SessionEvent[] | null {
  const callId = request?.['tool_use_id'];
  switch (request?.['subtype']) {
    case 'can_use_tool': {
      const about = request['input'] ?? request['tool_input'] ?? request['message'];
      return [askedEvent({ id: id ?? callId, callId, tool: request['tool_name'] ?? 'a tool', about })];
    }
    case 'elicitation':
      return [askedEvent({ id, about: request['message'] })];
    case 'request_user_dialog':
      return [askedEvent({ id, callId, about: request['dialog_kind'] })];
    default:
      return null;
  }
}

/** Its notifications that say on whom it waits, as hooks and notices name them. */
const WAITS = /\b(?:permission_(?:prompt|request)|elicitation_dialog|agent_needs_input)\b/;

function askOfSystem(object: JsonObject): SessionEvent[] | null {
  switch (object['subtype']) {
    case 'permission_request':
    case 'permission_requested':
    case 'permission_prompt':
      return askOfControl({ ...object, subtype: 'can_use_tool' }, object['request_id']);
    case 'permission_denied':
      return goesOn(object);
    case 'elicitation':
      return askOfControl(object, object['request_id'] ?? object['elicitation_id']);
    case 'session_state_changed':
      return object['state'] === 'requires_action'
        ? [askedEvent({ id: STATE, about: 'it requires an action' })]
        : [repliedEvent(STATE)];
    case 'notification':
      return askOfNotice(object['notification_type'] ?? object['key'], object['message'] ?? object['text']);
    case 'hook_started':
      // A hook of `PermissionRequest` answers itself.
      return object['hook_event'] === 'Notification' ? askOfNotice(object['hook_name'], null) : null;
    default:
      return null;
  }
}

/** A call that runs, or that was refused, waits for no person. */
function goesOn(object: JsonObject): SessionEvent[] | null {
  const callId = asString(object['tool_use_id']);
  return callId === null ? null : [repliedEvent(null, callId)];
}

const STATE = 'session state';

function askOfNotice(kind: unknown, words: unknown): SessionEvent[] | null {
  if (!WAITS.test(asString(kind) ?? '')) return null;
  return [askedEvent({ id: 'notification', about: asString(words) ?? 'it needs a permission' })];
}
