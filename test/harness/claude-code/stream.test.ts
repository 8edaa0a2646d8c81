import { fc } from '../../support/fixed-seed.ts';
import { describe, expect, test } from 'vitest';
import type { SessionEvent } from '../../../src/domain/session-event.ts';
import { emptyTranscript, foldEvents, peakContext, totalTokens } from '../../../src/domain/transcript.ts';
import { parseStreamJson as parseAt } from '../../../src/harness/claude-code/stream.ts';

const AT = new Date('2025-11-30T12:00:00Z');
const parseStreamJson = (line: string): SessionEvent[] => parseAt(line, AT);

function parse(value: unknown): SessionEvent[] {
  return parseStreamJson(JSON.stringify(value));
}

function fold(...values: readonly unknown[]) {
  return foldEvents(emptyTranscript, values.flatMap(parse));
}

const usage = {
  input_tokens: 10,
  output_tokens: 5,
  cache_read_input_tokens: 100,
  cache_creation_input_tokens: 20,
};

function assistant(content: unknown, more: object = {}, message: object = {}) {
  return { type: 'assistant', message: { id: 'm1', model: 'a-model', content, ...message }, ...more };
}

function use(name: string, input: object = {}, id = 't1') {
  return { type: 'tool_use', id, name, input };
}

const text = (words: string) => ({ type: 'text', text: words });
const SYNTHETIC = { model: '<synthetic>' };

