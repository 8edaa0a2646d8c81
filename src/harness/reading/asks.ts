import type { SessionEvent } from '../../domain/session-event.ts';
import { asObject, asString, type JsonObject } from './json-shape.ts';
import { keptWords } from './tool-calls.ts';

/** What a line says of a request to a person. */
interface Told {
  /** Its name, by which the CLI says that it is over; any value of JSON. */
  readonly id: unknown;
  /** The call that waits for it. */
  readonly callId?: unknown;
  /** The tool that a permission is asked for. */
  readonly tool?: unknown;
  /** The question, or the subject of the call. */
  readonly about?: unknown;
}

/** A request that waits for a person. */
export function askedEvent({ id, callId, tool, about }: Told): SessionEvent {
  const words = textOf(about);
  const name = asString(tool);
  const what = name === null ? 'a question' : `permission for ${name}`;
  const summary = name === null && words !== null ? words : words === null ? what : `${what}: ${words}`;
  return { kind: 'asked', askId: nameOf(id) ?? 'ask', callId: nameOf(callId), summary: keptWords(summary) };
}

/** Requests that are over: the named one, those of a call, or all of them. */
export function repliedEvent(id: unknown, callId: unknown = null): SessionEvent {
  return { kind: 'replied', askId: nameOf(id), callId: nameOf(callId) };
}

const LONGEST_NAME = 200;

function nameOf(id: unknown): string | null {
  const text = typeof id === 'number' ? String(id) : asString(id);
  return text === null || text === '' ? null : text.slice(0, LONGEST_NAME);
}

/** The words of a subject: a text, a command in words, or the field of an input that people would look at. */
function textOf(about: unknown): string | null {
  if (typeof about === 'string') return about === '' ? null : about;
  if (Array.isArray(about)) return about.flatMap((each) => asString(each) ?? []).join(' ') || null;
  const input = asObject(about);
  const told = TOLD.find((key) => asString(input?.[key]) !== null || Array.isArray(input?.[key]));
  return told === undefined ? null : textOf(input?.[told]);
}

const TOLD = [
  'command',
  'fullCommandText',
  'file_path',
  'fileName',
  'path',
  'url',
  'question',
  'message',
  'title',
];

/** Requests of protocols that several CLIs speak: JSON-RPC with a method and an id that the answer repeats. */
const METHODS = new Set([
  'session/request_permission',
  'elicitation/create',
  'mcpServer/elicitation/request',
  'item/commandExecution/requestApproval',
  'item/fileChange/requestApproval',
  'item/permissions/requestApproval',
  'item/tool/requestUserInput',
  'execCommandApproval',
  'applyPatchApproval',
]);

/** The events of a JSON-RPC message about a request to a person; null for any other object. */
export function askOfRpc(object: JsonObject): SessionEvent[] | null {
  const method = asString(object['method']);
  const params = asObject(object['params']);
  if (method === 'serverRequest/resolved') return [repliedEvent(params?.['requestId'])];
  if (method === null || !METHODS.has(method) || object['id'] === undefined) return null;
  const call = asObject(params?.['toolCall']);
  const callId = call?.['toolCallId'] ?? params?.['itemId'] ?? params?.['callId'];
  const tool = /input|elicitation/i.test(method) ? null : (asString(call?.['title']) ?? method);
  return [askedEvent({ id: object['id'], callId, tool, about: params })];
}

const WAITING = new Set(
  ['awaiting', 'pending', 'needs', 'requires', 'waitingfor', 'waitingon'].map((word) => `${word}approval`),
);

/** Whether the state of a call says that it waits for an approval. */
export function isAwaitingApproval(status: unknown): boolean {
  return WAITING.has((asString(status) ?? '').toLowerCase().replaceAll(/[_-]/g, ''));
}
