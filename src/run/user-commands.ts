import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SessionId } from '../domain/ids.ts';
import type { Plan } from '../domain/plan.ts';
import type { UserCommand } from '../domain/settings/user-command.ts';
import { gitSettings, TIDY_IN_FOREGROUND } from '../git/settings.ts';
import type { Clock } from '../lib/clock.ts';
import { formatDuration } from '../lib/duration.ts';
import type { FileLock } from '../lib/file-lock.ts';
import { oneLine, plainText } from '../lib/plain-text.ts';
import { messageOf, unlessShort } from '../lib/problem.ts';
import { readBootId, readProcess } from '../lib/process-table.ts';
import { findProgram } from '../lib/programs.ts';
import { formatSize } from '../lib/quantities.ts';
import { randomWord } from '../lib/random.ts';
import type { Redactor } from '../lib/redact.ts';
import { openRegular } from '../lib/regular-file.ts';
import type { ProcessIdentity } from '../lib/send-signal.ts';
import { endTree } from './end-tree.ts';
import { outerEnvironment, withoutRepository, withTemporary } from './session-environment.ts';
import { makeScope, type SessionScope, wordsInside } from './session-scope.ts';
import { SessionTree } from './session-tree.ts';

/** The facts that all commands of one project have in common. */
export interface CommandPlace {
  /** The top folder of the project; a command runs there unless it is given another. */
  readonly folder: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly redactor: Redactor;
  readonly clock: Clock;
}

/** One command, with what differs from call to call. */
export interface CommandCall extends Partial<Question> {
  readonly command: UserCommand;
  /**
   * On whose behalf it runs; its tag finds whatever the command leaves behind. Where the plan is given, it is contained
   * as the plan says.
   */
  readonly session: { readonly id: SessionId; readonly plan?: Pick<Plan, 'supervise'> };
  readonly folder?: string;
  /** The temporary folder of the session, where the command is to have it too. */
  readonly temporary?: string | null;
  /** Variables on top of the environment. */
  readonly env?: Readonly<NodeJS.ProcessEnv>;
  /** Whether it runs as if outside of every session (`outerEnvironment`). */
  readonly isOutside?: boolean;
  readonly logFile: string;
  readonly timeoutMs: number;
  /** Aborts when nobody wants its result any more. */
  readonly cancelled: AbortSignal;
  /** A lock that the command holds too: when this process is killed, it stays held until the command is done. */
  readonly held?: FileLock;
}

/** Set where stint asks the command something: its standard output is the answer, and stays out of the log file. */
interface Question {
  /** The text that the command gets on standard input. */
  readonly input: string;
  /** The longest answer in bytes; a command that says more is ended. */
  readonly longestAnswer: number;
}

/** How a command of the user ended, in words too. */
export interface CommandResult {
  readonly kind: 'exited' | 'timed-out' | 'too-long' | 'cancelled' | 'not-started';
  /** Null where it did not exit by itself; 128 after a signal. */
  readonly exitCode: number | null;
  /** Why it was not started, or why stint ended it; null in the other cases. */
  readonly because: string | null;
  /** The end of its log, redacted. */
  readonly tail: string;
  /** Its standard output where it was asked something, else empty. */
  readonly answer: string;
  /** The trouble, as words behind the name of the command: `exited with 3`; null when it exited with 0. */
  readonly trouble: string | null;
  /** The same with the last line that it printed: `exited with 3: no such file`. */
  readonly troubleInFull: string | null;
}

/** A call in its place. */
type Run = CommandPlace & CommandCall;
type End = Omit<CommandResult, 'trouble' | 'troubleInFull'>;

/** Runs the commands of a project's configuration. */
export class UserCommands {
  readonly #place: CommandPlace;

  constructor(place: CommandPlace) {
    this.#place = place;
  }