describe('every kind of event', () => {
  test('started and prompted: the first line of a turn', () => {
    expect(parse({ type: 'system', subtype: 'init', session_id: 'th', model: 'a-model' })).toEqual([
      { kind: 'started', thread: 'th', model: 'a-model' },
      { kind: 'prompted' },
    ]);
  });

  test('said', () => {
    expect(parse(assistant([text('hello')]))).toEqual([{ kind: 'said', text: 'hello' }]);
  });

  test('called, with its place', () => {
    const places = [
      'Bash',
      'Read',
      'WebFetch',
      'Task',
      'AskUserQuestion',
      'mcp__x__y',
      'Novel',
      'constructor',
    ];
    const events = places.flatMap((name) => parse(assistant([use(name)])));
    expect(events.map((event) => (event.kind === 'called' ? event.place : event.kind))).toEqual([
      'localProcess',
      'inProcess',
      'remote',
      'subagent',
      'human',
      'remote',
      'unknown',
      'unknown',
    ]);
  });

  test('a call is told by its command, file, description or url, or by its name', () => {
    const summary = (input: object) => {
      const [event] = parse(assistant([use('Tool', input)]));
      return event?.kind === 'called' ? event.summary : null;
    };
    expect(summary({ command: 'npm test', description: 'tests' })).toBe('npm test');
    expect(summary({ file_path: '/a.ts' })).toBe('/a.ts');
    expect(summary({ description: 'look around' })).toBe('look around');
    expect(summary({ url: 'https://a.example' })).toBe('https://a.example');
    expect(summary({ command: 7 })).toBe('Tool');
    expect(summary({ command: 'x'.repeat(5000) })).toHaveLength(300);
  });

  test('answered, each result of the line, with its error', () => {
    const content = [
      { type: 'tool_result', tool_use_id: 'a' },
      { type: 'tool_result', tool_use_id: 'b', is_error: true },
    ];
    expect(parse({ type: 'user', message: { content } })).toEqual([
      { kind: 'answered', callId: 'a', isError: false, fingerprint: expect.any(String) as string },
      { kind: 'answered', callId: 'b', isError: true, fingerprint: expect.any(String) as string },
    ]);
  });

  test('prompted: words of a user, as text or as blocks', () => {
    expect(parse({ type: 'user', message: { content: 'go on' } })).toEqual([{ kind: 'prompted' }]);
    expect(parse({ type: 'user', message: { content: [text('go on')] } })).toEqual([{ kind: 'prompted' }]);
  });

  test('delegated: lines of a subagent, whose prompt is no new turn', () => {
    const parent = { parent_tool_use_id: 'task1' };
    expect(parse(assistant([text('sub')], parent))).toContainEqual({ kind: 'delegated', callId: 'task1' });
    const prompt = { type: 'user', message: { content: [text('do this')] }, ...parent };
    expect(parse(prompt)).toEqual([{ kind: 'delegated', callId: 'task1' }]);
    const result = { type: 'result', subtype: 'success', is_error: false };
    expect(fold(result, prompt).ended).not.toBeNull();
    expect(fold(result, { type: 'user', message: { content: 'more' } }).ended).toBeNull();
  });

  test('compacted, and a retry of the CLI', () => {
    expect(parse({ type: 'system', subtype: 'compact_boundary' })).toEqual([{ kind: 'compacted' }]);
    expect(parse({ type: 'system', subtype: 'api_retry', error_status: 529, error: 'overloaded' })).toEqual([
      { kind: 'erred', error: 'overload', message: 'overloaded', isRetrying: true },
    ]);
  });

  test('ended', () => {
    const [first, second, ended] = parse({
      type: 'result',
      subtype: 'success',
      is_error: false,
      result: 'all done',
      num_turns: 4,
      total_cost_usd: 0.25,
      usage,
      permission_denials: [{ tool_name: 'Bash' }, {}],
    });
    expect([first, second]).toEqual([
      { kind: 'denied', tool: 'Bash' },
      { kind: 'denied', tool: 'unknown' },
    ]);
    expect(ended).toEqual({
      kind: 'ended',
      isError: false,
      subtype: 'success',
      text: 'all done',
      costUsd: 0.25,
      turns: 4,
      tokens: { input: 10, output: 5, cacheRead: 100, cacheWrite: 20 },
      isOneTurn: true,
    });
  });

  test('the usage of a result is that of all models and turns, helpers included', () => {
    const model = { inputTokens: 30, outputTokens: 3, cacheReadInputTokens: 7, costUSD: 1 };
    const modelUsage = { one: model, two: { ...model, inputTokens: 12 }, odd: null };
    const { ended } = fold({ type: 'result', usage, modelUsage });
    expect(ended?.tokens).toEqual({ input: 42, output: 6, cacheRead: 14, cacheWrite: null });
    expect(fold({ type: 'result', usage, modelUsage: {} }).ended?.tokens?.input).toBe(10);
  });

  test('an error result is one by its flag or by its subtype', () => {
    const isError = (value: object) => fold({ type: 'result', ...value }).ended?.isError;
    expect(isError({ subtype: 'success', is_error: true })).toBe(true);
    expect(isError({ subtype: 'error_max_turns' })).toBe(true);
    expect(isError({ subtype: 'success' })).toBe(false);
  });

  test.each(['stream_event', 'tool_progress', 'a_type_of_tomorrow'])('%s is noted', (type) => {
    expect(parse({ type })).toEqual([{ kind: 'noted' }]);
  });

  test('thinking is noted, so that the line counts', () => {
    expect(parse(assistant([{ type: 'thinking', thinking: '…' }]))).toEqual([{ kind: 'noted' }]);
    expect(parse({ type: 'system', subtype: 'hook_started' })).toEqual([{ kind: 'noted' }]);
  });

  test('a block of an unknown kind counts as a call of a tool that is not known', () => {
    expect(parse(assistant([{ type: 'server_tool_use', id: 's1', name: 'web_search' }]))).toMatchObject([
      { kind: 'called', callId: 's1', tool: 'web_search', place: 'unknown' },
      { kind: 'answered', callId: 's1', isError: false },
    ]);
  });
});

describe('what cannot be read is counted', () => {
  test.each([
    ['no JSON', 'not json', 'json'],
    ['half a line', '{"type":"assist', 'json'],
    ['an array', '[1]', 'json'],
    ['null', 'null', 'json'],
    ['no type', '{"kind":"assistant"}', 'format'],
    ['a type that is no word', '{"type":7}', 'format'],
    ['an assistant line without its message', '{"type":"assistant","msg":{}}', 'format'],
    ['a renamed content', '{"type":"assistant","message":{"parts":[]}}', 'format'],
    ['blocks without a type', '{"type":"assistant","message":{"content":[{"kind":"text"}]}}', 'format'],
    ['a user line without its message', '{"type":"user"}', 'format'],
    ['a rate limit without its info', '{"type":"rate_limit_event"}', 'format'],
  ] as const)('%s', (_, line, reason) => {
    expect(parseStreamJson(line)).toEqual([{ kind: 'unreadable', reason }]);
  });

  test('a line of blanks is no line', () => {
    expect(parseStreamJson('')).toEqual([]);
    expect(parseStreamJson(' \t\r')).toEqual([]);
  });

  test('a user line that cannot be read does not take a result back', () => {
    expect(fold({ type: 'result', subtype: 'success' }, { type: 'user', message: 7 }).ended).not.toBeNull();
  });
});

