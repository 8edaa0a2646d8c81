// Records as Gemini CLI writes them into its files, as far as anybody reads them. Written by hand.
import { atMinute } from './transcript-lines.ts';

export function geminiHeader(session: string, minute: number, more: object = {}): object {
  const times = { startTime: atMinute(minute), lastUpdated: atMinute(minute) };
  return { sessionId: session, projectHash: 'f00d', ...times, kind: 'main', ...more };
}

export function geminiMessage(minute: number, type: string, content: unknown, more: object = {}): object {
  return { id: `${type}-${minute}`, timestamp: atMinute(minute), type, content, ...more };
}

export const geminiPrompt = (minute: number, text = 'add a file'): object =>
  geminiMessage(minute, 'user', [{ text }]);

export const GEMINI_TOKENS = { input: 130, output: 4, cached: 100, thoughts: 2, tool: 1, total: 137 };

export function geminiAnswer(minute: number, content: string, more: object = {}): object {
  return geminiMessage(minute, 'gemini', content, { model: 'a-model', tokens: GEMINI_TOKENS, ...more });
}

/** A call of the shell tool that is over. */
export function geminiCall(minute: number, id: string, command: string, output: string): object {
  return {
    id,
    name: 'run_shell_command',
    args: { command },
    result: [{ functionResponse: { id, name: 'run_shell_command', response: { output } } }],
    status: 'success',
    timestamp: atMinute(minute),
  };
}

export const geminiUpdated = (minute: number): object => ({ $set: { lastUpdated: atMinute(minute) } });

/** The same as older versions keep it: one document on many lines. */
export function geminiDocument(records: readonly object[]): string {
  const [header, ...messages] = records.filter((record) => !('$set' in record));
  return `${JSON.stringify({ ...header, messages }, null, 2)}\n`;
}
