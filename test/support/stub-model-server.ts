import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A model that does what the prompt says, for tests with real agent CLIs. It speaks as much of Anthropic's Messages and
 * OpenAI's Responses, streamed, as these CLIs need. A prompt holds its steps as `[[steps: JSON]]`; which of them is next
 * follows from the tool results in the conversation, so it keeps nothing between requests but how often it failed.
 */
export type Step =
  | { readonly run: string }
  | { readonly say: string }
  /** A call of any tool by its name. */
  | { readonly call: string; readonly input: Readonly<Record<string, unknown>> }
  /** An HTTP error, for the first `times` tries (always, without it); then the next step. */
  | { readonly status: number; readonly times?: number }
  /** Headers, and nothing after them. */
  | { readonly hang: true }
  /** The stream ends in the middle. */
  | { readonly cut: true };

export function promptOf(...steps: readonly Step[]): string {
  return `Do as the steps say. [[steps: ${JSON.stringify(steps)}]]`;
}

/** What each answer says it has used. */
export const USED = { uncached: 60, cacheRead: 40, output: 10 };

export interface StubModel {
  readonly url: string;
  readonly close: () => void;
}

export async function startStubModel(): Promise<StubModel> {
  const failures = new Map<string, number>();
  const server: Server = createServer((request, response) => {
    void readBody(request).then((body) => answer(request, response, body, failures));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}`, close };
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += String(chunk);
  return body;
}

interface Conversation {
  readonly input?: readonly unknown[];
  readonly messages?: readonly unknown[];
  readonly tools?: readonly { readonly name?: string }[];
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
  failures: Map<string, number>,
): void {
  const path = request.url?.split('?')[0] ?? '';
  const dialect = DIALECTS[path];
  if (!dialect) return void response.writeHead(404).end('{}');
  const conversation = JSON.parse(body) as Conversation;
  const step = nextStep(conversation, failures);
  if ('status' in step) {
    response.writeHead(step.status, { 'content-type': 'application/json' });
    return void response.end(JSON.stringify({ error: { type: 'stub_error', message: 'the stub refuses' } }));
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  if ('hang' in step) return;
  const events = dialect(step);
  const shown = 'cut' in step ? events.slice(0, 1) : events;
  for (const event of shown) response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  if ('cut' in step) response.destroy();
  else response.end();
}

/**
 * Requests without tools (a title, say) are none of the session's turns. Of a conversation that was gone on with, the last
 * prompt counts, and what came after it.
 */
function nextStep({ input, messages, tools }: Conversation, failures: Map<string, number>): Step {
  const { json, results } = lastPrompt([input, messages]);
  if (json === null || !tools || tools.length === 0) return { say: 'A title' };
  let steps = JSON.parse(json) as Step[];
  const [first] = steps;
  if (first && 'status' in first && first.times !== undefined) {
    const failed = failures.get(json) ?? 0;
    failures.set(json, failed + 1);
    if (failed < first.times) return first;
    steps = steps.slice(1);
  }
  return steps[results] ?? { say: 'Done.' };
}

/** The steps of the last prompt of a conversation, and how many tools have answered since. */
function lastPrompt(conversation: unknown): { readonly json: string | null; readonly results: number } {
  let json: string | null = null;
  let results = 0;
  const walk = (value: unknown): void => {
    if (typeof value === 'string') {
      // News of a background task comes as a message of the user, and answers the turn that waited for it.
      if (value.startsWith('<task-notification>')) return void results++;
      const steps = /\[\[steps: (.*?)\]\]$/s.exec(value.trim())?.[1];
      if (steps === undefined) return;
      json = steps;
      results = 0;
    } else if (typeof value === 'object' && value !== null) {
      const type = (value as { type?: unknown }).type;
      if (type === 'tool_result' || type === 'function_call_output') results++;
      else Object.values(value).forEach(walk);
    }
  };
  walk(conversation);
  return { json, results };
}

interface StreamEvent {
  readonly type: string;
  readonly [key: string]: unknown;
}

let answers = 0;

interface Call {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

function callOf(step: Step, shell: string, inputOf: (command: string) => Call['input']): Call | null {
  if ('run' in step) return { name: shell, input: inputOf(step.run) };
  return 'call' in step ? { name: step.call, input: step.input } : null;
}

function anthropic(step: Step): StreamEvent[] {
  const id = `stub_${++answers}`;
  const call = callOf(step, 'Bash', (command) => ({ command, timeout: 120_000 }));
  const block = call ? { type: 'tool_use', id, name: call.name, input: {} } : { type: 'text', text: '' };
  const delta = call
    ? { type: 'input_json_delta', partial_json: JSON.stringify(call.input) }
    : { type: 'text_delta', text: 'say' in step ? step.say : '' };
  const usage = {
    input_tokens: USED.uncached,
    cache_read_input_tokens: USED.cacheRead,
    cache_creation_input_tokens: 0,
    output_tokens: USED.output,
  };
  const message = {
    id: `msg_${id}`,
    type: 'message',
    role: 'assistant',
    model: 'stub-model',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage,
  };
  return [
    { type: 'message_start', message },
    { type: 'content_block_start', index: 0, content_block: block },
    { type: 'content_block_delta', index: 0, delta },
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: call ? 'tool_use' : 'end_turn', stop_sequence: null },
      usage,
    },
    { type: 'message_stop' },
  ];
}

function openai(step: Step): StreamEvent[] {
  const id = `stub_${++answers}`;
  // Without the time the tool would be handed back, still running, after ten seconds.
  const call = callOf(step, 'exec_command', (cmd) => ({ cmd, yield_time_ms: 30_000 }));
  const item = call
    ? {
        type: 'function_call',
        id: `fc_${id}`,
        call_id: `call_${id}`,
        name: call.name,
        arguments: JSON.stringify(call.input),
      }
    : {
        type: 'message',
        id: `msg_${id}`,
        role: 'assistant',
        content: [{ type: 'output_text', text: 'say' in step ? step.say : '', annotations: [] }],
      };
  const usage = {
    input_tokens: USED.uncached + USED.cacheRead,
    input_tokens_details: { cached_tokens: USED.cacheRead },
    output_tokens: USED.output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: USED.uncached + USED.cacheRead + USED.output,
  };
  return [
    { type: 'response.created', response: { id } },
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: { id, usage } },
  ];
}

const DIALECTS: Readonly<Record<string, (step: Step) => StreamEvent[]>> = {
  '/v1/messages': anthropic,
  '/v1/responses': openai,
};
