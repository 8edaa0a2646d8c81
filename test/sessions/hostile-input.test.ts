import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SessionRecord } from '../../src/domain/record.ts';
import { clockThatRuns, runInProcess, RUNNING } from '../support/in-process.ts';
import { AGENTS, scratchFolder, scratchProject, type ScratchProject } from '../support/scratch.ts';
import { configOf, recordedIds, rowsOf, waitFor, worktreesOf } from '../support/sessions.ts';
import type { StintResult } from '../support/stint.ts';
import { runSession, stint, stintJson } from '../support/stint-here.ts';

// What comes from a configuration, a command line or an agent is never run, never names a path outside, and never
// reaches a terminal as it is.

const WORDS: Record<string, string> = {
  quotes: `it's "quoted" \`twice\``,
  'a newline': 'one\ntwo',
  'a path': '../../../x',
  'glob characters': '*[a-z]?{a,b}',
  'a command': '$(touch x)',
  'a command in backticks': '`touch x`',
  'a command after a semicolon': '; touch x',
  'an option': '--help',
  emoji: '🙂 日本語 \u202etxt.exe',
  'escape sequences': '\u001b]0;owned\u0007\u001b[2J\u009b31m',
  'a long text': 'x'.repeat(100_000),
};

/** Everything that may not reach a terminal. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;

/** No word was run as a command, wherever it would have been. */
function expectNothingRun(project: ScratchProject): void {
  for (const folder of [project.folder, path.join(project.folder, '..'), project.stateFolder])
    expect(existsSync(path.join(folder, 'x'))).toBe(false);
}

/** Refused as a wrong call: one readable line. */
function expectSentence(result: StintResult, says: RegExp): void {
  expect(result.code).toBe(2);
  expect(result.stderr).toMatch(/^stint: [^\n]{1,2100}\n$/);
  expect(result.stderr).toMatch(says);
  expect(result.stderr.trimEnd()).not.toMatch(CONTROL);
}

test('values that nobody means are not counted, and keep no work from being recorded', async () => {
  const strange = {
    command: [process.execPath, path.join(AGENTS, 'strange-numbers.mjs')],
    format: 'stream-json',
  };
  const project = scratchProject(
    configOf({ code: { prompt: 'x', harness: 'strange' } }, { harnesses: { strange } }),
  );
  const record = await runSession(project, 'code');
  expect(record).toMatchObject({
    outcome: 'productive',
    commitDetails: [{ subject: 'feat: strange' }],
    usage: { input: null, output: 7 },
  });
});

describe('in a prompt', () => {
  test('it reaches the agent as it is, in its words and on its standard input', async () => {
    const echo = [process.execPath, path.join(AGENTS, 'echo.mjs')];
    const prompts = Object.values(WORDS);
    const categories = prompts.flatMap((prompt, index) => [
      [`word-${index}`, { prompt, harness: 'word' }],
      [`stdin-${index}`, { prompt, harness: 'stdin' }],
    ]);
    const harnesses = { word: { command: [...echo, 'at={prompt}'] }, stdin: { command: echo } };
    const schedule = { maxConcurrent: 100, top: 100 };
    const project = scratchProject(configOf(Object.fromEntries(categories), { harnesses, schedule }));
    const { spawned } = await stintJson<{ spawned: SessionRecord[] }>(project, 'fanout');
    expect(spawned.map(({ outcome }) => outcome)).toEqual(categories.map(() => 'noop'));
    for (const { id, category } of spawned) {
      const [kind, index] = category.split('-');
      const prompt = prompts[Number(index)];
      const given = readFileSync(path.join(project.stateFolder, 'sessions', id, 'stdout'), 'utf8');
      const expected =
        kind === 'word' ? { words: [`at=${prompt}`], stdin: '' } : { words: [], stdin: prompt };
      expect(JSON.parse(given)).toEqual(expected);
    }
    expectNothingRun(project);
  });

  test('1 MB of it comes on standard input, and is said to be too long for a command line', async () => {
    const prompt = '🙂'.repeat(262_144);
    const command = [process.execPath, path.join(AGENTS, 'echo.mjs')];
    const project = scratchProject(
      configOf(
        { code: { prompt, harness: 'stdin' }, line: { prompt: prompt.slice(0, 100_000), harness: 'line' } },
        { harnesses: { stdin: { command }, line: { command: [...command, '{prompt}'] } } },
      ),
    );
    const record = await runSession(project, 'code');
    const raw = await stint(project, 'logs', record.id, '--raw');
    expect(JSON.parse(raw.stdout)).toEqual({ words: [], stdin: prompt });
    const refused = await runSession(project, 'line');
    expect(refused).toMatchObject({ outcome: 'not-run', stop: { reason: 'not-started' } });
    expect(refused.stop.because).toMatch(/too many for a command line/);
    expect(worktreesOf(project)).toEqual([]);
  });

  test('a NUL is refused', async () => {
    const project = scratchProject(configOf({ code: { prompt: 'a\0b' } }));
    const result = await stint(project, 'run', 'code');
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(
      /^stint: [^\n]*stint\.yaml:1:\d+: categories\.code\.prompt [^\n]*NUL[^\n]*\n$/,
    );
    writeFileSync(path.join(project.folder, 'prompt.md'), 'a\0b');
    project.write('stint.yaml', configOf({ code: { promptFile: 'prompt.md' } }));
    const fromFile = await stint(project, 'run', 'code');
    expect(fromFile.code).toBe(2);
    expect(fromFile.stderr).toMatch(/^stint: The prompt of code contains a NUL character\.[^\n]*\n$/);
    expect(rowsOf(project)).toEqual([]);
  });
});

