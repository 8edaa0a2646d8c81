import { describe, expect, test } from 'vitest';
import type { CliKind } from '../../src/domain/plan.ts';
import type { SessionEvent } from '../../src/domain/session-event.ts';
import type { Pulse } from '../../src/domain/liveness.ts';
import { emptyTranscript, foldEvents } from '../../src/domain/transcript.ts';
import { CLIS } from '../../src/harness/registry.ts';
import { explainEnd } from '../../src/supervise/explain-end.ts';
import {
  answered,
  called,
  child,
  MINUTE,
  play,
  POLICY,
  root,
  SAID,
  SECOND,
  STARTED,
} from '../support/pulses.ts';

// A CLI waits for a person, and says so in its own structure; no person is there.

type Line = string | object;

/** What becomes of a session of this CLI that prints these lines, at these times, and then nothing. */
function after(
  kind: CliKind,
  script: Readonly<Record<number, readonly Line[]>>,
  more?: (now: number) => Partial<Pulse>,
) {
  const harness = CLIS[kind].create([kind]);
  const read = (line: Line): SessionEvent[] =>
    harness.parse(typeof line === 'string' ? line : JSON.stringify(line), new Date());
  const policy = {
    ...POLICY,
    hasEvents: harness.hasEvents,
    openCalls: harness.hasEvents ? ('visible' as const) : ('none' as const),
  };
  const { liveness, atMs } = play(
    2 * MINUTE,
    (now) => ({ events: (script[now] ?? []).flatMap(read), ...more?.(now) }),
    policy,
  );
  return { state: liveness.state, end: liveness.end?.reason ?? null, because: liveness.end?.because, atMs };
}

const ASKED = { state: 'waiting-on-human', end: 'asked', atMs: POLICY.finishingMs };

const use = (id: string, name: string, more = {}) => ({
  type: 'assistant',
  message: { id: `m ${id}`, model: 'a', content: [{ type: 'tool_use', id, name, input: {} }] },
  ...more,
});
const result = (id: string, content = 'ok') => ({
  type: 'user',
  message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content }] },
});
const says = (text: string) => ({
  type: 'assistant',
  message: { id: 'm', model: 'a', content: [{ type: 'text', text }] },
});
const init = { type: 'system', subtype: 'init', session_id: 't', model: 'a' };
const control = (request: object, id = 'r1') => ({ type: 'control_request', request_id: id, request });
const mayUse = {
  subtype: 'can_use_tool',
  tool_name: 'Bash',
  tool_use_id: 't1',
  input: { command: 'git push' },
};
const system = (subtype: string, more: object = {}) => ({ type: 'system', subtype, ...more });

