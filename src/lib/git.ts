import { spawn } from 'node:child_process';
import { Problem, systemErrorCode } from './problem.ts';

/** Variables that bind git to one repository; inherited ones (from a hook, say) would bind ours to the wrong one. */
export const GIT_LOCAL_VARIABLES = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_COMMON_DIR',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_PREFIX',
  'GIT_NAMESPACE',
  'GIT_GRAFT_FILE',
  'GIT_SHALLOW_FILE',
  'GIT_REPLACE_REF_BASE',
  'GIT_CONFIG_PARAMETERS',
];

/** Nothing goes on behind our git that holds a lock, or stands in a worktree that has to go. */
export const NO_TIDYING = ['-c', 'maintenance.auto=false', '-c', 'gc.auto=0'];

export interface GitResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface GitOptions {
  readonly input?: string;
  readonly env?: Record<string, string>;
  /** Longest run; a git that waits for a person or a dead network must not stop everything. Default 2 minutes. */
  readonly timeoutMs?: number;
}

/**
 * Runs git without a shell and without asking anybody. Our reads take no optional locks, so that they never make an
 * agent's own git fail on `index.lock`.
 *
 * @throws Problem `git_missing` when there is no git, `git_timeout` when it does not end
 */
export async function git(
  folder: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<GitResult> {
  const clean = Object.fromEntries(GIT_LOCAL_VARIABLES.map((name) => [name, undefined]));
  const env = { GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C', ...options.env };
  const ended = await run(folder, args, { ...process.env, ...clean, ...env }, options);
  const result = { stdout: withoutFinalNewline(ended.stdout), stderr: withoutFinalNewline(ended.stderr) };
  // What it says of an end by us is not its answer.
  if (ended.isLate)
    throw new Problem(
      'git_timeout',
      `git ${args[0]} in ${folder} did not end.`,
      'See what holds the repository.',
      1,
    );
  if (ended.exitCode !== null) return { exitCode: ended.exitCode, ...result };
  throw new Problem(
    'git_missing',
    ended.because === 'ENOENT'
      ? 'There is no `git` on PATH.'
      : `git cannot be started in ${folder}: ${ended.because}.`,
    'Install git 2.31 or newer, or add its folder to PATH.',
    1,
  );
}

interface Ended {
  /** Null where it did not end by itself; `because` then says in a word why. */
  readonly exitCode: number | null;
  readonly because: string;
  /** Whether we ended it because it took too long. */
  readonly isLate: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** More of it is no answer. */
const LONGEST_OUTPUT = 256 << 20;

/**
 * By Node itself: every verb runs git, and loading a library for it takes longer than git does. In a group of its own: who
 * presses Ctrl-C asks stint for an orderly end, which takes git, and must not end what git is at.
 */
function run(
  folder: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { input = '', timeoutMs = 120_000 }: GitOptions,
): Promise<Ended> {
  return new Promise((resolve) => {
    const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    let size = 0;
    let timer: NodeJS.Timeout | undefined;
    const end = (exitCode: number | null, because: string, isLate = false): void => {
      clearTimeout(timer);
      const [stdout, stderr] = [output.stdout, output.stderr].map((parts) => Buffer.concat(parts).toString());
      resolve({ exitCode, because, isLate, stdout: stdout ?? '', stderr: stderr ?? '' });
    };
    try {
      const child = spawn('git', [...NO_TIDYING, ...args], { cwd: folder, env, detached: true });
      // Not by Node's own `timeout`: that goes on, and keeps the process from ending, where there is no git.
      timer = setTimeout(() => {
        child.kill();
        // What a hook has left running may hold them for ever.
        for (const name of ['stdout', 'stderr'] as const) child[name].destroy();
      }, timeoutMs);
      for (const name of ['stdout', 'stderr'] as const)
        child[name].on('data', (part: Buffer) => {
          size += part.length;
          if (size <= LONGEST_OUTPUT) output[name].push(part);
          else child.kill();
        });
      child.once('error', (error) => end(null, systemErrorCode(error) ?? 'unknown'));
      child.once('close', (code, signal) => {
        if (size > LONGEST_OUTPUT) end(null, 'it says too much');
        else end(child.killed ? null : code, signal ?? 'unknown', child.killed);
      });
      // A git that does not read its input is no error; its exit code says how it went.
      child.stdin.on('error', () => undefined).end(input);
    } catch (error) {
      // Words that no program can be given: a NUL, or more of them than the kernel takes.
      end(null, systemErrorCode(error) ?? 'unknown');
    }
  });
}

function withoutFinalNewline(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}

/** The output of a git command that must succeed. @throws Problem `git_failed` with git's own words */
export async function gitOutput(
  folder: string,
  args: readonly string[],
  options?: GitOptions,
): Promise<string> {
  const result = await git(folder, args, options);
  if (result.exitCode !== 0) {
    const words = result.stderr.trim().split('\n').at(-1) ?? '';
    throw new Problem(
      'git_failed',
      `git ${args[0]} in ${folder} failed: ${words}`,
      'Run it by hand to see more.',
      1,
    );
  }
  return result.stdout;
}

/**
 * What reads the list of worktrees fails, about once in two hundred times, at the moment in which another one is half
 * made or half removed. A few tries outlast that moment; a repository that is broken fails them all.
 */
export async function gitAgain(repository: string, args: readonly string[]): Promise<string> {
  for (let tries = 0; tries < 5; tries++) {
    const output = await gitTry(repository, args);
    if (output !== null) return output;
  }
  return gitOutput(repository, args);
}

/** The output, or null when git says no. */
export async function gitTry(
  folder: string,
  args: readonly string[],
  options?: GitOptions,
): Promise<string | null> {
  const result = await git(folder, args, options);
  return result.exitCode === 0 ? result.stdout : null;
}