describe('usage', () => {
  const line = (id: string, more: object = {}) =>
    assistant([text('.')], {}, { id, usage: { ...usage, ...more } });

  test('counts once for each message, however many lines it has', () => {
    const transcript = fold(line('m1'), line('m1'), line('m2'), line('m1'));
    expect(totalTokens(transcript)).toEqual({ input: 20, output: 10, cacheRead: 200, cacheWrite: 40 });
    expect(peakContext(transcript)).toBe(130);
  });

  test('what was not reported is null and never 0', () => {
    expect(totalTokens(fold(assistant([text('.')])))).toEqual({
      input: null,
      output: null,
      cacheRead: null,
      cacheWrite: null,
    });
    const sparse = fold(assistant([text('.')], {}, { usage: { input_tokens: 3, output_tokens: null } }));
    expect(totalTokens(sparse)).toEqual({ input: 3, output: null, cacheRead: null, cacheWrite: null });
    expect(fold({ type: 'result', subtype: 'success' }).ended).toMatchObject({
      tokens: null,
      costUsd: null,
      turns: null,
    });
    expect(peakContext(fold(assistant([text('.')])))).toBeNull();
  });

  test('a number that is none is not reported', () => {
    const odd = fold(assistant([text('.')], {}, { usage: { input_tokens: '10', output_tokens: [5] } }));
    expect(totalTokens(odd)).toMatchObject({ input: null, output: null });
    expect(parseStreamJson('{"type":"result","num_turns":1e999}')).toMatchObject([{ turns: null }]);
  });
});

describe('the facts that a price depends on', () => {
  const used = (more: object) =>
    [...fold(assistant([], {}, { usage: { ...usage, ...more } })).usageByMessage.values()][0];
  const parts = (five: unknown, hour: unknown) => ({
    cache_creation: { ephemeral_5m_input_tokens: five, ephemeral_1h_input_tokens: hour },
  });

  test('the tier, and cache writes by how long they are kept', () => {
    const told = used({ service_tier: 'priority', ...parts(5, 15) });
    expect(told).toMatchObject({ cacheWrite: 20, cacheWrite5m: 5, cacheWrite1h: 15 });
    expect(told).toMatchObject({ serviceTier: 'priority' });
    expect(used(parts(20, 0))).toMatchObject({ cacheWrite5m: 20, cacheWrite1h: 0 });
  });

  test.each([
    [{}],
    [parts(undefined, 20)],
    [parts(10, null)],
    [parts(-1, 5)],
    [parts(1.5, 5)],
    [parts('5', '15')],
    [parts(20, 1)],
    [{ ...parts(0, 0), cache_creation_input_tokens: null }],
    [{ cache_creation: [5, 15] }],
  ])('parts that are missing, or exceed their whole, are left out: %j', (more) => {
    const told = used(more);
    expect(told).toMatchObject({ input: 10, output: 5 });
    expect(told).not.toHaveProperty('cacheWrite5m');
    expect(told).not.toHaveProperty('cacheWrite1h');
  });

  test.each([null, 7, '', {}, 'a tier of words', 'x'.repeat(33), 'a\u001b[31m', '\n'])(
    'a tier of %j is left out',
    (tier) => expect(used({ service_tier: tier })).not.toHaveProperty('serviceTier'),
  );
});