describe('a request that waits is an end within the grace', () => {
  const claude: readonly [string, readonly Line[]][] = [
    ['a permission, by its protocol', [use('t1', 'Bash'), control(mayUse)]],
    ['the same before its call is told', [control(mayUse)]],
    ['an elicitation of an MCP server', [control({ subtype: 'elicitation', message: 'Which account?' })]],
    ['a dialog', [control({ subtype: 'request_user_dialog', dialog_kind: 'trust', payload: {} })]],
    ['a system line', [system('permission_request', { tool_name: 'Bash', tool_use_id: 't1' })]],
    ['a state', [system('session_state_changed', { state: 'requires_action' })]],
    [
      'a notification',
      [system('notification', { notification_type: 'permission_prompt', message: 'Needs you' })],
    ],
    [
      'a hook',
      [system('hook_started', { hook_event: 'Notification', hook_name: 'Notification:permission_prompt' })],
    ],
    ['a question', [use('t1', 'AskUserQuestion')]],
    ['the end of a plan', [use('t1', 'ExitPlanMode')]],
  ];
  test.each(claude)('Claude Code: %s', (_, lines) => {
    expect(after('claude-code', { 0: [init, ...lines] })).toMatchObject(ASKED);
  });

  const item = (type: string, more = {}) => ({ type: 'item.started', item: { id: 'item_1', type, ...more } });
  const codex: readonly [string, readonly Line[]][] = [
    ['a command', [{ type: 'exec_approval_request', call_id: 'c1', command: ['git', 'push'] }]],
    [
      'a patch, in its older protocol',
      [{ id: '1', msg: { type: 'apply_patch_approval_request', call_id: 'c1', changes: { 'a.ts': {} } } }],
    ],
    ['a question', [item('request_user_input', { status: 'in_progress' })]],
    ['permissions', [{ type: 'request_permissions', call_id: 'c2', reason: 'network' }]],
    ['an elicitation', [{ type: 'elicitation_request', server_name: 's', id: 7, message: 'Which?' }]],
    [
      'a command whose state says so',
      [item('command_execution', { command: 'git push', status: 'awaiting_approval' })],
    ],
    [
      'its app server',
      [
        {
          id: 0,
          method: 'item/commandExecution/requestApproval',
          params: { itemId: 'i1', command: 'git push' },
        },
      ],
    ],
  ];
  test.each(codex)('Codex: %s', (_, lines) => {
    expect(
      after('codex', { 0: [{ type: 'thread.started', thread_id: 't' }, { type: 'turn.started' }, ...lines] }),
    ).toMatchObject(ASKED);
  });

  const text: readonly [CliKind, string, Line][] = [
    [
      'copilot',
      'a permission',
      {
        type: 'permission.requested',
        id: 'e1',
        data: { requestId: 'p1', permissionRequest: { kind: 'shell', fullCommandText: 'git push' } },
      },
    ],
    [
      'copilot',
      'a question',
      { type: 'user_input.requested', id: 'e1', data: { requestId: 'p1', question: 'Which?' } },
    ],
    [
      'copilot',
      'the end of a plan',
      { type: 'exit_plan_mode.requested', id: 'e1', data: { requestId: 'p1', summary: 'x' } },
    ],
    [
      'opencode',
      'a permission',
      {
        type: 'permission.asked',
        properties: { id: 'p1', sessionID: 's', permission: 'bash', patterns: ['git push'] },
      },
    ],
    [
      'opencode',
      'a question',
      { type: 'question.asked', properties: { id: 'q1', questions: [{ question: 'Which?' }] } },
    ],
    [
      'pi',
      'a dialog of an extension',
      { type: 'extension_ui_request', id: 'u1', method: 'confirm', title: 'Allow it?' },
    ],
    [
      'gemini',
      'a question',
      {
        type: 'tool_use',
        tool_name: 'ask_user',
        tool_id: 'u1',
        parameters: { questions: [{ question: 'Which?' }] },
      },
    ],
    [
      'gemini',
      'a call whose state says so',
      { type: 'tool_call', name: 'run_shell_command', callId: 'u1', status: 'awaiting_approval' },
    ],
    [
      'copilot',
      'another protocol',
      {
        jsonrpc: '2.0',
        id: 5,
        method: 'session/request_permission',
        params: { toolCall: { toolCallId: 'x', title: 'git push' } },
      },
    ],
  ];
  test.each(text)('%s: %s', (kind, _, line) => {
    expect(after(kind, { 0: ['Working on it.', line] })).toMatchObject(ASKED);
    // Its heartbeat is no answer.
    const beats = Object.fromEntries(
      [5, 10, 15, 20, 25].map((at) => [at * SECOND, [{ type: 'session.info', data: {} }]]),
    );
    expect(after(kind, { 0: [line], ...beats })).toMatchObject(ASKED);
  });

  test('the end names what was asked', () => {
    const { because } = after('claude-code', { 0: [init, use('t1', 'Bash'), control(mayUse)] });
    expect(because).toBe('it asked a person, and no person attends it: permission for Bash: git push');
  });

  test('chatter, and the words of others, do not lengthen the wait', () => {
    const noise = Object.fromEntries(
      [5, 10, 15, 20, 25].map((at) => [at * SECOND, [system('status'), result('t9'), use('t9', 'Read')]]),
    );
    expect(after('claude-code', { 0: [init, use('t1', 'Bash'), control(mayUse)], ...noise })).toMatchObject(
      ASKED,
    );
  });

  test('a helper that asks behind a result ends the session, whose result stands', () => {
    const work = {
      task_id: 'a1',
      task_type: 'local_agent',
      tool_use_id: 't1',
      is_backgrounded: true,
      description: 'look',
    };
    const ended = { type: 'result', subtype: 'success', is_error: false, result: 'On it.' };
    const lines = {
      0: [
        init,
        use('t1', 'Agent'),
        system('task_started', work),
        result('t1'),
        ended,
        control({ ...mayUse, tool_use_id: 't2' }),
      ],
    };
    expect(after('claude-code', lines)).toMatchObject(ASKED);
  });

  test('the words of a helper are no answer to the session', () => {
    const notice = system('notification', { notification_type: 'permission_prompt' });
    const helper = { ...says('Looking.'), parent_tool_use_id: 't1' };
    const lines = {
      0: [init, use('t1', 'Agent'), notice],
      [5 * SECOND]: [helper, use('t2', 'Read', { parent_tool_use_id: 't1' })],
    };
    expect(after('claude-code', lines)).toMatchObject(ASKED);
  });

  test('a second request waits from its own beginning', () => {
    const second = control({ ...mayUse, tool_use_id: 't2' }, 'r2');
    const lines = {
      0: [init, use('t1', 'Bash'), control(mayUse)],
      [20 * SECOND]: [result('t1'), use('t2', 'Bash'), second],
    };
    expect(after('claude-code', lines)).toMatchObject({ end: 'asked', atMs: 50 * SECOND });
  });
});

