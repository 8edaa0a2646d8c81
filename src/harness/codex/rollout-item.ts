import type { SessionEvent } from '../../domain/session-event.ts';
import { asNumber, asObject, asString, tryParse, type JsonObject } from '../reading/json-shape.ts';
import { calledEvent, commitsIn, countOpenSteps, textOfAnswer } from '../reading/tool-calls.ts';
import { lookUpTools } from '../reading/tools.ts';
import { codexProcessOf } from './background.ts';
import { CODEX_SHELLS, CODEX_TOOLS } from './tools.ts';

const TOOLS = lookUpTools(CODEX_TOOLS);

/**
 * The events of one `response_item` of a rollout: a message to the model or from it. None for an item without meaning
 * here; null for an unknown shape.
 */
export function codexItemEvents(item: JsonObject): SessionEvent[] | null {
  switch (item['type']) {
    case 'message':
      return readMessage(item);
    case 'function_call':
      return readCall(item, asString(item['name']), asString(item['arguments']));
    case 'custom_tool_call':
      return readCall(item, asString(item['name']), null);
    case 'local_shell_call': {
      const command = asObject(item['action'])?.['command'];
      return readCall(item, 'local_shell', JSON.stringify({ command }));
    }
    case 'function_call_output':
    case 'custom_tool_call_output':
      return readAnswer(item);
    case 'web_search_call': {
      const id = asString(item['id']) ?? 'web_search';
      const called = readCall({ ...item, call_id: id }, 'web_search', null);
      return called && [...called, { kind: 'answered', callId: id, isError: item['status'] === 'failed' }];
    }
    default:
      return isMessage(item) ? null : [];
  }
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

function readCall(item: JsonObject, tool: string | null, args: string | null): SessionEvent[] | null {
  const callId = asString(item['call_id']) ?? asString(item['id']);
  if (tool === null || callId === null) return null;
  const input = args !== null && READ_ARGUMENTS.has(tool) ? tryParse(args) : null;
  const place = TOOLS.placeOf(tool);
  const command = commandOf(input);
  const openTodos = TOOLS.canLeave(tool, 'todos') ? countOpenSteps(input?.['plan']) : null;
  const process = tool === WRITE ? processIn(input) : null;
  return [
    {
      ...calledEvent({ callId, tool, place }, { command, openTodos }),
      ...(process === null ? {} : { about: { workId: process, isStop: false } }),
    },
  ];
}

/** It speaks with a process that an earlier call has left running. */
const WRITE = 'write_stdin';
const READ_ARGUMENTS = new Set([...CODEX_SHELLS, 'update_plan', WRITE]);

function processIn(input: JsonObject | null): string | null {
  const id = asNumber(input?.['session_id']);
  return id === null ? asString(input?.['session_id']) : String(id);
}

/** The command as a person would type it, without the shell that it was wrapped in. */
function commandOf(input: JsonObject | null): string | null {
  const command = input?.['cmd'] ?? input?.['command'];
  if (!Array.isArray(command)) return asString(command);
  const words = command.map((word) => asString(word) ?? '');
  const isWrapped = words.length === 3 && /^-l?c$/.test(words[1] ?? '');
  return isWrapped ? (words[2] ?? '') : words.join(' ');
}

function readAnswer(item: JsonObject): SessionEvent[] | null {
  const callId = asString(item['call_id']);
  if (callId === null) return null;
  const object = asObject(item['output']);
  const output = textOfAnswer(object ? object['content'] : item['output']);
  const { text, exitCode } = readOutput(output);
  const isError = object?.['success'] === false || (exitCode ?? 0) !== 0;
  return [{ kind: 'answered', callId, isError, ...commitsIn(text), ...codexProcessOf(headOf(output)) }];
}

/** The exit code stands in the lines before a command's own output, which are never longer. */
const LONGEST_HEADER = 300;

/** Older versions put the output of a command into an object; newer ones put a head before it. */
function readOutput(text: string): { readonly text: string; readonly exitCode: number | null } {
  if (text.startsWith('{"output":')) {
    const object = tryParse(text);
    const exitCode = asNumber(asObject(object?.['metadata'])?.['exit_code']);
    return { text: asString(object?.['output']) ?? text, exitCode };
  }
  const match = /^(?:Process exited with code|Exit code:) (-?\d{1,10})$/m.exec(headOf(text));
  return { text, exitCode: match ? Number(match[1]) : null };
}

function headOf(text: string): string {
  return text.slice(0, LONGEST_HEADER).split(/^(?:Output|Total output lines):/m, 1)[0] ?? '';
}