describe('limits', () => {
  const rate = (info: object) => parse({ type: 'rate_limit_event', rate_limit_info: info });

  test('a rejection is a limit, with its reset', () => {
    expect(rate({ status: 'rejected', resetsAt: 1_764_547_200, rateLimitType: 'five_hour' })).toEqual([
      { kind: 'limited', resetsAt: '2025-12-01T00:00:00.000Z', detail: 'five_hour limit', model: null },
    ]);
  });

  test.each([
    ['seven_day_opus', { model: 'opus' }],
    ['seven_day_sonnet', { model: 'sonnet' }],
    ['seven_day', { model: null }],
  ])('a rejection of %s has the scope that it names', (rateLimitType, scope) => {
    expect(rate({ status: 'rejected', rateLimitType })).toMatchObject([{ kind: 'limited', ...scope }]);
  });

  test('unknown words give no scope; the prose behind may name it', () => {
    const event = {
      type: 'rate_limit_event',
      rate_limit_info: { status: 'rejected', rateLimitType: 'lunar_tide' },
    };
    expect(fold(event).limit).not.toHaveProperty('model');
    const opus = assistant([text("You've hit your Opus limit")], {}, SYNTHETIC);
    expect(fold(event, opus).limit?.model).toBe('opus');
  });

  test.each([
    { status: 'allowed' },
    { status: 'allowed_warning' },
    { status: 'rejected', isUsingOverage: true },
    {},
  ])('%j is none', (info) => {
    expect(rate(info)).toEqual([{ kind: 'noted' }]);
  });

  test.each([null, 'soon', -5, 0, 1e300, {}])('a reset of %j is not said', (resetsAt) => {
    expect(rate({ status: 'rejected', resetsAt })).toMatchObject([{ kind: 'limited', resetsAt: null }]);
  });

  const words = [
    "You've hit your session limit · resets 3pm (Europe/Berlin)",
    "You've hit your limit · resets 3pm",
    "You've reached your weekly limit.",
    "You're out of extra usage · resets 5pm",
    '5-hour limit reached ∙ resets 6pm',
    'Weekly limit reached ∙ resets Oct 9',
  ];

  test.each(words)('the CLI’s own error result “%s” is a limit', (result) => {
    const transcript = fold({ type: 'result', subtype: 'success', is_error: true, result });
    expect(transcript.limit?.detail).toBe(result);
    expect(transcript.ended?.isError).toBe(true);
  });

  test('its reset time keeps the zone that it names', () => {
    const result = "You've hit your session limit · resets 3pm (Europe/Berlin)";
    const transcript = fold({ type: 'result', subtype: 'success', is_error: true, result });
    expect(transcript.limit?.resetsAt).toBe('2025-11-30T14:00:00.000Z');
  });

  test.each(words)('a line that the CLI wrote itself is a limit, whatever result follows: “%s”', (line) => {
    const success = { type: 'result', subtype: 'success', is_error: false, result: line };
    expect(fold(assistant([text(line)], {}, SYNTHETIC), success).limit).not.toBeNull();
    expect(fold(assistant([text(line)], { isApiErrorMessage: true }), success).limit).not.toBeNull();
  });

  test('what a helper is told is no limit of the session, which is told itself', () => {
    const told = assistant(
      [text(words[0] ?? '')],
      { parent_tool_use_id: 't1', isApiErrorMessage: true },
      SYNTHETIC,
    );
    expect(parse(told)).toEqual([{ kind: 'delegated', callId: 't1' }]);
    expect(fold(told, assistant([text(words[0] ?? '')], {}, SYNTHETIC)).limit).not.toBeNull();
  });

  test.each(words)('the same words in a tool’s output or the model’s own are nothing: “%s”', (line) => {
    const content = [{ type: 'tool_result', tool_use_id: 't1', content: line }];
    const echoed = fold(
      assistant([use('Bash')]),
      { type: 'user', message: { content } },
      assistant([text(line)]),
      { type: 'result', subtype: 'success', is_error: false, result: line },
    );
    expect(echoed.limit).toBeNull();
    expect(echoed.trouble).toBeNull();
  });

  test('the old form holds its reset', () => {
    const result = 'Claude AI usage limit reached|1764547200';
    expect(fold({ type: 'result', is_error: true, result }).limit?.resetsAt).toBe('2025-12-01T00:00:00.000Z');
  });

  test('a full context is no usage limit', () => {
    expect(
      fold({ type: 'result', is_error: true, result: 'Context limit reached · /clear' }).limit,
    ).toBeNull();
    expect(fold({ type: 'result', is_error: true, result: 'Prompt is too long' }).limit).toBeNull();
  });
});

