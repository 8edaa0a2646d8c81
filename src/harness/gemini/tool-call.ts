import type { SessionEvent } from '../../domain/session-event.ts';
import { asArray, asObject, asString, asTime, type JsonObject } from '../reading/json-shape.ts';
import { askedEvent, isAwaitingApproval } from '../reading/asks.ts';
import { calledEvent, commitsIn, countOpenSteps } from '../reading/tool-calls.ts';
import { lookUpTools } from '../reading/tools.ts';
import { editsOfAnswer, editsOfCall } from './edits.ts';
import { taskStep, tasksIn } from './tasks.ts';
import { GEMINI_SHELL, GEMINI_TOOLS } from './tools.ts';

/** Calls of the lines before, by id: a message is written again for each that is over. */
export interface SeenCalls {
  readonly called: Set<string>;
  readonly answered: Set<string>;
}

const TOOLS = lookUpTools(GEMINI_TOOLS);

/** The news in the calls of one message, and when the last of them was over. */
export function geminiCallEvents(
  message: string,
  calls: readonly unknown[],
  seen: SeenCalls,
): { readonly events: readonly SessionEvent[]; readonly at: string | null } {
  const events: SessionEvent[] = [];
  let at: string | null = null;
  for (const [index, call] of calls.map(asObject).entries()) {
    if (call === null) continue;
    const callId = asString(call['id']) ?? `${message} ${index}`;
    const isNew = !seen.called.has(callId);
    if (isNew) events.push(readCall(callId, call));
    seen.called.add(callId);
    if (isAwaitingApproval(call['status']) && !seen.answered.has(callId))
      events.push(askedEvent({ id: callId, callId, tool: call['name'] ?? 'a tool', about: call['args'] }));
    const isOver = OVER.has(asString(call['status']) ?? '') && !seen.answered.has(callId);
    if (isOver) {
      seen.answered.add(callId);
      events.push(readAnswer(callId, call));
    }
    const time = isNew || isOver ? asTime(call['timestamp']) : null;
    if (time !== null && (at === null || time > at)) at = time;
  }
  return { events, at };
}

/** The states of a step of its list that needs nothing more. */
const OVER_TODOS = ['completed', 'cancelled'];

const OVER = new Set(['success', 'error', 'cancelled']);

function readCall(callId: string, call: JsonObject): SessionEvent {
  const tool = asString(call['name']) ?? 'unknown';
  const input = asObject(call['args']);
  const command = tool === GEMINI_SHELL ? asString(input?.['command']) : null;
  const path = asString(input?.['file_path']) ?? asString(input?.['absolute_path']);
  const place = TOOLS.placeOf(tool);
  const openTodos = TOOLS.canLeave(tool, 'todos') ? countOpenSteps(input?.['todos'], OVER_TODOS) : null;
  const edits = editsOfCall(tool, input);
  const isDetached = TOOLS.canLeave(tool, 'background') && input?.['is_background'] === true;
  return {
    ...calledEvent({ callId, tool, place }, { command, about: path, openTodos, task: taskStep(tool, input) }),
    ...(edits ? { edits } : {}),
    ...(isDetached ? { work: 'shell', isDetached } : {}),
    ...TOOLS.effectOf(tool, input),
  };
}

/** `success` says that the tool ran: the end of its command stands in the answer. */
function readAnswer(callId: string, call: JsonObject): SessionEvent {
  const responses = asArray(call['result']).map((part) =>
    asObject(asObject(asObject(part)?.['functionResponse'])?.['response']),
  );
  const text = responses.map((response) => asString(response?.['output']) ?? '').join('\n');
  const isRefused = responses.some((response) => response?.['error'] !== undefined && response !== null);
  const isError = call['status'] !== 'success' || isRefused;
  if (call['name'] !== GEMINI_SHELL)
    return { kind: 'answered', callId, isError, ...tasksIn(text), ...editsOfAnswer(call) };
  const isFailed = (exitCodeOf(text) ?? 0) !== 0;
  return { kind: 'answered', callId, isError: isError || isFailed, ...commitsIn(withoutNames(text)) };
}

/** As much of an answer as its own last lines take. */
const LONGEST_FOOTER = 2000;
/** The shell tool's own lines behind the command's output; newer versions write them only where the code is not 0. */
const FOOTER =
  /\nExit Code: (-?\d{1,10})(?:\n(?:Signal|Background PIDs|Process Group PGID): .*)*(?:\n<\/untrusted_context>)?\s*$/;

function exitCodeOf(text: string): number | null {
  const code = FOOTER.exec(text.slice(-LONGEST_FOOTER))?.[1];
  return code === undefined ? null : Number(code);
}

/** The name of the output stands before its first line. */
function withoutNames(text: string): string {
  return text.replace(/^(?:Output|Stdout|Stderr): (?=\[)/gm, '');
}