  /** Asks a command on behalf of no session, and keeps no log. @throws as `run` */
  async askAside(call: Omit<CommandCall, 'session' | 'logFile'>): Promise<CommandResult> {
    const scratch = mkdtempSync(path.join(tmpdir(), 'stint-ask-'));
    try {
      // A tag of its own, so that what it leaves behind is found and nothing else is ended.
      const session = { id: randomWord(10) as SessionId };
      return await this.run({ ...call, session, logFile: path.join(scratch, 'stderr') });
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }

  /**
   * Runs a command in a process group of its own; its output goes to the log file, but for the answer to a question.
   * Whatever it leaves behind is ended before this resolves, because its folder may go next.
   *
   * @throws the system's error where that file cannot be written
   */
  async run(call: CommandCall): Promise<CommandResult> {
    const { env } = this.#place;
    const outer = call.isOutside ? outerEnvironment(env) : withoutRepository(env);
    const run = {
      ...this.#place,
      ...call,
      env: { ...withTemporary(outer, call.temporary ?? null), ...call.env },
    };
    const end = await runCommand(run);
    const trouble = describeTrouble(end, run);
    return { ...end, trouble, troubleInFull: trouble && inFull(trouble, end) };
  }
}

function describeTrouble(
  { kind, exitCode, because }: End,
  { timeoutMs, longestAnswer = 0 }: CommandCall,
): string | null {
  switch (kind) {
    case 'exited':
      return exitCode === 0 ? null : `exited with ${exitCode}`;
    case 'timed-out':
      return `ran longer than ${formatDuration(timeoutMs)} and was ended`;
    case 'too-long':
      return `printed more than ${formatSize(longestAnswer)}`;
    case 'not-started':
      return `could not start: ${oneLine(because ?? '', 200)}`;
    case 'cancelled':
      return `was cancelled: ${oneLine(because ?? '', 200)}`;
  }
}

function inFull(trouble: string, { kind, tail }: End): string {
  const last = kind === 'exited' ? oneLine(tail.split('\n').at(-1) ?? '', 200) : '';
  return last === '' ? trouble : `${trouble}: ${last}`;
}

/** As much of a log's end as is shown. */
const TAIL_LENGTH = 400;
/** As much of it as is looked at for secrets: longer than any private key. */
const REDACTED_LENGTH = 64_000;
/** How long an answer may take to arrive after everybody who could write it is gone. */
const DRAIN_MS = 1000;

async function runCommand(run: Run): Promise<End> {
  const { input, longestAnswer, clock } = run;
  const scope = scopeFor(run);
  const child = start(run, scope);
  if (longestAnswer === undefined) return follow(run, child, scope);
  const flooded = new AbortController();
  const cancelled = AbortSignal.any([run.cancelled, flooded.signal]);
  const chunks: Buffer[] = [];
  let size = 0;
  child.stdout?.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= longestAnswer) chunks.push(chunk);
    else flooded.abort();
  });
  // A command that does not read to the end closes the pipe in our face.
  child.stdin?.on('error', () => undefined).end(input);
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const end = await follow({ ...run, cancelled }, child, scope);
  if (end.kind === 'exited') await Promise.race([closed, clock.sleep(DRAIN_MS)]);
  child.stdout?.destroy();
  if (size > longestAnswer) return { ...end, kind: 'too-long', exitCode: null };
  return { ...end, answer: Buffer.concat(chunks).toString('utf8') };
}

/** A program that is not there gets none: it is to fail as it does without. */
function scopeFor({ session, command, folder, env }: Run): SessionScope | null {
  const program = wordsOf(command)[0] ?? '';
  const isContained = (session.plan?.supervise.contain ?? 'none') !== 'none';
  return isContained && findProgram(program, folder, env) !== null ? makeScope(session.id) : null;
}

function wordsOf(command: UserCommand): readonly string[] {
  return 'shell' in command ? ['/bin/sh', '-c', command.shell] : command.words;
}

function start(run: Run, scope: SessionScope | null): ChildProcess {
  const log = openSync(run.logFile, 'a', 0o600);
  const words = wordsOf(run.command);
  const [program = '', ...rest] = scope ? wordsInside(scope, words) : words;
  const child = spawn(program, rest, {
    cwd: run.folder,
    env: { ...run.env, ...gitSettings(run.env, TIDY_IN_FOREGROUND), STINT_SESSION_ID: run.session.id },
    detached: true,
    stdio: [
      ...(run.longestAnswer === undefined
        ? (['ignore', log, log] as const)
        : (['pipe', 'pipe', log] as const)),
      ...(run.held ? [run.held.descriptor] : []),
    ],
  });
  closeSync(log);
  return child;
}

async function follow(run: Run, child: ChildProcess, scope: SessionScope | null): Promise<End> {
  const leader = identify(child.pid);
  const tree = new SessionTree(run.session.id, leader, { isOurChild: true, scope });
  const done = new AbortController();
  const ended = new Promise<Ending>((resolve) => {
    child.once('error', (error) => resolve({ kind: 'not-started', because: messageOf(error) }));
    child.once('exit', (code) => resolve({ kind: 'exited', exitCode: code ?? 128 }));
  });
  const late = run.clock
    .sleep(run.timeoutMs, AbortSignal.any([done.signal, run.cancelled]))
    .then((): Ending =>
      run.cancelled.aborted
        ? { kind: 'cancelled', because: String(run.cancelled.reason) }
        : { kind: 'timed-out' },
    );
  const ending = await Promise.race([ended, late]);
  const tail = readTail(run.logFile, run.redactor);
  done.abort();
  await endTree(tree, leader, 1000, run.clock);
  return { exitCode: null, because: null, answer: '', ...ending, tail };
}

type Ending = Pick<End, 'kind'> & Partial<End>;

/** Null where it is gone or cannot be seen now; its tag finds it then. */
function identify(pid: number | undefined): ProcessIdentity | null {
  return unlessShort(() => {
    const info = pid === undefined ? null : readProcess(pid);
    return info && { pid: info.pid, startTime: info.startTime, bootId: readBootId() };
  });
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