describe('a request that is over is none', () => {
  const asked = [init, use('t1', 'Bash'), control(mayUse)];
  const over: readonly [string, Line][] = [
    ['its call is answered', result('t1')],
    ['its call runs', { type: 'tool_progress', tool_use_id: 't1' }],
    ['it is replied to', { type: 'control_response', response: { subtype: 'success', request_id: 'r1' } }],
    ['it is withdrawn', { type: 'control_cancel_request', request_id: 'r1' }],
    ['its call is refused', system('permission_denied', { tool_name: 'Bash', tool_use_id: 't1' })],
    ['a new turn begins', init],
    ['a helper works for its call', { ...says('Looking.'), parent_tool_use_id: 't1' }],
  ];
  test.each(over)('Claude Code: %s', (_, line) => {
    expect(after('claude-code', { 0: asked, [5 * SECOND]: [line] }).end).toBeNull();
  });

  test('a notification is over with the next word', () => {
    const notice = system('notification', { key: 'permission_prompt' });
    for (const line of [says('Going on.'), use('t2', 'Read'), result('t1')])
      expect(
        after('claude-code', { 0: [init, use('t1', 'Read'), notice], [5 * SECOND]: [line] }).end,
      ).toBeNull();
  });

  test('Codex goes on with the command', () => {
    const request = { type: 'exec_approval_request', call_id: 'c1', command: ['make'] };
    const item = {
      type: 'item.started',
      item: { id: 'item_1', type: 'command_execution', command: 'make', status: 'in_progress' },
    };
    expect(after('codex', { 0: [request], [5 * SECOND]: [item] }).end).toBeNull();
    const begin = { id: '1', msg: { type: 'exec_command_begin', call_id: 'c1' } };
    expect(after('codex', { 0: [request], [5 * SECOND]: [begin] }).end).toBeNull();
    const waits = { type: 'item.started', item: { ...item.item, status: 'awaiting_approval' } };
    expect(after('codex', { 0: [waits], [5 * SECOND]: [item] }).end).toBeNull();
  });

  const text: readonly [CliKind, Line, Line][] = [
    [
      'copilot',
      { type: 'permission.requested', data: { requestId: 'p1', permissionRequest: {} } },
      { type: 'permission.completed', data: { requestId: 'p1' } },
    ],
    [
      'copilot',
      { type: 'permission.requested', data: { requestId: 'p1', permissionRequest: { toolCallId: 'c' } } },
      { type: 'tool.execution_complete', data: { toolCallId: 'c' } },
    ],
    [
      'copilot',
      {
        type: 'permission.requested',
        data: { requestId: 'p1', resolvedByHook: true, permissionRequest: {} },
      },
      '',
    ],
    [
      'opencode',
      { type: 'permission.updated', properties: { id: 'p1', title: 'push' } },
      { type: 'permission.replied', properties: { permissionID: 'p1' } },
    ],
    ['opencode', { type: 'question.asked', properties: { id: 'q1' } }, 'Going on.'],
    ['pi', { type: 'extension_ui_request', id: 'u1', method: 'confirm' }, { type: 'turn_end' }],
    ['pi', { type: 'extension_ui_request', id: 'u1', method: 'select', timeout: 10_000 }, ''],
    ['pi', { type: 'extension_ui_request', id: 'u1', method: 'notify' }, ''],
    [
      'gemini',
      { type: 'tool_use', tool_name: 'ask_user', tool_id: 'u1' },
      { type: 'tool_result', tool_id: 'u1', status: 'success' },
    ],
  ];
  test.each(text)('%s: %o, then %o', (kind, request, line) => {
    expect(after(kind, { 0: [request], [5 * SECOND]: [line] }).end).toBeNull();
  });

  test('a command that was allowed and runs protects the session', () => {
    const running = (now: number) => ({ processes: now < 5 * SECOND ? [root()] : [root(), child(20)] });
    expect(after('claude-code', { 0: asked }, running).end).toBeNull();
  });
});

