import path from 'node:path';
import type { JsonObject } from '../reading/json-shape.ts';
import type { TranscriptFormat } from '../reading/transcript-format.ts';
import type { Harness } from './harness.ts';
import type { Login } from './login.ts';
import type { OwnErrors } from './own-errors.ts';
import type { ToolTable } from '../reading/tools.ts';

/** All that stint knows of one agent CLI: a row of src/harness/registry.ts. */
export interface Cli {
  /** The program on PATH, where a configuration names no other. */
  readonly program: string;
  create(command: readonly [string, ...string[]]): Harness;
  readonly login: Login;
  /** How it tells errors of its own, outside a stream. */
  readonly ownErrors: OwnErrors;
  /** Its tools; absent where neither its stream nor its files are read. */
  readonly tools?: ToolTable;
  /**
   * Variables by which its running session tells what it starts of itself: another session that inherits them refuses to
   * start, or takes itself for a part of the first. A name that ends in `*` means all that begin so. Settings are none.
   */
  readonly sessionMarks: readonly string[];
  /** The sessions that it keeps on disk; absent where they are not read. */
  readonly sessions?: SessionFiles;
  /** Its files that stint knows by their first object and does not read; the names are for people. */
  readonly notRead?: Readonly<Record<string, (object: JsonObject) => boolean>>;
  /** The same of files that it keeps beside its sessions, and in which there is none. */
  readonly sideFiles?: Readonly<Record<string, (object: JsonObject) => boolean>>;
}

/** Where an agent CLI keeps its sessions, and how they are read. `folder` and `file` are absolute paths. */
export interface SessionFiles {
  /** In the order in which they are tried. */
  readonly formats: readonly TranscriptFormat[];
  /**
   * The folders of its sessions.
   *
   * @param home the user's home folder, absolute
   */
  folders(env: Readonly<NodeJS.ProcessEnv>, home: string): readonly string[];
  /** The file of a conversation under one of these folders; null where it is not found. */
  find?(top: string, thread: string): string | null;
  /** The folder in which helpers of the session of a file have theirs; absent where they lie elsewhere. */
  helpersOf?(file: string): string;
  /** Whether a file that does not end in `.jsonl` is named as those with sessions are. */
  isNamed?(name: string): boolean;
  /** Whether sessions may lie in a folder below the top one. */
  mayHold?(top: string, folder: string): boolean;
  /** Whether a folder right below the top one may hold sessions that started in one of these folders or below. */
  mayHoldOf?(folder: string, starts: readonly string[]): boolean;
  /** Whether a file is named as those of helpers are. */
  isHelper?(file: string): boolean;
  /** The folder that a helper's file has in common with that of its session; null where the path has none. */
  folderOfHelper?(file: string): string | null;
}

/** A folder that a variable names, with its `~`; a relative one lies under the home folder. */
export function fromHome(home: string, folder: string): string {
  return path.resolve(home, folder.replace(/^~(?=$|[\\/])/, home));
}
