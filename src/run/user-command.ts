import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { SessionId } from '../domain/ids.ts';
import type { Containment } from '../domain/liveness.ts';
import type { UserCommand } from '../domain/settings/user-command.ts';
import { gitSettings, TIDY_IN_FOREGROUND } from '../git/settings.ts';
import type { Clock } from '../lib/clock.ts';
import type { FileLock } from '../lib/file-lock.ts';
import { plainText } from '../lib/plain-text.ts';
import { isShortage, messageOf } from '../lib/problem.ts';
import { readBootId, readProcess } from '../lib/process-table.ts';
import { findProgram } from '../lib/programs.ts';
import type { Redactor } from '../lib/redact.ts';
import { openRegular } from '../lib/regular-file.ts';
import type { ProcessIdentity } from '../lib/send-signal.ts';
import { endTree } from './end-tree.ts';
import { makeScope, type SessionScope, wordsInside } from './session-scope.ts';
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
  /** Whether it gets the session's own cgroup. */
  readonly contain: Containment;
  /** A lock that the command holds too: when this process is killed, it stays held until the command is done. */
  readonly held?: FileLock;
  /** Aborts when nobody wants its result any more. */
  readonly cancelled: AbortSignal;
  /** Set where stint asks the command something: its standard output is the answer, and stays out of the log file. */
  readonly question?: Question;
}

export interface Question {
  /** The text that the command gets on standard input. */
  readonly input: string;
  /** The longest answer in bytes; a command that says more is ended. */
  readonly longestAnswer: number;
}

/** How a command ended. */
export interface CommandEnd {
  readonly kind: 'exited' | 'timed-out' | 'too-long' | 'cancelled' | 'not-started';
  /** Null where it did not exit by itself; 128 after a signal. */
  readonly exitCode: number | null;
  /** Why it was not started, or why stint ended it; null in the other cases. */
  readonly because: string | null;
  /** The end of its log, redacted. */
  readonly tail: string;
  /** Its standard output where it was asked something, else empty. */
  readonly answer: string;
}

/** As much of a log's end as is shown. */
const TAIL_LENGTH = 400;

/** As much of it as is looked at for secrets: longer than any private key. */
const REDACTED_LENGTH = 64_000;
/** How long an answer may take to arrive after everybody who could write it is gone. */
const DRAIN_MS = 1000;

/**
 * Runs a command of the user's configuration (setup, check) in a process group of its own. Whatever it leaves behind is
 * ended before this resolves, because its folder may go next.
 */
export async function runUserCommand(run: CommandRun, clock: Clock): Promise<CommandEnd> {
  const { question } = run;
  const scope = scopeFor(run);
  const child = start(run, scope);
  if (!question) return follow(run, child, scope, clock);
  const flooded = new AbortController();
  const cancelled = AbortSignal.any([run.cancelled, flooded.signal]);
  const chunks: Buffer[] = [];
  let size = 0;
  child.stdout?.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= question.longestAnswer) chunks.push(chunk);
    else flooded.abort();
  });
  // A command that does not read to the end closes the pipe in our face.
  child.stdin?.on('error', () => undefined).end(question.input);
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const end = await follow({ ...run, cancelled }, child, scope, clock);
  if (end.kind === 'exited') await Promise.race([closed, clock.sleep(DRAIN_MS)]);
  child.stdout?.destroy();
  if (size > question.longestAnswer) return { ...end, kind: 'too-long', exitCode: null };
  return { ...end, answer: Buffer.concat(chunks).toString('utf8') };
}

/** A program that is not there gets none: it is to fail as it does without. */
function scopeFor({ sessionId, contain, command, folder, env }: CommandRun): SessionScope | null {
  const program = wordsOf(command)[0] ?? '';
  return contain === 'none' || findProgram(program, folder, env) === null ? null : makeScope(sessionId);
}

function wordsOf(command: UserCommand): readonly string[] {
  return 'shell' in command ? ['/bin/sh', '-c', command.shell] : command.words;
}

function start(run: CommandRun, scope: SessionScope | null): ChildProcess {
  const log = openSync(run.logFile, 'a', 0o600);
  const words = wordsOf(run.command);
  const [program = '', ...rest] = scope ? wordsInside(scope, words) : words;
  const child = spawn(program, rest, {
    cwd: run.folder,
    env: { ...run.env, ...gitSettings(run.env, TIDY_IN_FOREGROUND), STINT_SESSION_ID: run.sessionId },
    detached: true,
    stdio: [
      ...(run.question ? (['pipe', 'pipe', log] as const) : (['ignore', log, log] as const)),
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
): Promise<CommandEnd> {
  const leader = identify(child.pid);
  const tree = new SessionTree(run.sessionId, leader, { isOurChild: true, scope });
  const done = new AbortController();
  const ended = new Promise<Ending>((resolve) => {
    child.once('error', (error) => resolve({ kind: 'not-started', because: messageOf(error) }));
    child.once('exit', (code) => resolve({ kind: 'exited', exitCode: code ?? 128 }));
  });
  const late = clock
    .sleep(run.timeoutMs, AbortSignal.any([done.signal, run.cancelled]))
    .then((): Ending =>
      run.cancelled.aborted
        ? { kind: 'cancelled', because: String(run.cancelled.reason) }
        : { kind: 'timed-out' },
    );
  const ending = await Promise.race([ended, late]);
  const tail = readTail(run.logFile, run.redactor);
  done.abort();
  await endTree(tree, leader, 1000, clock);
  return { exitCode: null, because: null, answer: '', ...ending, tail };
}

type Ending = Pick<CommandEnd, 'kind'> & Partial<CommandEnd>;

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
  const descriptor = openRegular(file);
  if (descriptor === null) return '';
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
