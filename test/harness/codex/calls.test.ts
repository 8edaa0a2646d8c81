import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { outstandingWork } from '../../../src/domain/background-work.ts';
import type { TranscriptSession } from '../../../src/domain/transcript-session.ts';
import { readSessions } from '../../../src/harness/read-sessions.ts';
import { marksOf } from '../../support/edits.ts';
import { scratchFolder } from '../../support/scratch.ts';
import * as lines from '../../support/transcript-lines.ts';

const { codexEvent, codexItem, codexMeta, codexSays } = lines;

const A = '11111111-aaaa-4aaa-8aaa-111111111111';
const COMMIT = 'git add -A && git commit -m "fix: it"';
const TOLD = '[main 1a2b3c4] fix: it\n 1 file changed\n';

function session(...content: readonly object[]): TranscriptSession {
  const file = path.join(scratchFolder(), 'full.jsonl');
  const all = [codexMeta(A, 0), codexEvent(1, 'user_message', { message: 'go' }), ...content];
  writeFileSync(file, all.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const [first] = readSessions(file).sessions;
  return first as TranscriptSession;
}

const run = (callId: string, input: string) =>
  codexItem(2, 'custom_tool_call', { name: 'exec', call_id: callId, input });
const exec = (callId: string, ...commands: string[]) =>
  run(callId, commands.map((cmd) => `await tools.exec_command(${JSON.stringify({ cmd })});`).join('\n'));
const call = (callId: string, name: string, args: object) =>
  codexItem(3, 'function_call', { name, call_id: callId, arguments: JSON.stringify(args) });
const blocks = (...texts: string[]) => texts.map((text) => ({ type: 'input_text', text }));
const output = (callId: string, content: unknown) =>
  codexItem(4, 'custom_tool_call_output', { call_id: callId, output: content });
const answer = (callId: string, content: unknown) =>
  codexItem(5, 'function_call_output', { call_id: callId, output: content });

const DONE = 'Script completed\nWall time 0.1 seconds\nOutput:\n';
const RUNNING = 'Script running with cell ID 7\nWall time 10.0 seconds\nOutput:\n';

const said = ({ transcript }: TranscriptSession) => {
  const { printedCommits, silentCommits, openCalls, toolErrors } = transcript;
  return { printedCommits, silentCommits, openCalls: openCalls.length, toolErrors };
};
const committed = { printedCommits: ['1a2b3c4'], silentCommits: 0, openCalls: 0, toolErrors: 0 };

describe('commands in a program of Codex', () => {
  test('git’s words in its output are those of its command, in each form of output', () => {
    const result = { chunk_id: 'a', wall_time_seconds: 0.1, exit_code: 0, output: TOLD };
    const outputs = [
      `${DONE}${TOLD}`,
      TOLD,
      blocks(`Script completed\nOutput:\n\n${TOLD}`),
      blocks(DONE, TOLD),
      blocks(DONE, JSON.stringify(result)),
      blocks(DONE, JSON.stringify([{ ...result, output: '' }, result])),
      blocks(DONE, JSON.stringify([{ status: 'fulfilled', value: result }])),
      blocks(DONE, JSON.stringify(TOLD)),
      blocks(DONE, `committed: ${TOLD}`),
      blocks(DONE, `${JSON.stringify(result).slice(0, -20)}…`),
      `${DONE}${JSON.stringify(result)}`,
      { success: true, content: blocks(DONE, TOLD) },
    ];
    for (const content of outputs)
      expect(said(session(exec('c1', COMMIT), output('c1', content))), JSON.stringify(content)).toEqual(
        committed,
      );
  });

  test('the same words count for nothing where no command of it commits', () => {
    const read = session(exec('c1', 'cat notes.txt', 'git log'), output('c1', `${DONE}${TOLD}`));
    expect(said(read)).toEqual({ ...committed, printedCommits: [] });
  });

  test('each command that commits tells one commit, or is silent', () => {
    const second = '[main 5d6e7f8] feat: more\n';
    const two = [exec('c1', COMMIT, 'ls', 'git commit -m b'), output('c1', blocks(DONE, TOLD, second))];
    expect(said(session(...two))).toEqual({ ...committed, printedCommits: ['1a2b3c4', '5d6e7f8'] });
    const quiet = [exec('c1', COMMIT, 'git commit -qm b'), output('c1', blocks(DONE, TOLD))];
    expect(said(session(...quiet))).toEqual({ ...committed, silentCommits: 1 });
  });

  test('a commit that the text of the program only hints at counts', () => {
    const hidden = 'const c = ok ? "git commit -m a" : "ls"; text(await tools.exec_command({ cmd: c }))';
    expect(said(session(run('c1', hidden), output('c1', `${DONE}${TOLD}`)))).toEqual(committed);
    const unreadable = 'const t = tools; text(await t.exec_command({ cmd: "git commit -m a" }))';
    expect(said(session(run('c1', unreadable), output('c1', `${DONE}${TOLD}`)))).toEqual(committed);
  });

  test('words about commits in a patch or a text commit nothing', () => {
    const patch = JSON.stringify('*** Begin Patch\n*** Add File: a\n+git commit -m x\n*** End Patch');
    const words = [
      `await tools.apply_patch(${patch}); await tools.exec_command({ cmd: 'npm test' })`,
      "text('git commit later'); await tools.exec_command({ cmd: 'ls' })",
      "await tools.exec_command({ cmd: 'ls', justification: `before git commit ${n}` })",
    ];
    for (const source of words)
      expect(said(session(run('c1', source), output('c1', `${DONE}${TOLD}`)))).toEqual({
        ...committed,
        printedCommits: [],
      });
  });

  test('a program that cannot be read is a call of a tool that no table knows; one without calls is none', () => {
    const names = (source: string) =>
      session(run('c1', source), output('c1', DONE)).transcript.unknownTools.map(({ tool }) => tool);
    expect(names('tools[name]({})')).toEqual(['exec (a program that cannot be read)']);
    expect(names('await tools.shiny_new_tool({})')).toEqual(['shiny_new_tool']);
    expect(names('text(1 + 1)')).toEqual([]);
  });

  test('a program that only computes changes nothing; in another language or shape it may do anything', () => {
    const others = (input: unknown) => {
      const item = codexItem(2, 'custom_tool_call', { name: 'exec', call_id: 'c1', input });
      return session(item, output('c1', DONE)).transcript.otherCalls.map(({ name }) => name);
    };
    const computing = ['text(1 + 1)', 'const a = [1]; text(`${a.length}`); store("a", a)', '// nothing'];
    for (const source of computing) expect(others(source), source).toEqual([]);
    const unread = ['print(open("x").read())', 'fs.rmSync("x")', 'text(`${spawn("rm x")}`)'];
    for (const source of unread)
      expect(others(source), source).toEqual(['exec (a program that cannot be read)']);
    for (const input of [{ program: 'rm x' }, ['rm x'], undefined]) expect(others(input)).toEqual(['exec']);
  });

  test('a program that failed, and commands that did', () => {
    const failed = 'Script failed\nWall time 0.1 seconds\nScript error:\nno';
    expect(said(session(exec('c1', 'ls'), output('c1', failed))).toolErrors).toBe(1);
    const codes = [0, 2].map((code) => JSON.stringify({ exit_code: code, output: '' }));
    expect(said(session(exec('c1', 'ls', 'false'), output('c1', blocks(DONE, ...codes)))).toolErrors).toBe(1);
    // The words of a command are not those of the CLI.
    expect(said(session(exec('c1', 'ls'), output('c1', `${DONE}Script failed\n`))).toolErrors).toBe(0);
  });

  test('a function of the same name that runs one command is a command', () => {
    for (const args of [{ cmd: COMMIT }, { command: ['bash', '-lc', COMMIT] }])
      expect(said(session(call('c1', 'exec', args), answer('c1', `Exit code: 0\nOutput:\n${TOLD}`)))).toEqual(
        committed,
      );
  });

  test('a function with the program among its arguments is the same', () => {
    const source = `await tools.exec_command(${JSON.stringify({ cmd: COMMIT })})`;
    for (const args of [{ source }, { code: source }, { input: source }])
      expect(said(session(call('c1', 'exec', args), answer('c1', `${DONE}${TOLD}`)))).toEqual(committed);
  });
});

describe('items that stint does not know', () => {
  const named = (...content: object[]) => {
    const { otherCalls, unknownTools, openCalls } = session(...content).transcript;
    return [otherCalls.map(({ name }) => name), unknownTools.map(({ tool }) => tool), openCalls.length];
  };

  test('those that look like calls are calls, of tools that no table has', () => {
    expect(named(codexItem(2, 'quantum_call', { id: 'q1', status: 'completed' }))).toEqual([
      ['quantum'],
      ['quantum'],
      0,
    ]);
    const asked = codexItem(2, 'agent_tool_use', { call_id: 'q1', name: 'beam', arguments: '{}' });
    const told = codexItem(3, 'agent_tool_use_output', { call_id: 'q1', output: 'ok' });
    expect(named(asked, told)).toEqual([['beam'], ['beam'], 0]);
    expect(named(codexItem(2, 'tool_use', { id: 'q1', name: 'beam', arguments: '{}' }))).toEqual([
      ['beam'],
      ['beam'],
      0,
    ]);
  });

  test('a known tool in an item of an unknown kind is a call of an unknown shape', () => {
    const asked = codexItem(2, 'tool_use', { id: 'q1', name: 'list_dir', arguments: '{}' });
    expect(session(asked).transcript.unknownTools).toEqual([{ tool: 'list_dir', calls: 1, isShape: true }]);
    expect(session(asked).transcript.otherCalls).toEqual([{ name: 'list_dir', calls: 1 }]);
  });

  test('known kinds of calls, and items that call nothing, are what they are', () => {
    const search = codexItem(2, 'tool_search_call', { call_id: 't1', arguments: { query: 'x' } });
    expect(named(search, codexItem(3, 'tool_search_output', { call_id: 't1', tools: [] }))).toEqual([
      [],
      [],
      0,
    ]);
    const silent = ['reasoning', 'ghost_snapshot', 'compaction_summary', 'additional_tools'];
    expect(named(...silent.map((type) => codexItem(2, type, { id: type })))).toEqual([[], [], 0]);
  });

  test('a tool of a server has its name, and one of Codex itself none', () => {
    const called = (namespace: string, name: string) => [
      codexItem(2, 'function_call', { namespace, name, call_id: 'c1', arguments: '{}' }),
      answer('c1', 'ok'),
    ];
    expect(named(...called('mcp__github__', 'create_issue'))).toEqual([['mcp__github__create_issue'], [], 0]);
    expect(named(...called('mcp__github', 'create_issue'))).toEqual([['mcp__github__create_issue'], [], 0]);
    expect(named(...called('functions', 'update_plan'))).toEqual([[], [], 0]);
    expect(named(...called('collaboration', 'list_agents'))).toEqual([[], [], 0]);
  });
});

describe('what a later call answers', () => {
  const begun = [exec('c1', COMMIT), output('c1', blocks(RUNNING))];
  const wait = (callId: string, cell: unknown = '7', more: object = {}) =>
    call(callId, 'wait', { cell_id: cell, ...more });

  test('the end of a program is told by a call that waits for it', () => {
    const read = session(...begun, wait('c2'), answer('c2', blocks(`${DONE}${TOLD}`)), codexSays(9, 'Done.'));
    expect(said(read)).toEqual(committed);
    expect(outstandingWork(read.transcript)).toEqual([]);
    expect(read.lastWord).toBe('agent');
  });

  test('whatever the form of the cell’s name, and of the answer', () => {
    for (const cell of ['7', 7])
      for (const content of [
        `${DONE}${TOLD}`,
        blocks(DONE, TOLD),
        blocks(DONE, JSON.stringify({ output: TOLD })),
      ])
        expect(said(session(...begun, wait('c2', cell), answer('c2', content)))).toEqual(committed);
    const named = [exec('c1', COMMIT), output('c1', 'Script running with cell ID cell-17\nOutput:\n')];
    expect(said(session(...named, wait('c2', 'cell-17'), answer('c2', `${DONE}${TOLD}`)))).toEqual(committed);
  });

  test('by the second of two that wait, or while the program still runs', () => {
    const again = [...begun, wait('c2'), answer('c2', blocks(RUNNING))];
    expect(said(session(...again, wait('c3'), answer('c3', `${DONE}${TOLD}`)))).toEqual(committed);
    const early = [...begun, wait('c2'), answer('c2', blocks(`${RUNNING}${TOLD}`))];
    expect(said(session(...early, wait('c3'), answer('c3', DONE)))).toEqual(committed);
    const earliest = [exec('c1', COMMIT), output('c1', blocks(`${RUNNING}${TOLD}`))];
    expect(said(session(...earliest, wait('c2'), answer('c2', DONE)))).toEqual(committed);
  });

  test('a program that told no commit to the end may have made one', () => {
    expect(said(session(...begun, wait('c2'), answer('c2', DONE))).silentCommits).toBe(1);
  });

  test('one that failed while it was waited for is over, with an error', () => {
    const read = session(...begun, wait('c2'), answer('c2', 'Script failed\nScript error:\nno'));
    expect(said(read)).toEqual({ ...committed, printedCommits: [], toolErrors: 1 });
    expect(outstandingWork(read.transcript)).toEqual([]);
  });

  test('one that no call waits for runs on, and one that was stopped does not', () => {
    const works = (...more: object[]) => outstandingWork(session(...begun, ...more).transcript).length;
    expect(works()).toBe(1);
    expect(works(wait('c2'), answer('c2', RUNNING))).toBe(1);
    expect(works(wait('c2', '7', { terminate: true }), answer('c2', 'Script terminated\n'))).toBe(0);
    expect(works(wait('c2'), answer('c2', 'exec cell 7 not found'))).toBe(0);
  });

  test('an answer to another program says nothing of this one', () => {
    const other = [exec('c3', 'cat log'), output('c3', 'Script running with cell ID 8\n'), wait('c4', 8)];
    expect(said(session(...begun, ...other, answer('c4', `${DONE}${TOLD}`))).printedCommits).toEqual([]);
  });

  test('a shell that runs on is told to commit', () => {
    const shell = [
      call('c1', 'exec_command', { cmd: 'bash', tty: true }),
      answer('c1', 'Chunk ID: a\nProcess running with session ID 42\nOutput:\n$ '),
    ];
    const typed = call('c2', 'write_stdin', { session_id: 42, chars: `${COMMIT}\n` });
    const told = answer('c2', `Process running with session ID 42\nOutput:\n${COMMIT}\n${TOLD}$ `);
    expect(said(session(...shell, typed, told))).toEqual(committed);
    const other = call('c2', 'write_stdin', { session_id: 42, chars: 'cat log\n' });
    expect(said(session(...shell, other, told))).toEqual({ ...committed, printedCommits: [] });
  });

  test('the end of a command that ran on is told by a call that speaks with its process', () => {
    const left = 'Chunk ID: a\nWall time: 10 seconds\nProcess running with session ID 42\nOutput:\n';
    const over = `Chunk ID: b\nWall time: 1 seconds\nProcess exited with code 0\nOutput:\n${TOLD}`;
    const direct = [call('c1', 'exec_command', { cmd: COMMIT }), answer('c1', left)];
    const asked = call('c2', 'write_stdin', { session_id: 42, chars: '' });
    expect(said(session(...direct, asked, answer('c2', over)))).toEqual(committed);
    const result = JSON.stringify({ output: '', session_id: 42 });
    const inside = [exec('c1', COMMIT), output('c1', blocks(DONE, result))];
    const told = JSON.stringify({ output: TOLD, exit_code: 0 });
    const again = [
      run('c2', 'text(await tools.write_stdin({ session_id: 42 }))'),
      output('c2', blocks(DONE, told)),
    ];
    expect(said(session(...inside, ...again))).toEqual(committed);
  });
});

describe('a turn of Codex that ends in an error', () => {
  const error = (message: string, info: unknown = 'other') =>
    codexEvent(3, 'error', { message, codex_error_info: info });
  const over = (answered: string | null) => codexEvent(4, 'task_complete', { last_agent_message: answered });
  const endOf = (...content: object[]) => session(...content).transcript;

  test('has not ended well, whatever it says its last answer was', () => {
    for (const last of [null, 'Looking.']) {
      const read = endOf(codexSays(2, 'Looking.'), error('no'), over(last));
      expect(read).toMatchObject({ ended: { isError: true }, trouble: { message: 'no' } });
    }
    const aborted = answer('c1', 'aborted');
    const late = endOf(call('c1', 'shell', { command: ['ls'] }), error('no'), aborted, over(null));
    expect(late).toMatchObject({ ended: { isError: true } });
    const silent = endOf(error('stream disconnected', { response_stream_disconnected: {} }), over(null));
    expect(silent).toMatchObject({ answers: 0, ended: { isError: true }, trouble: { error: 'overload' } });
  });

  test('has ended well where the model answered after it', () => {
    const retried = endOf(
      codexEvent(3, 'stream_error', { message: 'retry 1/5' }),
      codexSays(4, 'Done.'),
      over('Done.'),
    );
    expect(retried).toMatchObject({ ended: { isError: false }, trouble: null });
    const again = [
      codexEvent(9, 'user_message', { message: 'again' }),
      codexSays(10, 'Done.'),
      over('Done.'),
    ];
    expect(endOf(error('no'), over(null), ...again)).toMatchObject({
      ended: { isError: false },
      trouble: null,
    });
  });

  test('is an error where it only tried again, and no answer came', () => {
    const retried = codexEvent(3, 'stream_error', { message: 'Reconnecting... 5/5' });
    const read = endOf(retried, over(null));
    expect(read).toMatchObject({ answers: 0, ended: { isError: true }, trouble: { error: 'overload' } });
  });

  test('is not an end where the prompt got no answer at all', () => {
    const turns = [
      [over(null)],
      [codexItem(2, 'reasoning', { summary: [] }), over(null)],
      [codexSays(2, 'Done.'), over('Done.'), codexEvent(9, 'user_message', { message: 'more' }), over(null)],
    ];
    for (const turn of turns) {
      const read = session(...turn);
      expect(read).toMatchObject({ lastWord: 'person', transcript: { ended: null, trouble: null } });
    }
    const aborted = session(
      codexSays(2, 'Looking.'),
      codexEvent(3, 'turn_aborted', { reason: 'interrupted' }),
    );
    expect(aborted.transcript).toMatchObject({ ended: null, isInterrupted: true });
  });

  test('errors of a request beside the turn do not end it', () => {
    const beside = error('cannot steer a review', { active_turn_not_steerable: { turn_kind: 'review' } });
    const read = endOf(codexSays(2, 'Done.'), beside, over('Done.'));
    expect(read).toMatchObject({ ended: { isError: false }, trouble: null });
  });
});

describe('the edits of a session of Codex', () => {
  const patch = [
    '*** Begin Patch',
    '*** Add File: src/new.ts',
    '+export const added = 1;',
    '*** Update File: src/old.ts',
    '*** Move to: src/moved.ts',
    '@@ function a',
    ' const same = 0;',
    '-const removed = 2;',
    '+const changed = 3;',
    '*** Delete File: gone.ts',
    '*** End Patch',
  ].join('\n');
  const heredoc = `apply_patch <<'EOF'\n${patch}\nEOF\n`;
  const FOLDER = '/work/app';

  const left = (folder = FOLDER) => ({
    [`${folder}/src/new.ts`]: marksOf('export const added = 1;'),
    [`${folder}/src/moved.ts`]: marksOf('const changed = 3;'),
  });
  const filesOf = (...content: object[]) => Object.fromEntries(session(...content).edits?.files ?? []);

  test('a patch is one, however it is given', () => {
    const given = [
      codexItem(2, 'custom_tool_call', { name: 'apply_patch', call_id: 'c1', input: patch }),
      call('c1', 'apply_patch', { input: patch }),
      call('c1', 'shell', { command: ['apply_patch', patch] }),
      call('c1', 'shell', { command: ['bash', '-lc', heredoc] }),
      call('c1', 'exec_command', { cmd: `cd /work/app && ${heredoc}`, workdir: '/elsewhere' }),
      run('c1', `text(await tools.apply_patch(${JSON.stringify(patch)}))`),
      run('c1', `const patch = String.raw\`${patch}\`;\nawait tools.apply_patch({ input: patch })`),
      exec('c1', heredoc),
    ];
    for (const each of given) expect(filesOf(each, output('c1', DONE)), JSON.stringify(each)).toEqual(left());
    const read = session(given[0] ?? {}, output('c1', DONE));
    expect(read.transcript.edited).toEqual(['src/new.ts', 'src/old.ts', 'src/moved.ts', 'gone.ts']);
  });

  test('its paths start in the folder of the command', () => {
    const inFolder = (args: object) =>
      filesOf(call('c1', 'exec_command', args), answer('c1', 'Exit code: 0\n'));
    expect(inFolder({ cmd: heredoc, workdir: '/other' })).toEqual(left('/other'));
    expect(inFolder({ cmd: heredoc, workdir: 'packages/a' })).toEqual(left('/work/app/packages/a'));
    expect(inFolder({ cmd: `cd packages/a && ${heredoc}` })).toEqual(left('/work/app/packages/a'));
  });

  test('a patch that was not taken, and words about patches, edit nothing', () => {
    const failed = 'Script failed\nScript error:\napply_patch verification failed';
    expect(
      filesOf(run('c1', `await tools.apply_patch(${JSON.stringify(patch)})`), output('c1', failed)),
    ).toEqual({});
    const refused = answer('c1', { success: false, content: 'no' });
    expect(filesOf(call('c1', 'apply_patch', { input: patch }), refused)).toEqual({});
    const refusals = [
      'apply_patch verification failed: Failed to find expected lines in a.ts',
      'apply_patch handler received invalid patch input',
      'patch rejected by user',
    ];
    for (const words of refusals) {
      const given = codexItem(2, 'custom_tool_call', { name: 'apply_patch', call_id: 'c1', input: patch });
      expect(filesOf(given, output('c1', words)), words).toEqual({});
      expect(filesOf(call('c1', 'shell', { command: heredoc }), answer('c1', words)), words).toEqual({});
    }
    const words = [`cat <<'EOF' > notes\n${patch}\nEOF`, 'grep apply_patch src'];
    for (const cmd of words)
      expect(filesOf(call('c1', 'exec_command', { cmd }), answer('c1', 'Exit code: 0\n'))).toEqual({});
  });

  test('an edit in a program that is waited for counts', () => {
    const begun = [run('c1', `await tools.apply_patch(${JSON.stringify(patch)})`), output('c1', RUNNING)];
    expect(filesOf(...begun, call('c2', 'wait', { cell_id: '7' }), answer('c2', DONE))).toEqual(left());
  });
});
