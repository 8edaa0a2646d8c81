import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { git, gitOutput, gitTry, isPassing } from '../../src/git/git.ts';
import { PROGRAM_HEAD, startProgram } from '../support/programs.ts';
import { scratchFolder, scratchProject } from '../support/scratch.ts';

/** A folder for PATH with a `git` that does what a shell script says. */
function fakeGit(script: string): Record<string, string> {
  const bin = scratchFolder();
  writeFileSync(path.join(bin, 'git'), `#!/bin/sh\n${script}\n`);
  chmodSync(path.join(bin, 'git'), 0o755);
  return { PATH: `${bin}:/usr/bin:/bin` };
}

test('what it prints comes without the last newline, and only that one', async () => {
  const env = fakeGit("printf 'a\\n\\n'; printf 'w\\n' >&2; exit 3");
  expect(await git(scratchFolder(), ['x'], { env })).toEqual({ exitCode: 3, stdout: 'a\n', stderr: 'w' });
  expect(await gitTry(scratchFolder(), ['x'], { env })).toBeNull();
});

test('its input reaches it, and one that it does not read is no error', async () => {
  expect(await gitOutput(scratchFolder(), ['x'], { env: fakeGit('cat'), input: 'in' })).toBe('in');
  const input = 'x'.repeat(1 << 20);
  expect(await gitOutput(scratchFolder(), ['x'], { env: fakeGit('echo done'), input })).toBe('done');
});

test('one that does not end is ended, also when it takes that for an order to say goodbye', async () => {
  for (const script of ['exec sleep 600', "trap 'kill $!; exit 0' TERM; sleep 600 & wait"])
    await expect(
      git(scratchFolder(), ['fetch'], { env: fakeGit(script), timeoutMs: 200 }),
    ).rejects.toMatchObject({
      code: 'git_timeout',
    });
});

test('a Ctrl-C, which a terminal sends to all of a group, asks us to end and does not end git', async () => {
  const body = `
    const { gitOutput } = await src('git/git.ts');
    process.once('SIGINT', () => console.log('asked'));
    const env = { ...JSON.parse(arg(1)), GROUP: String(process.pid) };
    console.log(await gitOutput('/', ['x'], { env }));`;
  const env = fakeGit('kill -INT "-$GROUP"; echo whole');
  const program = startProgram(body, [JSON.stringify(env)], [], process.env, true);
  const { stdout, stderr } = await program.done;
  expect(stderr).toBe('');
  expect(stdout.split('\n').toSorted()).toEqual(['', 'asked', 'whole']);
});

test('what a hook leaves running keeps nobody from its answer', async () => {
  const folder = scratchFolder();
  const env = fakeGit('sleep 600 & echo $! > pid');
  onTestFinished(() => void process.kill(Number(readFileSync(path.join(folder, 'pid'), 'utf8')), 'SIGKILL'));
  expect(await git(folder, ['commit'], { env, timeoutMs: 15_000 })).toMatchObject({ exitCode: 0 });
});

test('where there is none, nothing waits for what it might have said', async () => {
  const body = `
    const { git } = await src('git/git.ts');
    const env = { PATH: '/nowhere' };
    await git('/', ['x'], { env, timeoutMs: 1e9 }).catch((problem) => console.log(problem.code));`;
  expect(await startProgram(body).done).toEqual({ code: 0, stdout: 'git_missing\n', stderr: '' });
});

test('without git, and with words that no program can be given, it is a sentence', async () => {
  const nowhere = { PATH: scratchFolder() };
  await expect(git(scratchFolder(), ['status'], { env: nowhere })).rejects.toMatchObject({
    code: 'git_missing',
    message: 'There is no `git` on PATH.',
  });
  await expect(git(scratchFolder(), ['log', 'a\0b'])).rejects.toMatchObject({ code: 'git_missing' });
});

test('variables of an outer repository do not bind it', async () => {
  const project = scratchProject();
  process.env['GIT_DIR'] = '/nowhere';
  try {
    expect(await gitOutput(project.folder, ['rev-parse', '--show-toplevel'])).toBe(project.folder);
  } finally {
    delete process.env['GIT_DIR'];
  }
});

test.each([
  ['fatal: bad object worktrees/a1b2c3d4e5/HEAD', true],
  [
    "error: cannot lock ref 'refs/remotes/origin/main': is at dfec081a but expected d28406b8\n ! a..b main -> origin/main (unable to update local ref)",
    true,
  ],
  ["error: cannot lock ref 'refs/remotes/origin/a/b': 'refs/remotes/origin/a' exists", false],
  ['fatal: Could not read from remote repository.', false],
])('%s passes: %s', (said, passes) => expect(isPassing(said)).toBe(passes));

test('a process without a free descriptor is told of the limit, not to install git', () => {
  const body = `
    const { openSync } = await import('node:fs');
    const { git } = await src('git/git.ts');
    try {
      for (;;) openSync('/dev/null', 'r');
    } catch {
      await git('/', ['x']).catch(({ code, message, hint }) => process.stdout.write([code, message, hint].join(' ')));
    }`;
  const words = ['--input-type=module', '-e', `${PROGRAM_HEAD}${body}`];
  const said = execFileSync('sh', ['-c', 'ulimit -n 80; exec "$@"', 'sh', process.execPath, ...words], {
    encoding: 'utf8',
  });
  expect(said).toBe(
    'too_many_processes git cannot be started in /: too many processes or open files (EMFILE). Try again when others have ended; see `ulimit -u` and `ulimit -n`.',
  );
});
