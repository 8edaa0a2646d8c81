import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SessionId } from '../domain/ids.ts';
import type { Plan } from '../domain/plan.ts';
import type { UserCommand } from '../domain/settings/user-command.ts';
import type { Clock } from '../lib/clock.ts';
import { formatDuration } from '../lib/duration.ts';
import type { FileLock } from '../lib/file-lock.ts';
import { oneLine } from '../lib/plain-text.ts';
import { formatSize } from '../lib/quantities.ts';
import { randomWord } from '../lib/random.ts';
import type { Redactor } from '../lib/redact.ts';
import { outerEnvironment, withoutRepository } from './session-environment.ts';
import { type CommandEnd, type Question, runUserCommand } from './user-command.ts';

/** The facts that all commands of one project have in common. */
export interface CommandPlace {
  /** The top folder of the project; a command runs there unless it is given another. */
  readonly folder: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly redactor: Redactor;
  readonly clock: Clock;
}

/** One command, with what differs from call to call. */
export interface CommandCall {
  readonly command: UserCommand;
  /** On whose behalf it runs; where the plan is given, it is contained as the plan says. */
  readonly session: { readonly id: SessionId; readonly plan?: Pick<Plan, 'supervise'> };
  readonly folder?: string;
  /** Variables on top of the environment. */
  readonly env?: Readonly<NodeJS.ProcessEnv>;
  /** Whether it runs as if outside of every session (`outerEnvironment`). */
  readonly isOutside?: boolean;
  readonly logFile: string;
  readonly timeoutMs: number;
  readonly cancelled: AbortSignal;
  readonly held?: FileLock;
}

/** How a command of the user ended, in words too. */
export interface CommandResult extends CommandEnd {
  /** The trouble, as words behind the name of the command: `exited with 3`; null when it exited with 0. */
  readonly trouble: string | null;
  /** The same with the last line that it printed: `exited with 3: no such file`. */
  readonly troubleInFull: string | null;
}

/** Runs the commands of a project's configuration. */
export class UserCommands {
  readonly #place: CommandPlace;

  constructor(place: CommandPlace) {
    this.#place = place;
  }

  /** Asks a command something: its standard output is the answer. @throws as `run` */
  ask(call: CommandCall & Question): Promise<CommandResult> {
    const { input, longestAnswer } = call;
    return this.run(call, { input, longestAnswer });
  }

  /** Asks a command on behalf of no session, and keeps no log. @throws as `run` */
  async askAside(call: Omit<CommandCall, 'session' | 'logFile'> & Question): Promise<CommandResult> {
    const scratch = mkdtempSync(path.join(tmpdir(), 'stint-ask-'));
    try {
      // A tag of its own, so that what it leaves behind is found and nothing else is ended.
      const session = { id: randomWord(10) as SessionId };
      return await this.ask({ ...call, session, logFile: path.join(scratch, 'stderr') });
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }

  /**
   * Runs a command; its output goes to the log file, but for the answer to a question.
   *
   * @throws the system's error where that file cannot be written
   */
  async run(call: CommandCall, question?: Question): Promise<CommandResult> {
    const { folder, env, redactor, clock } = this.#place;
    const { session, isOutside, command, logFile, timeoutMs, cancelled, held } = call;
    const run = {
      sessionId: session.id,
      command,
      folder: call.folder ?? folder,
      env: { ...(isOutside ? outerEnvironment(env) : withoutRepository(env)), ...call.env },
      contain: session.plan?.supervise.contain ?? 'none',
      logFile,
      redactor,
      timeoutMs,
      cancelled,
      ...(held && { held }),
      ...(question && { question }),
    };
    const end = await runUserCommand(run, clock);
    const trouble = describeTrouble(end, timeoutMs, question?.longestAnswer ?? 0);
    return { ...end, trouble, troubleInFull: trouble && inFull(trouble, end) };
  }
}

function describeTrouble(
  { kind, exitCode, because }: CommandEnd,
  timeoutMs: number,
  longestAnswer: number,
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

function inFull(trouble: string, { kind, tail }: CommandEnd): string {
  const last = kind === 'exited' ? oneLine(tail.split('\n').at(-1) ?? '', 200) : '';
  return last === '' ? trouble : `${trouble}: ${last}`;
}