describe('words about a request are none', () => {
  const words = JSON.stringify(control(mayUse));

  test('in a tool’s answer, in the model’s text, or for another CLI', () => {
    const echoes = [
      result('t1', words),
      says(words),
      result('t1', '{"type":"permission.requested","data":{}}'),
    ];
    for (const line of echoes)
      expect(after('claude-code', { 0: [init, use('t1', 'Read'), line] }).end).toBeNull();
    expect(after('copilot', { 0: [words] }).end).toBeNull();
    expect(
      after('gptme', { 0: ['{"type":"permission.requested","data":{"requestId":"1"}}'] }).end,
    ).toBeNull();
    expect(after('copilot', { 0: ['Allow this? {"type":"permission.requested","data":{}}'] }).end).toBeNull();
  });

  test('a text that quotes one and works on is not ended', () => {
    const quote = '{"type":"permission.requested","data":{"requestId":"p1","permissionRequest":{}}}';
    const working = (now: number) => ({ processes: [root(), child(20 + now / SECOND)] });
    expect(after('copilot', { 0: [quote] }, working).end).toBeNull();
  });

  test('other requests of the CLI to its client are not to a person', () => {
    const lines = [
      control({ subtype: 'mcp_message' }),
      control({ subtype: 'hook_callback' }),
      system('hook_started', { hook_event: 'PreToolUse', hook_name: 'PreToolUse:Bash' }),
      system('hook_started', { hook_event: 'PermissionRequest', hook_name: 'PermissionRequest:Bash' }),
    ];
    expect(after('claude-code', { 0: [init, ...lines] }).end).toBeNull();
  });
});

describe('an agent that gives up by itself', () => {
  const facts = { claimed: null, hasEvents: true, hasOutput: true, isRefusedByShell: null };
  const ASK: SessionEvent = { kind: 'asked', askId: 'r1', callId: null, summary: 'permission for Bash' };
  const end = (exitCode: number, ...events: readonly SessionEvent[]) =>
    explainEnd({ ...facts, exitCode, transcript: foldEvents(emptyTranscript, [STARTED, ...events]) }).reason;

  test('with its request or question open was asking; a signal ends whatever it did', () => {
    expect(end(1, ASK)).toBe('asked');
    expect(end(0, ASK)).toBe('asked');
    expect(end(1, called('human'))).toBe('asked');
    expect(end(137, ASK)).toBe('crashed');
  });

  test('after an answer, or within another call, crashed', () => {
    expect(end(1, ASK, SAID)).toBe('crashed');
    expect(end(1, called('human'), answered())).toBe('crashed');
    expect(end(1, called('human'), called('remote', 'c2'))).toBe('crashed');
  });
});

test('requests without end stay few', () => {
  const many = Array.from({ length: 500 }, (_, id): SessionEvent => ({
    kind: 'asked',
    askId: `${id}`,
    callId: null,
    summary: 'x',
  }));
  expect(foldEvents(emptyTranscript, many).asks).toHaveLength(100);
});
