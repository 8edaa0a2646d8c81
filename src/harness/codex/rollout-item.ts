import type { SessionEvent } from '../../domain/session-event.ts';
import { asObject, asString, type JsonObject } from '../reading/json-shape.ts';
import { textOfAnswer } from '../reading/tool-calls.ts';
import type { CodexCalls } from './calls.ts';

/**
 * The events of one `response_item` of a rollout: a message to the model or from it. None for an item without meaning
 * here; null for an unknown shape.
 */
export function codexItemEvents(item: JsonObject, calls: CodexCalls): SessionEvent[] | null {
  switch (item['type']) {
    case 'message':
      return readMessage(item);
    case 'function_call':
    case 'custom_tool_call':
      return calls.takeCall(item, asString(item['name']));
    case 'local_shell_call': {
      const command = asObject(item['action'])?.['command'];
      return calls.takeCall({ ...item, arguments: JSON.stringify({ command }) }, 'local_shell');
    }
    case 'function_call_output':
    case 'custom_tool_call_output':
      return calls.takeAnswer(item);
    case 'web_search_call': {
      const id = asString(item['id']) ?? 'web_search';
      const called = calls.takeCall({ ...item, call_id: id }, 'web_search');
      return called && [...called, { kind: 'answered', callId: id, isError: item['status'] === 'failed' }];
    }
    default:
      return isMessage(item) ? null : readOther(item, calls);
  }
}

/**
 * An item under a name that stint does not know. One that looks like a call is one, of a tool that no table may have: it
 * can have changed anything. Its answer comes under the call's name, where it has one.
 */
function readOther(item: JsonObject, calls: CodexCalls): SessionEvent[] | null {
  const type = asString(item['type']) ?? '';
  const callId = asString(item['call_id']);
  if (type.endsWith('_output')) return callId === null ? [] : calls.takeAnswer(item);
  const name = asString(item['name']) ?? /^(.+)_call$/.exec(type)?.[1] ?? null;
  const isCall = type.endsWith('_call') || callId !== null || item['arguments'] !== undefined;
  if (name === null || !isCall) return [];
  const id = callId ?? asString(item['id']) ?? type;
  const taken = calls.takeCall({ ...item, call_id: id }, name);
  // `web_search_call` is named for its tool; another kind that names a known tool may give it anything.
  const called = type.endsWith('_call') ? taken : (taken?.map(strangely) ?? null);
  return callId === null ? called && [...called, { kind: 'answered', callId: id, isError: false }] : called;
}

/** Its shape is not known, even where its tool is. */
function strangely(event: SessionEvent): SessionEvent {
  return event.kind === 'called' ? { ...event, isStrange: true } : event;
}

/** Whether the item is a message under an unknown name. Reasoning has a name of its own. */
function isMessage(item: JsonObject): boolean {
  return item['role'] !== undefined && item['content'] !== undefined;
}

function readMessage(item: JsonObject): SessionEvent[] | null {
  if (!Array.isArray(item['content'])) return null;
  // An event of its own tells the user's words; here they stand among instructions.
  if (item['role'] !== 'assistant') return [];
  return [{ kind: 'said', text: textOfAnswer(item['content']) }];
}
