import type { Permissions } from '../domain/plan.ts';
import type { SessionEvent } from '../domain/session-event.ts';

/** What a harness needs to know to start one session. */
export interface StartRequest {
  readonly sessionId: string;
  readonly workspace: string;
  readonly prompt: string;
  readonly promptFile: string;
  readonly model: string | null;
  readonly permissions: Permissions;
  readonly maxTurns: number | null;
}

export interface StartCommand {
  /** Program and arguments; never passed through a shell. */
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  /** `prompt`: the prompt file is the agent's standard input. `closed`: there is none. */
  readonly stdin: 'prompt' | 'closed';
}

/** One agent CLI: how to start it, and how to read it. */
export interface Harness {
  /** What its stream can show of tool calls. */
  readonly openCalls: 'visible' | 'onlyWhenFinished' | 'none';
  /** False for formats that are nothing but output. */
  readonly hasEvents: boolean;
  /** The program that must be on PATH. */
  readonly program: string;
  start(request: StartRequest): StartCommand;
  /** Turns one line of standard output into events: at least one for every line that is not blank. */
  parse(line: string): SessionEvent[];
}
