// Lines as pi writes them into its files, as far as anybody reads them. Written by hand.
import { atMinute } from './transcript-lines.ts';

export function piHeader(session: string, minute: number, more: object = {}): object {
  return { type: 'session', version: 3, id: session, timestamp: atMinute(minute), cwd: '/work/app', ...more };
}

export function piEntry(minute: number, type: string, more: object = {}): object {
  return { type, id: `e${minute}`, parentId: null, timestamp: atMinute(minute), ...more };
}

export function piMessage(minute: number, message: object): object {
  return piEntry(minute, 'message', { message: { timestamp: Date.parse(atMinute(minute)), ...message } });
}

export function piPrompt(minute: number, text = 'add a file'): object {
  return piMessage(minute, { role: 'user', content: [{ type: 'text', text }] });
}

export const PI_USAGE = {
  input: 10,
  output: 5,
  cacheRead: 100,
  cacheWrite: 20,
  totalTokens: 135,
  cost: { total: 0.25 },
};

export function piAnswer(minute: number, content: readonly object[], more: object = {}): object {
  const message = { model: 'a-model', usage: PI_USAGE, stopReason: 'stop', responseId: `m${minute}` };
  return piMessage(minute, { role: 'assistant', content, ...message, ...more });
}

export const piSaying = (text: string): object => ({ type: 'text', text });

export function piCalling(id: string, command: string): object {
  return { type: 'toolCall', id, name: 'bash', arguments: { command } };
}

export function piResult(minute: number, call: string, text: string, isError = false): object {
  const content = [{ type: 'text', text }];
  return piMessage(minute, { role: 'toolResult', toolCallId: call, toolName: 'bash', content, isError });
}