describe('as the name of a category', () => {
  const names = {
    ...WORDS,
    'a NUL': 'a\0b',
    'a lock': 'code.lock',
    dots: 'a..b',
    nothing: '',
    proto: '__proto__',
  };

  test('in the configuration it is refused, with its place', async () => {
    for (const name of Object.values(names)) {
      const text = configOf({ code: { prompt: 'true' } }).replace('"code"', JSON.stringify(name));
      const project = scratchProject(text);
      expectSentence(await stint(project, 'run', 'code'), /stint\.yaml:1:\d+: /);
      expect(rowsOf(project)).toEqual([]);
      expectNothingRun(project);
    }
  });

  test('on the command line it is unknown', async () => {
    const project = scratchProject(configOf({ code: { prompt: 'true' } }));
    for (const name of Object.values({ ...WORDS, nothing: '', proto: '__proto__' }))
      expectSentence(await stint(project, 'run', '--', name), /no category/);
    expect(rowsOf(project)).toEqual([]);
    expect(existsSync(project.stateFolder)).toBe(false);
    expectNothingRun(project);
  });
});

test('as a verb, an option, a session id and a folder: one sentence', async () => {
  const project = scratchProject(configOf({ code: { prompt: 'true' } }));
  const calls = ['a newline', 'emoji', 'escape sequences', 'a long text'].flatMap((name) => {
    const words = WORDS[name] ?? '';
    return [
      ['--', words],
      ['show', '--', words],
      ['logs', '--', words],
      [`--no${words}`],
      ['status', '-C', words],
    ];
  });
  for (const call of calls) expectSentence(await stint(project, ...call), /./);
  expectNothingRun(project);
});

test('as a base: it is no commit, or refused', async () => {
  const bases = { ...WORDS, 'an option that runs': '--upload-pack=touch x', 'a NUL': 'a\0b' };
  for (const base of Object.values(bases)) {
    const project = scratchProject(configOf({ code: { prompt: 'true', base } }));
    expectSentence(await stint(project, 'run', 'code'), /base/);
    expect(rowsOf(project)).toEqual([]);
    expectNothingRun(project);
  }
});

test('a path of the configuration leads nowhere else', async () => {
  for (const category of [
    { prompt: 'true', copy: ['../secret'] },
    { promptFile: '/etc/hostname' },
    { promptFile: 'a/../../b' },
  ]) {
    const result = await stint(scratchProject(configOf({ code: category })), 'run', 'code');
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(/^stint: [^\n]*stint\.yaml:1:\d+: [^\n]*outside the project[^\n]*\n$/);
  }
});

test('in branches and files that an agent makes: all of it is counted, saved and shown safely', async () => {
  const project = scratchProject();
  const names = [
    'it\'s "q"',
    'new\nline',
    '*[a]?',
    '$(touch x)',
    '`touch x`',
    '-n',
    '🙂 日本',
    '\u001b[2Jred',
    'tab\tbed',
    ' ',
  ];
  const branches = ["it's", '$(touch-x)', '`touch`', '🙂', ';touch'];
  project.write('names.json', JSON.stringify({ names, branches }));
  project.git('add', '--all');
  project.git('commit', '--quiet', '--message', 'names');
  const script = path.join(AGENTS, 'names.mjs');
  project.write(
    'stint.yaml',
    configOf(
      { code: { prompt: 'x', harness: 'names', check: 'true' } },
      { harnesses: { names: { command: [process.execPath, script] } } },
    ),
  );
  const record = await runSession(project, 'code');
  expect(record.outcome).toBe('productive');
  expect(record.commits).toHaveLength(1 + branches.length);
  expect(record.commitDetails[0]?.files.toSorted()).toEqual(names.toSorted());
  // What was left uncommitted under the same names is saved under them.
  expect(record.salvage).not.toBeNull();
  const saved = project.git('ls-tree', '-r', '-z', '--name-only', record.salvage ?? '').split('\0');
  for (const name of names) expect(saved).toContain(`left${name}`);
  const shown = await stint(project, 'show', record.id, '--why');
  expect(shown.stdout).not.toMatch(CONTROL);
  expectNothingRun(project);
  expect(worktreesOf(project)).toEqual([]);
});

