import { isShortage, Problem, tooMany } from '../lib/problem.ts';
import { readProgramLines } from '../lib/program-lines.ts';
import { runProgram, type Ended, type ProgramCall } from '../lib/run-program.ts';
import { GIT_LOCAL_VARIABLES } from './settings.ts';

/** Nothing goes on behind our git that holds a lock, or stands in a worktree that has to go. */
export const NO_TIDYING = ['-c', 'maintenance.auto=false', '-c', 'gc.auto=0'];

const LIMIT_MS = 120_000;

export interface GitResult extends Pick<Ended, 'stdout' | 'stderr'> {
  readonly exitCode: number;
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
  const ended = await runProgram(wordsOf(args), callOf(folder, options));
  const exitCode = exitCodeOf(ended, folder, args);
  return {
    exitCode,
    stdout: withoutFinalNewline(ended.stdout),
    stderr: withoutFinalNewline(ended.stderr),
  };
}

/**
 * Runs git in the same way, and gives its output line by line, however much it is.
 *
 * @throws Problem as `git` does
 */
export async function gitLines(
  folder: string,
  args: readonly string[],
  options: GitOptions,
  take: (line: string) => void,
): Promise<Omit<GitResult, 'stdout'>> {
  const ended = await readProgramLines(wordsOf(args), callOf(folder, options), take);
  return { exitCode: exitCodeOf(ended, folder, args), stderr: withoutFinalNewline(ended.stderr) };
}

function wordsOf(args: readonly string[]): string[] {
  return ['git', ...NO_TIDYING, ...args];
}

function callOf(folder: string, options: GitOptions): ProgramCall {
  const clean = Object.fromEntries(GIT_LOCAL_VARIABLES.map((name) => [name, undefined]));
  const own = { GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C', ...options.env };
  const { input = '', timeoutMs = LIMIT_MS } = options;
  return { folder, env: { ...process.env, ...clean, ...own }, input, timeoutMs };
}

/** @throws Problem where git did not end by itself */
function exitCodeOf(
  ended: Pick<Ended, 'exitCode' | 'because' | 'isLate'>,
  folder: string,
  args: readonly string[],
): number {
  // What it says of an end by us is not its answer.
  if (ended.isLate)
    throw new Problem(
      'git_timeout',
      `git ${commandOf(args)} in ${folder} did not end.`,
      'See what holds the repository.',
      1,
    );
  if (ended.exitCode !== null) return ended.exitCode;
  const error = { code: ended.because };
  if (isShortage(error)) throw tooMany(`git cannot be started in ${folder}`, error);
  throw new Problem(
    'git_missing',
    ended.because === 'ENOENT'
      ? 'There is no `git` on PATH.'
      : `git cannot be started in ${folder}: ${ended.because}.`,
    'Install git 2.31 or newer, or add its folder to PATH.',
    1,
  );
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
  if (result.exitCode !== 0) throw gitFailed(commandOf(args), folder, result.stderr);
  return result.stdout;
}

/** The command of git behind the settings that it is given. */
function commandOf(args: readonly string[]): string {
  let at = 0;
  while (args[at] === '-c') at += 2;
  return args[at] ?? '';
}

/** With git's last words. */
export function gitFailed(command: string, folder: string, stderr: string): Problem {
  const words = stderr.trim().split('\n').at(-1) ?? '';
  return new Problem(
    'git_failed',
    `git ${command} in ${folder} failed: ${words}`,
    'Run it by hand to see more.',
    1,
  );
}

/**
 * What a fetch fails over that is past in a moment: while anybody makes a worktree, its HEAD names nothing; and somebody
 * else's fetch or push has just moved the same ref.
 */
const PASSING = /bad object worktrees\/|cannot lock ref '[^']*': is at [0-9a-f]+ but expected/;

/** So often it is tried in all. */
export const FETCH_TRIES = 5;

export function isPassing(said: string): boolean {
  return PASSING.test(said);
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

/** The output about these names, which are the lines of the input; empty without any. @throws Problem `git_failed` */
export async function gitAbout(
  folder: string,
  args: readonly string[],
  names: readonly string[],
): Promise<string> {
  return names.length === 0 ? '' : gitOutput(folder, args, { input: `${names.join('\n')}\n` });
}

/** The lines of an output, without empty ones. */
export function linesOf(text: string | null): string[] {
  return (text ?? '').split('\n').filter((line) => line !== '');
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