describe('other trouble of the provider', () => {
  test.each([
    ['Invalid API key · Please run /login', null, 'auth'],
    ['API Error: 401 {"error":{"type":"authentication_error"}}', null, 'auth'],
    ['API Error: 403 forbidden', null, 'auth'],
    ['OAuth token has expired', null, 'auth'],
    ['anything', 401, 'auth'],
    ['API Error: 529 overloaded_error', null, 'overload'],
    ['API Error: 500', null, 'overload'],
    ['anything', 503, 'overload'],
    ['anything', 429, 'overload'],
  ] as const)('the result “%s” with status %s: %s', (result, api_error_status, error) => {
    const { trouble } = fold({ type: 'result', is_error: true, result, api_error_status });
    expect(trouble?.error).toBe(error);
  });

  test('`<synthetic>` lines are no answers of a model', () => {
    const transcript = fold(assistant([text('API Error: 529 overloaded')], {}, SYNTHETIC));
    expect(transcript).toMatchObject({ answers: 0, trouble: { error: 'overload' } });
    expect(transcript.usageByMessage.size).toBe(0);
  });

  test.each([
    ['a mark', { isApiErrorMessage: true }, SYNTHETIC],
    ['a name', { error: 'unknown' }, SYNTHETIC],
    ['a name without a model', { error: 'unknown' }, { model: null }],
    ['a mark beside a model', { isApiErrorMessage: true }, {}],
  ])('%s makes a line an error, whatever its words', (_, marks, message) => {
    const line = assistant([text('Hoppla, da ging etwas schief')], marks, message);
    expect(fold(line)).toMatchObject({ answers: 0, trouble: { error: 'other' } });
  });

  test('the CLI’s own line without a mark is no error, unless its words are', () => {
    const own = (words: string) => fold(assistant([text(words)], {}, SYNTHETIC));
    expect(own('No response requested.')).toMatchObject({ answers: 0, trouble: null, limit: null });
    expect(own('(no content)').trouble).toBeNull();
    expect(own('API Error: irgendetwas').trouble).toEqual({
      error: 'other',
      message: 'API Error: irgendetwas',
    });
  });

  test.each([
    ['authentication_failed', 'auth'],
    ['oauth_org_not_allowed', 'auth'],
    ['rate_limit', 'overload'],
    ['server_error', 'overload'],
    ['overloaded', 'overload'],
    ['invalid_request', 'other'],
    ['unknown', 'other'],
    ['a_word_of_tomorrow', 'other'],
  ])('the CLI’s name for an error decides where its words do not: %s', (error, expected) => {
    const line = assistant([text('Hoppla')], { error, isApiErrorMessage: true }, SYNTHETIC);
    expect(fold(line, { type: 'result', is_error: true, result: 'Hoppla' }).trouble?.error).toBe(expected);
  });

  test('a result that is an error tells trouble, but for the bounds that the session was given', () => {
    const trouble = (value: object) => fold({ type: 'result', ...value }).trouble;
    expect(trouble({ subtype: 'success', is_error: true, result: 'Kaputt' })).toMatchObject({
      message: 'Kaputt',
    });
    expect(trouble({ subtype: 'error_during_execution', errors: ['boom'] })).toMatchObject({
      message: 'boom',
    });
    expect(trouble({ subtype: 'error_max_turns', result: 'usage limit reached' })).toBeNull();
    expect(
      fold({ type: 'result', subtype: 'error_max_turns', result: 'usage limit reached' }).limit,
    ).toBeNull();
  });

  test('a retry in unknown words is an outage, and none that lasts', () => {
    const retry = (more: object) => fold({ type: 'system', subtype: 'api_retry', ...more }).trouble;
    expect(retry({ error: 'unknown', error_status: null })).toMatchObject({
      error: 'overload',
      isRetrying: true,
    });
    expect(retry({ error: 'usage limit reached', error_status: 429 })).toMatchObject({ error: 'overload' });
  });

  test('an interruption, in the name of the user, is neither a prompt nor an error', () => {
    const line = { type: 'user', message: { content: [text('[Request interrupted by user for tool use]')] } };
    expect(parse(line)).toEqual([{ kind: 'interrupted' }]);
    expect(fold(line, { type: 'result', subtype: 'error_during_execution' }).trouble).toBeNull();
  });

  test('an answer clears it', () => {
    const bad = assistant([text('API Error: 529')], {}, SYNTHETIC);
    expect(fold(bad, assistant([text('now')])).trouble).toBeNull();
  });
});

