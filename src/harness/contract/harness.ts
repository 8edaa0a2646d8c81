import type { IdleFloor } from '../../domain/liveness.ts';
import type { Permissions } from '../../domain/plan.ts';
import type { SessionEvent } from '../../domain/session-event.ts';
import type { OwnErrors } from './own-errors.ts';

/** The demands of a category on the CLI that works on it. */
export interface Demands {
  readonly permissions: Permissions;
  readonly maxTurns: number | null;
}

/** The facts that a harness needs to start one session. */
export interface StartRequest extends Demands {
  readonly sessionId: string;
  readonly workspace: string;
  /** Folders outside the workspace that committing and declaring write to. */
  readonly writableFolders: readonly string[];
  readonly prompt: string;
  readonly promptFile: string;
  readonly model: string | null;
  /** A conversation of its own to go on with, where `canResume`; null starts a new one. */
  readonly thread: string | null;
}

export interface StartCommand {
  /** Program and arguments; never passed through a shell. */
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  /** `prompt`: the prompt file is the agent's standard input. `closed`: there is none. */
  readonly stdin: 'prompt' | 'closed';
}

/** One agent CLI: how to start it, and how to read it. docs/adding-a-harness.md says how to add one. */
export interface Harness {
  /** False for formats that are nothing but output. Otherwise its stream shows calls while they are open. */
  readonly hasEvents: boolean;
  /** Its activity while it only waits for its model, where most CLIs have less. */
  readonly idle?: IdleFloor;
  /** Whether it can go on with an earlier conversation. */
  readonly canResume: boolean;
  /** Totals of its result that count the whole conversation then, and not only what followed. */
  readonly wholeThread?: readonly ('tokens' | 'cost')[];
  /** The agents that it lets work beside itself may stand in its own file of the conversation alone. */
  readonly agentsInFile?: boolean;
  /** How it tells errors outside its output; absent where stint does not know the CLI. */
  readonly ownErrors?: OwnErrors;
  /** The program that must be on PATH. */
  readonly program: string;
  /** The demands that it cannot meet, as clauses for people. They become warnings, never refusals. */
  cannotHonour(demands: Demands): readonly string[];
  start(request: StartRequest): StartCommand;
  /**
   * Turns one line of standard output into events: at least one for every line on which a person sees something. `at` is when the line
   * was read; only a time of day without a date is read by it.
   */
  parse(line: string, at: Date): SessionEvent[];
}

/** The clause of a CLI that has no limit of turns, where one is asked for. */
export function withoutTurnLimit(name: string, { maxTurns }: Demands): string[] {
  return maxTurns === null ? [] : [`maxTurns: ${maxTurns} is not kept: ${name} has no such limit`];
}

/** What `edit` may run besides, where a CLI allows commands of its shell by their first words. */
export const EDIT_COMMANDS = ['git status', 'git diff', 'git log', 'git add', 'git commit', 'stint declare'];
