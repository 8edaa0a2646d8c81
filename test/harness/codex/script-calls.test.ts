import { describe, expect, test } from 'vitest';
import { computesOnly, scriptCalls } from '../../../src/harness/codex/script-calls.ts';

/** The tools that a program calls, with the command line of each, or what else it gives. */
function calls(...source: string[]): unknown {
  return scriptCalls(source.join('\n'))?.map(({ tool, input, partly }) => [
    tool,
    typeof input === 'string' ? input : (input?.['cmd'] ?? input),
    ...(partly.length > 0 ? [`partly: ${partly.join()}`] : []),
  ]);
}

const sh = (...commands: string[]) => commands.map((command) => ['exec_command', command]);

describe('the calls of a program', () => {
  test('what the program changes later is not taken for known', () => {
    const changed = [
      "const o = {cmd: 'ls'}; o.cmd = 'rm x'; tools.exec_command(o)",
      "const o = {cmd: 'ls'}; o['cmd'] += ' && rm x'; tools.exec_command(o)",
      "const o = {cmd: 'ls'}; Object.assign(o, more); tools.exec_command(o)",
      "const all = []; all.push('rm x'); for (const cmd of all) tools.exec_command({cmd})",
      "const all = ['ls']; all[0] = 'rm x'; for (const cmd of all) tools.exec_command({cmd})",
      'for (const cmd of []) tools.exec_command({cmd})',
      'const n = 1 + 2; tools.exec_command({cmd: `rm ${n}`})',
    ];
    for (const source of changed)
      expect(scriptCalls(source), source).toMatchObject([
        { tool: 'exec_command', partly: [expect.stringMatching(/^(?:cmd)?$/)] },
      ]);
    expect(
      calls("const o = {cmd: 'ls'}; if (o.cmd === 'x' || o.n <= 2) text(o); tools.exec_command(o)"),
    ).toEqual(sh('ls'));
  });

  test('a function that the text does not name may be any', () => {
    expect(scriptCalls("text['constructor']('return tools')()")).toBeNull();
    expect(computesOnly("(0, fs)['rm']('x')")).toBe(false);
    expect(computesOnly("text([1, 2].map((n) => String(n)).join('a'))")).toBe(true);
  });

  test('one command, however its arguments are written', () => {
    const written = [
      'const r = await tools.exec_command({"cmd":"git status -sb","workdir":"/w"}); text(r.output);',
      "text((await tools.exec_command({ workdir: '/w', yield_time_ms: 1000, cmd: 'git status -sb', })).output)",
      '// @exec: {"yield_time_ms": 1}\nlet out\nout = await tools.exec_command({cmd: `git status -sb`})\ntext(out)',
      "const cmd = 'git status -sb'\nconst r = await tools.exec_command({cmd})",
      "const cmd = 'git ' + 'status -sb'; tools['exec_command']({ cmd: cmd /* as it is */ })",
      "const what = 'status'; await tools?.exec_command?.({ cmd: `git ${what} -sb` })",
      "tools.exec_command({cmd: ['git', 'status', '-sb'].join(' ')})",
      'tools.exec_command({cmd: String.raw`git status -sb`})',
      "text(`said: ${(await tools.exec_command({ cmd: 'git status -sb' })).output}`)",
      String.raw`tools.exec_command({cmd: "git\u0020status\x20-s\
b"})`,
    ];
    for (const source of written) expect(calls(source), source).toEqual(sh('git status -sb'));
  });

  test('several commands: in a row, at once, of a list, and by a function of the program', () => {
    const written = [
      "await tools.exec_command({cmd: 'ls'}); await tools.exec_command({cmd: 'pwd'});",
      "const [a, b] = await Promise.all([tools.exec_command({cmd: 'ls'}), tools.exec_command({cmd: 'pwd'})]);",
      "const cmds = ['ls', 'pwd'];\nawait Promise.all(cmds.map(cmd => tools.exec_command({cmd, workdir: '/w'})));",
      "await Promise.allSettled(['ls', 'pwd'].map(async (c, i) => tools.exec_command({cmd: c})))",
      "for (const cmd of ['ls', 'pwd']) { const r = await tools.exec_command({cmd}); text(r.output) }",
      "for (const [name, cmd] of [['a', 'ls'], ['b', 'pwd']]) text(name, await tools.exec_command({cmd}))",
      "[{ c: 'ls' }, { c: 'pwd' }].forEach(async ({ c }) => { await tools.exec_command({ cmd: c }) })",
      "const run = async (cmd) => (await tools.exec_command({cmd})).output;\ntext(await run('ls') + await run('pwd'))",
      "async function sh(cmd, dir) { return tools.exec_command({ cmd, workdir: dir }) }\nsh('ls', '/w'); sh('pwd', '/w')",
      "const sh = (cmd) => tools.exec_command({cmd}); await Promise.all(['ls', 'pwd'].map(sh))",
    ];
    for (const source of written) expect(calls(source), source).toEqual(sh('ls', 'pwd'));
  });

  test('other tools beside commands', () => {
    const patch = '*** Begin Patch\n*** Delete File: a\n*** End Patch';
    expect(
      calls(
        `const patch = ${JSON.stringify(patch)};`,
        'await tools.apply_patch(patch);',
        'const p = await tools.write_stdin({session_id: 7, chars: "y\\n"});',
        'await tools.mcp__github__open({});',
      ),
    ).toEqual([
      ['apply_patch', patch],
      ['write_stdin', { session_id: 7, chars: 'y\n' }],
      ['mcp__github__open', {}],
    ]);
  });

  test('words that look like calls in texts, patterns and comments are none', () => {
    const source = ["text('tools.exec_command({})')", '// tools.a()', '/* tools.b() */', 'x = /tools.c(/'];
    expect(calls(...source)).toEqual([]);
  });

  test('a part that only a run would show is said to be missing', () => {
    expect(calls("tools.exec_command({cmd: `git commit -m ${title()}`, workdir: '/w'})")).toEqual([
      ['exec_command', 'git commit -m ${…}', 'partly: cmd'],
    ]);
    const unknown = [
      'tools.exec_command({cmd: ok ? "ls" : "pwd"})',
      'tools.exec_command(options)',
      'tools.exec_command({...options, cmd: "ls"})',
      'let cmd = "ls"; cmd += more; tools.exec_command({cmd})',
      'const cmd = "ls"; list.map((cmd) => tools.exec_command({cmd}))',
      'function run(cmd) { tools.exec_command({cmd}) } all.map(run)',
    ];
    for (const source of unknown)
      expect(scriptCalls(source), source).toMatchObject([
        { tool: 'exec_command', partly: [expect.anything()] },
      ]);
  });

  test('of a name with several values, each counts', () => {
    expect(calls("let cmd = 'ls'; if (x) cmd = 'rm -r a'; tools.exec_command({cmd})")).toEqual(
      sh('ls', 'rm -r a'),
    );
  });

  test('a program that may call what its text does not show cannot be read', () => {
    const hidden = [
      'const t = tools; t.exec_command({cmd: "ls"})',
      'const { exec_command } = tools',
      'tools[name]({})',
      'globalThis.tools.exec_command({})',
      'eval(code)',
      "text('no end",
      'text(`no end ${',
      'text("a"))',
    ];
    for (const source of hidden) expect(scriptCalls(source), source).toBeNull();
  });

  // Steps that grew with the square of the length would take hours here.
  test('hostile programs take no longer than their length', { timeout: 120_000 }, () => {
    const many = 'tools.a('.repeat(20_000) + ')'.repeat(20_000);
    const grown = `const a="${'x'.repeat(1000)}";a=${'a+'.repeat(20_000)}a`;
    const nested = '(a,'.repeat(20_000) + ')=>'.repeat(20_000);
    const called = `function f(${'a,'.repeat(10_000)}b) {} ${'f(x);'.repeat(20_000)}`;
    const unreadable = ['`${'.repeat(20_000), '['.repeat(100_000), '/*'.repeat(100_000)];
    unreadable.push(many, grown, nested, called);
    for (const source of unreadable) expect(scriptCalls(source), source.slice(0, 20)).toBeNull();
    const long = [
      '1 / a['.repeat(30_000) + ']'.repeat(30_000),
      'f.map((a)=>'.repeat(20_000) + ')'.repeat(20_000),
      'const a=b;'.repeat(40_000),
      `const a="x"${'.trim()'.repeat(30_000)}`,
    ];
    for (const source of long) expect(scriptCalls(source), source.slice(0, 20)).toEqual([]);
    const growing = `const a=["${'x'.repeat(1000)}"];${'const b=`${a}${b}`;'.repeat(5000)}tools.a(b)`;
    expect(scriptCalls(growing)).toMatchObject([{ tool: 'a', partly: [''] }]);
  });

  test('values that name one another do not grow without end', () => {
    const count = 300;
    const chained = (of: (last: string) => string): string =>
      `const a0='ls';${Array.from({ length: count }, (_, at) => `const a${at + 1}=${of(`a${at}`)};`).join('')}`;
    const twice = [
      (a: string) => `{x:${a},y:${a}}`,
      (a: string) => `[${a},${a}]`,
      (a: string) => `[{x:[${a}],y:${a}}]`,
    ];
    for (const of of twice)
      expect(scriptCalls(`${chained(of)}tools.t({cmd:a${count}})`)).toMatchObject([
        { tool: 't', partly: ['cmd'] },
      ]);
    const long = `const a="${'x'.repeat(1_000_000)}";tools.t({cmd:[${'a,'.repeat(100)}]})`;
    expect(scriptCalls(long)).toMatchObject([{ tool: 't', partly: ['cmd'] }]);
  });
});
