// Lines as Claude Code and Codex write them into their files, as far as anybody reads them. Written by hand.

let uuids = 0;

/** One line of a session of Claude Code; `minute` is when, counted from noon. */
export function claudeLine(
  thread: string,
  minute: number,
  type: string,
  more: Readonly<Record<string, unknown>> = {},
): object {
  return {
    parentUuid: null,
    isSidechain: false,
    userType: 'external',
    cwd: '/work/app',
    sessionId: thread,
    version: '2.1.330',
    gitBranch: 'main',
    type,
    uuid: `uuid-${++uuids}`,
    timestamp: atMinute(minute),
    ...more,
  };
}

export function atMinute(minute: number): string {
  return new Date(Date.UTC(2026, 0, 5, 12, minute)).toISOString();
}

export function claudePrompt(thread: string, minute: number, text: string, more: object = {}): object {
  return claudeLine(thread, minute, 'user', { message: { role: 'user', content: text }, ...more });
}

export const CLAUDE_USAGE = {
  input_tokens: 10,
  output_tokens: 5,
  cache_read_input_tokens: 100,
  cache_creation_input_tokens: 20,
};

/** One block of a message of the model, with the usage of all of it. */
export function claudeAnswer(
  thread: string,
  minute: number,
  message: string,
  block: object,
  more: object = {},
): object {
  return claudeLine(thread, minute, 'assistant', {
    message: {
      id: message,
      model: 'a-model',
      role: 'assistant',
      content: [block],
      usage: CLAUDE_USAGE,
    },
    requestId: `req-${message}`,
    ...more,
  });
}

export function saying(text: string): object {
  return { type: 'text', text };
}

export function calling(id: string, command: string, name = 'Bash'): object {
  return { type: 'tool_use', id, name, input: { command } };
}

export function claudeResult(thread: string, minute: number, call: string, text: string, more: object = {}) {
  const content = [{ type: 'tool_result', tool_use_id: call, content: text }];
  return claudeLine(thread, minute, 'user', { message: { role: 'user', content }, ...more });
}

/** One line of a rollout of Codex; `second` is when, counted from noon. */
export function codexLine(second: number, type: string, payload: object): object {
  return { timestamp: atSecond(second), type, payload };
}

export function atSecond(second: number): string {
  return new Date(Date.UTC(2026, 0, 5, 12, 0, second)).toISOString();
}

export function codexMeta(id: string, second: number, more: object = {}): object {
  return codexLine(second, 'session_meta', {
    id,
    timestamp: atSecond(second),
    cwd: '/work/app',
    originator: 'codex_exec',
    cli_version: '0.169.0',
    source: 'exec',
    git: { branch: 'main' },
    ...more,
  });
}

export function codexEvent(second: number, type: string, more: object = {}): object {
  return codexLine(second, 'event_msg', { type, ...more });
}

export function codexItem(second: number, type: string, more: object = {}): object {
  return codexLine(second, 'response_item', { type, ...more });
}

export function codexSays(second: number, text: string): object {
  return codexItem(second, 'message', { role: 'assistant', content: [{ type: 'output_text', text }] });
}

/** A `token_count`: `total` and `last` are [input, of it cached, output]. */
export function codexTokenCount(
  second: number,
  total: readonly [number, number, number],
  last: readonly [number, number, number],
  more: object = {},
): object {
  const counts = ([input, cached, output]: readonly [number, number, number]): object => ({
    input_tokens: input,
    cached_input_tokens: cached,
    output_tokens: output,
    total_tokens: input + output,
  });
  const info = { total_token_usage: counts(total), last_token_usage: counts(last) };
  return codexEvent(second, 'token_count', { info, ...more });
}
