import type { JsonObject } from '../reading/json-shape.ts';
import type { Harness } from './harness.ts';
import type { Login } from './login.ts';
import type { SessionFiles } from './session-files.ts';
import { textHarness, type TextCli } from './text-cli.ts';

/** All that stint knows of one agent CLI: a row of src/harness/registry.ts. */
export interface Cli {
  /** The program on PATH, where a configuration names no other. */
  readonly program: string;
  create(command: readonly [string, ...string[]]): Harness;
  readonly login: Login;
  /** The sessions that it keeps on disk; absent where they are not read. */
  readonly sessions?: SessionFiles;
  /** Files of it that are known by their first object, and not read. */
  readonly notRead?: readonly OtherFormat[];
}

export interface OtherFormat {
  /** For people. */
  readonly what: string;
  recognises(object: JsonObject): boolean;
}

/** The row of a CLI that is started by a template, and whose output is plain text. */
export function textCli(cli: TextCli, rest: Omit<Cli, 'program' | 'create'>): Cli {
  return { program: cli.program, create: (command) => textHarness(cli, command), ...rest };
}