describe('the todo list', () => {
  const todos = (...states: string[]) => use('TodoWrite', { todos: states.map((status) => ({ status })) });

  test('counts what is not completed, as last written', () => {
    expect(fold(assistant([todos('completed', 'pending', 'in_progress')])).openTodos).toBe(2);
    expect(fold(assistant([todos('pending')]), assistant([todos('completed')])).openTodos).toBe(0);
    expect(fold(assistant([use('Bash')])).openTodos).toBeNull();
  });

  test('of a subagent is not the session’s', () => {
    const sub = assistant([todos('pending')], { parent_tool_use_id: 'x' });
    expect(fold(assistant([todos('completed')]), sub).openTodos).toBe(0);
  });
});

test('a wake-up that was asked for is told until it comes; a subagent asks for itself', () => {
  const wake = use('ScheduleWakeup', { description: 'look at CI' });
  expect(fold(assistant([wake])).wakeUps).toEqual(['look at CI']);
  expect(fold(assistant([wake], { parent_tool_use_id: 'x' })).wakeUps).toEqual([]);
  expect(fold(assistant([wake]), { type: 'user', message: { content: 'wake up' } }).wakeUps).toEqual([]);
});

describe('hostile lines', () => {
  const TYPES = ['system', 'assistant', 'user', 'result', 'rate_limit_event', 'other'];
  const KEYS = [
    'message',
    'content',
    'subtype',
    'usage',
    'rate_limit_info',
    'permission_denials',
    'is_error',
    'result',
  ];
  const shaped = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(
        ...TYPES,
        'init',
        'text',
        'tool_use',
        'tool_result',
        '<synthetic>',
        'rejected',
        'TodoWrite',
      ),
      fc.double(),
      fc.constant(null),
      fc.boolean(),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(
        fc.constantFrom(
          ...KEYS,
          'type',
          'id',
          'name',
          'input',
          'todos',
          'model',
          '__proto__',
          'constructor',
          'resetsAt',
        ),
        tie('value'),
        { maxKeys: 5 },
      ),
    ),
  })).value;

  test('any JSON value gives at least one event and never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.jsonValue(), shaped),
        fc.constantFrom(...TYPES),
        shaped,
        (value, type, message) => {
          const lines = [value, { type, message }, { type, ...(typeof value === 'object' ? value : {}) }];
          for (const line of lines.map((each) => JSON.stringify(each))) {
            const events = parseStreamJson(line);
            expect(events.length).toBeGreaterThan(0);
            expect(() => foldEvents(emptyTranscript, events)).not.toThrow();
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('any text gives at least one event unless it is blank', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (line) => {
        expect(parseStreamJson(line).length > 0).toBe(line.trim() !== '');
      }),
    );
  });

  test('keys of the prototype are only keys', () => {
    parseStreamJson('{"type":"assistant","__proto__":{"polluted":1},"message":{"__proto__":{"polluted":1}}}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(parseStreamJson('{"__proto__":{"type":"result"}}')).toEqual([
      { kind: 'unreadable', reason: 'format' },
    ]);
  });

  test('deep nesting and huge numbers are lines like any other', () => {
    const deep = `{"type":"assistant","message":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
    expect(parseStreamJson(deep)).toMatchObject([{ kind: 'unreadable' }]);
    const huge = `{"type":"rate_limit_event","rate_limit_info":{"status":"rejected","resetsAt":${'9'.repeat(400)}}}`;
    expect(parseStreamJson(huge)).toMatchObject([{ kind: 'limited', resetsAt: null }]);
  });
});
