import { asNumber, asObject, asString, type JsonObject } from './reading/json-shape.ts';

// Agent CLIs that stint neither starts nor reads, by lines that are theirs. Several write what looks like a line of
// Claude Code or of Gemini CLI; they are named so that a person knows why their file gave no session.

type Recogniser = (object: JsonObject) => boolean;

const isText = (value: unknown): boolean => asString(value) !== null;
const roleOf = (message: unknown): string | null => asString(asObject(message)?.['role']);

const FOREIGN: Readonly<Record<string, Recogniser>> = {
  'a stream of Amp': ({ session_id: session }) => /^T-[0-9a-f]{8}-/.test(asString(session) ?? ''),
  'a thread of Amp': ({ id, messages }) =>
    /^T-[0-9a-f]{8}-/.test(asString(id) ?? '') && Array.isArray(messages),
  'a session of Cline or Roo Code': ({ ts, type, say, ask }) =>
    asNumber(ts) !== null && ((type === 'say' && isText(say)) || (type === 'ask' && isText(ask))),
  'a stream of Cursor CLI': ({ type, subtype, session_id: session, ...more }) =>
    isText(session) &&
    ((type === 'tool_call' && isText(subtype) && asObject(more['tool_call']) !== null) ||
      (type === 'thinking' && isText(subtype)) ||
      (type === 'result' && isText(more['request_id']) && more['total_cost_usd'] === undefined)),
  'a transcript of Cursor': ({ type, role, message, session_id: session }) =>
    type === undefined &&
    session === undefined &&
    isText(role) &&
    Array.isArray(asObject(message)?.['content']),
  'a session of Factory droid': ({ type, id, owner, title }) =>
    type === 'session_start' && isText(id) && (isText(owner) || isText(title)),
  'a stream of Factory droid': ({ type, session_id: session, message, ...more }) =>
    isText(session) &&
    message === undefined &&
    ((type === 'message' && isText(more['role']) && isText(more['text'])) ||
      ((type === 'tool_call' || type === 'tool_result') && isText(more['toolName'] ?? more['toolCallId'])) ||
      (type === 'completion' && isText(more['finalText']))),
  'a session of Goose': ({ working_dir: folder, message_count: count, role, created, content }) =>
    (isText(folder) && asNumber(count) !== null) ||
    (isText(role) && asNumber(created) !== null && Array.isArray(content)),
  'a stream of Goose': ({ type, message }) =>
    type === 'message' && roleOf(message) !== null && asNumber(asObject(message)?.['created']) !== null,
  'a session of iFlow CLI': ({ sessionId, uuid }) =>
    /^session-[0-9a-f]{8}-/.test(asString(sessionId) ?? '') && isText(uuid),
  'a session of Qwen Code': ({ type, sessionId, uuid, isSidechain, message, ...more }) =>
    isText(sessionId) &&
    isText(uuid) &&
    isSidechain === undefined &&
    (type === 'tool_result' ||
      Array.isArray(asObject(message)?.['parts']) ||
      asObject(more['systemPayload']) !== null),
  'a stream of Qwen Code': ({ qwen_code_version: version }) => isText(version),
};

/** The file of another CLI that an object belongs to, for people; null where it may be any. */
export function foreignFormat(object: JsonObject): string | null {
  return Object.entries(FOREIGN).find(([, recognises]) => recognises(object))?.[0] ?? null;
}