test('what an agent prints, commits and declares reaches no terminal as it is', async () => {
  const evil = '\u001b]0;owned\u0007\u001b[2J\u001b[31m\u009b1A\rhidden\u202e\u0000';
  const message = (text: string): string =>
    JSON.stringify({
      type: 'assistant',
      message: { id: 'm', model: `m${evil}`, content: [{ type: 'text', text }] },
    });
  const call = JSON.stringify({
    type: 'assistant',
    message: {
      id: 'n',
      content: [{ type: 'tool_use', id: 'c', name: `Bash${evil}`, input: { command: evil } }],
    },
  });
  const prompt = JSON.stringify([
    {
      raw: `${JSON.stringify({ type: 'system', subtype: 'init', session_id: `t${evil}`, model: `m${evil}` })}\n`,
    },
    { raw: `${evil} no json\n${message(`said ${evil}`)}\n${call}\n` },
    { stderr: `err ${evil}\n` },
    { git: ['commit', '--allow-empty', '-m', `subject ${evil.replace('\0', '')}`] },
    { result: { is_error: true, subtype: `error_${evil}`, result: evil } },
  ]);
  const project = scratchProject(
    configOf({
      code: { prompt, harness: 'stream', check: `printf '\\033[2Jcheck\\n'; exit 1`, shell: true },
      plain: { prompt: `printf 'out \\033[2J\\n'; printf 'err \\033[2J\\n' >&2` },
    }),
  );
  const run = await stint(project, 'run', 'code');
  const plain = await stint(project, 'run', 'plain');
  const views = [run, plain];
  for (const id of recordedIds(project)) {
    for (const call of [
      ['show', id, '--why'],
      ['logs', id],
      ['logs', id, '--stderr'],
      ['logs', id, '--json'],
    ])
      views.push(await stint(project, ...call));
  }
  views.push(await stint(project, 'sessions'), await stint(project, 'status'));
  for (const { stdout, stderr } of views) {
    expect(stdout).not.toMatch(CONTROL);
    expect(stderr).not.toMatch(CONTROL);
  }
  const [record] = await stintJson<SessionRecord[]>(project, 'sessions', '--category', 'code');
  expect(record?.unreadableLines).toBe(1);
  const errors = await stint(project, 'logs', record?.id ?? '', '--stderr');
  expect(errors.stdout).toMatch(/^err /);
});

describe('in the place of its own session’s files', () => {
  const OWN = 'own="$STINT_STATE_DIR/sessions/$STINT_SESSION_ID"';

  test('pipes without a reader or a writer keep no supervisor from its time limit', async () => {
    const ready = path.join(scratchFolder(), 'ready');
    const prompt = `${OWN}; mkdir -p "$STINT_STATE_DIR/markers"; cd "$own"
      set -- stdout hooks.jsonl pulses.jsonl live.json declared.json refs.log exit
      rm -f "$@"; mkfifo "$@" "$STINT_STATE_DIR/markers/x-in-progress-$STINT_SESSION_ID-1.marker"
      : > '${ready}'; sleep 300`;
    const code = { prompt, timeout: '5m', supervise: RUNNING };
    const project = scratchProject(configOf({ code, docs: { prompt: 'true' } }));
    const { record } = await runInProcess(
      project,
      'code',
      clockThatRuns(() => existsSync(ready)),
    );
    expect(record).toMatchObject({ outcome: 'failed', stop: { reason: 'timed-out' } });
    expect(record.warnings.join()).toContain('could not be written down any more');
    expect((await stint(project, 'status')).code).toBe(0);
    expect((await stint(project, 'logs', record.id)).code).toBe(0);
    expect((await stint(project, 'show', record.id, '--replay')).code).toBe(1);
    expect((await runSession(project, 'docs')).outcome).toBe('noop');
  });

  test.each([
    ['a reason that is none', '{"kind":"noop","reason":7}'],
    ['a kind that is none', '{"kind":["done"],"reason":"x"}'],
    ['too much', `{"kind":"noop","reason":"${'x'.repeat(5000)}"}`],
  ])('a declaration past `stint declare` (%s) is none', async (_, content) => {
    const prompt = `${OWN}; echo '${content}' > "$own/declared.json"; echo '{"waitingOn":[]}' > "$own/live.json"`;
    const record = await runSession(scratchProject(configOf({ code: { prompt } })), 'code');
    expect(record).toMatchObject({ outcome: 'noop', grade: 0, declared: null });
  });

  test('incident 26: the disk is full where its pulses go: it works on, and that is in its record', async () => {
    // Of two new hints at least the second comes from a look that found the disk full.
    const hint = `rm -f "$own/live.json"; ${waitFor('$own/live.json').replaceAll("'", '"')}`;
    const prompt = `${OWN}; ln -sf /dev/full "$own/pulses.jsonl"; ${hint}; ${hint}; echo x >f; git add f; git commit -qm f`;
    const record = await runSession(scratchProject(configOf({ code: { prompt } })), 'code');
    expect(record).toMatchObject({ outcome: 'productive', stop: { reason: 'completed' } });
    expect(record.warnings).toEqual([
      expect.stringMatching(/^what was seen of it could not be written down any more: .*no space left/i),
    ]);
  });
});
