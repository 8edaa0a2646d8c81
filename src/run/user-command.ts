import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { SessionId } from '../domain/ids.ts';
import type { Containment } from '../domain/liveness.ts';
import type { UserCommand } from '../domain/settings/user-command.ts';
import type { Clock } from '../lib/clock.ts';
import type { FileLock } from '../lib/file-lock.ts';
import { findProgram } from '../lib/find-program.ts';
import { plainText } from '../lib/plain-text.ts';
import { isShortage, messageOf } from '../lib/problem.ts';
import { readBootId, readProcess } from '../lib/process-table.ts';
import type { Redactor } from '../lib/redact.ts';
import type { ProcessIdentity } from '../lib/send-signal.ts';
import { endTree } from './end-tree.ts';
import { TIDY_IN_FOREGROUND, gitSettings } from '../git/settings.ts';
import { makeScope, wordsInside, type SessionScope } from './session-scope.ts';
import { SessionTree } from './session-tree.ts';

export interface CommandRun {
  /** The session on whose behalf it runs; its tag finds whatever the command leaves behind. */
  readonly sessionId: SessionId;
  readonly command: UserCommand;
  readonly folder: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly logFile: string;
  /** For what is told of its output. */
  readonly redactor: Redactor;
  readonly timeoutMs: number;
  /** Whether it gets the session's own cgroup; without a word it gets none. */
  readonly contain?: Containment;
  /** A lock that the command holds too: when this process is killed, it stays held until the command is done. */
  readonly held?: FileLock;
  /** Aborts when nobody wants its result any more. */
  readonly cancelled: AbortSignal;
}

export type CommandResult =
  | { readonly kind: 'exited'; readonly exitCode: number; readonly tail: string }
  | { readonly kind: 'timed-out'; readonly tail: string }
  | { readonly kind: 'cancelled'; readonly because: string }
  | { readonly kind: 'not-started'; readonly because: string };

/** A command that is asked something: its standard output is the answer and does not go to the log file. */
export interface CommandQuestion extends CommandRun {
  /** What it gets on standard input. */
  readonly input: string;
  /** The longest answer in bytes; what says more is ended. */
  readonly longestAnswer: number;
}

export type CommandAnswer =
  | Exclude<CommandResult, { readonly kind: 'exited' }>
  | { readonly kind: 'exited'; readonly exitCode: number; readonly tail: string; readonly answer: string }
  | { readonly kind: 'too-long' };

/** As much of a log's end as is shown. */
const TAIL_LENGTH = 400;

/** As much of it as is looked at for secrets: longer than any private key. */
const REDACTED_LENGTH = 64_000;
/** How long an answer may take to arrive after everybody who could write it is gone. */
const DRAIN_MS = 1000;

/**
 * Runs a command of the user's configuration (setup, check) in a process group of its own; output goes to a log file.
 * Whatever it leaves behind is ended before this resolves, because its folder may go next.
 */
export async function runUserCommand(run: CommandRun, clock: Clock): Promise<CommandResult> {
  const scope = scopeFor(run);
  return follow(run, start(run, false, scope), scope, clock);
}

/** The same for a command that gets something to read and whose output is read. */
export async function askUserCommand(question: CommandQuestion, clock: Clock): Promise<CommandAnswer> {
  const flooded = new AbortController();
  const cancelled = AbortSignal.any([question.cancelled, flooded.signal]);
  const scope = scopeFor(question);
  const child = start(question, true, scope);
  const chunks: Buffer[] = [];
  let size = 0;
  child.stdout?.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= question.longestAnswer) chunks.push(chunk);
    else flooded.abort();
  });
  // Whoever does not read to the end closes the pipe in our face.
  child.stdin?.on('error', () => undefined).end(question.input);
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const result = await follow({ ...question, cancelled }, child, scope, clock);
  if (result.kind === 'exited') await Promise.race([closed, clock.sleep(DRAIN_MS)]);
  child.stdout?.destroy();
  if (size > question.longestAnswer) return { kind: 'too-long' };
  return result.kind === 'exited' ? { ...result, answer: Buffer.concat(chunks).toString('utf8') } : result;
}

/** A program that is not there gets none: it is to fail as it does without. */
function scopeFor({ sessionId, contain = 'none', command, folder, env }: CommandRun): SessionScope | null {
  const program = wordsOf(command)[0] ?? '';
  return contain === 'none' || findProgram(program, folder, env) === null ? null : makeScope(sessionId);
}

function wordsOf(command: UserCommand): readonly string[] {
  return 'shell' in command ? ['/bin/sh', '-c', command.shell] : command.words;
}

function start(run: CommandRun, isAsked: boolean, scope: SessionScope | null): ChildProcess {
  const log = openSync(run.logFile, 'a', 0o600);
  const words = wordsOf(run.command);
  const [program = '', ...rest] = scope ? wordsInside(scope, words) : words;
  const child = spawn(program, rest, {
    cwd: run.folder,
    env: { ...run.env, ...gitSettings(run.env, TIDY_IN_FOREGROUND), STINT_SESSION_ID: run.sessionId },
    detached: true,
    stdio: [
      ...(isAsked ? (['pipe', 'pipe', log] as const) : (['ignore', log, log] as const)),
      ...(run.held ? [run.held.descriptor] : []),
    ],
  });
  closeSync(log);
  return child;
}

async function follow(
  run: CommandRun,
  child: ChildProcess,
  scope: SessionScope | null,
  clock: Clock,
): Promise<CommandResult> {
  const leader = identify(child.pid);
  const tree = new SessionTree(run.sessionId, leader, { isOurChild: true, scope });
  const done = new AbortController();
  const ended = new Promise<CommandResult>((resolve) => {
    child.once('error', (error) => resolve({ kind: 'not-started', because: messageOf(error) }));
    child.once('exit', (code) =>
      resolve({ kind: 'exited', exitCode: code ?? 128, tail: readTail(run.logFile, run.redactor) }),
    );
  });
  const late = clock
    .sleep(run.timeoutMs, AbortSignal.any([done.signal, run.cancelled]))
    .then((): CommandResult =>
      run.cancelled.aborted
        ? { kind: 'cancelled', because: String(run.cancelled.reason) }
        : { kind: 'timed-out', tail: readTail(run.logFile, run.redactor) },
    );
  const result = await Promise.race([ended, late]);
  done.abort();
  await endTree(tree, leader, 1000, clock);
  return result;
}

/** Null where it is gone or cannot be seen now; its tag finds it then. */
function identify(pid: number | undefined): ProcessIdentity | null {
  try {
    const info = pid === undefined ? null : readProcess(pid);
    return info ? { pid: info.pid, startTime: info.startTime, bootId: readBootId() } : null;
  } catch (error) {
    if (isShortage(error)) return null;
    throw error;
  }
}

/** The end of a log, however long it is. Redacted before it is cut: half a secret looks like none. */
function readTail(file: string, redactor: Redactor): string {
  const descriptor = openSync(file, 'r');
  try {
    const from = Math.max(0, fstatSync(descriptor).size - REDACTED_LENGTH);
    const bytes = Buffer.alloc(REDACTED_LENGTH);
    const size = readSync(descriptor, bytes, 0, REDACTED_LENGTH, from);
    return redactor
      .text(plainText(bytes.toString('utf8', 0, size)))
      .slice(-TAIL_LENGTH)
      .trim();
  } finally {
    closeSync(descriptor);
  }
}
