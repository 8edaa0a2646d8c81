import { statSync } from 'node:fs';
import path from 'node:path';
import type { CliKind } from '../domain/plan.ts';
import { listNames } from '../lib/file-system.ts';
import { CLI_KINDS, CLIS } from './registry.ts';

/** A folder in which an agent CLI keeps its sessions. */
export interface TranscriptPlace {
  readonly harness: CliKind;
  readonly folder: string;
}

const SESSIONS = CLI_KINDS.flatMap((kind) => CLIS[kind].sessions ?? []);

/**
 * Where the agent CLIs whose sessions stint reads keep them.
 *
 * @param home the user's home folder, absolute
 */
export function transcriptPlaces(env: Readonly<NodeJS.ProcessEnv>, home: string): TranscriptPlace[] {
  return CLI_KINDS.flatMap((harness) =>
    (CLIS[harness].sessions?.folders(env, home) ?? []).map((folder) => ({ harness, folder })),
  );
}

/** The agent's name of a conversation becomes part of a path. */
const THREAD = /^[a-z0-9][\w-]{0,127}$/i;

/** The file in which a CLI keeps a conversation; null where it keeps none that is found. */
export function findTranscript(
  harness: CliKind,
  thread: string,
  env: Readonly<NodeJS.ProcessEnv>,
  home: string,
): string | null {
  const { sessions } = CLIS[harness];
  if (!THREAD.test(thread) || !sessions) return null;
  for (const folder of sessions.folders(env, home)) {
    const file = sessions.find?.(folder, thread) ?? null;
    if (file !== null) return file;
  }
  return null;
}

export function isNamedForSessions(name: string): boolean {
  return name.endsWith('.jsonl') || SESSIONS.some((sessions) => sessions.isNamed?.(name));
}

export function mayHoldSessions({ harness, folder: top }: TranscriptPlace, folder: string): boolean {
  return CLIS[harness].sessions?.mayHold?.(top, folder) ?? true;
}

/**
 * Whether a folder of sessions may hold some that started in one of these folders or below. Some CLIs do not say it.
 */
export function mayHoldSessionsOf(
  { harness, folder: top }: TranscriptPlace,
  folder: string,
  starts: readonly string[],
): boolean {
  return path.dirname(folder) !== top || (CLIS[harness].sessions?.mayHoldOf?.(folder, starts) ?? true);
}

/** Whether a file is named as those of helpers are. No more than a hint of what to read first: lines decide. */
export function isNamedForHelper(file: string): boolean {
  return SESSIONS.some((sessions) => sessions.isHelper?.(file));
}

/** The folder that a session's own file and those of its helpers have in common. */
export function folderOfSessions(file: string): string {
  const folders = SESSIONS.map((sessions) => sessions.folderOfHelper?.(file) ?? null);
  return folders.find((folder) => folder !== null) ?? path.dirname(file);
}

/** A CLI makes its file when the first answer is there; to look through all of its folders for it takes a while. */
const SEARCH_EVERY_MS = 30_000;

/** Helpers write files of their own; more than so many are not looked at. */
const MOST_HELPERS = 300;

/** Sees whether an agent CLI's own files of a conversation grow: their lines are words of the agent, too. */
export class TranscriptWatch {
  readonly #find: (thread: string) => string | null;
  readonly #helpersOf: (file: string) => string | null;
  #file: string | null = null;
  /** Of the conversation's own file and those of its helpers, at the last question. */
  #sizes: ReadonlyMap<string, number> | null = null;
  #searchedAtMs = -Infinity;

  constructor(cli: CliKind, env: Readonly<NodeJS.ProcessEnv>, home: string) {
    this.#find = (thread) => findTranscript(cli, thread, env, home);
    this.#helpersOf = (file) => CLIS[cli].sessions?.helpersOf?.(file) ?? null;
  }

  /** Whether one of the files has grown since the last question. Content from before the first question does not count. */
  takeGrowth(thread: string, nowMs: number): boolean {
    if (this.#file === null && nowMs - this.#searchedAtMs >= SEARCH_EVERY_MS) {
      this.#searchedAtMs = nowMs;
      this.#file = this.#find(thread);
    }
    if (this.#file === null) return false;
    const before = this.#sizes;
    this.#sizes = this.#measure(this.#file);
    return before !== null && [...this.#sizes].some(([file, size]) => size > (before.get(file) ?? 0));
  }

  #measure(own: string): ReadonlyMap<string, number> {
    const folder = this.#helpersOf(own);
    const helpers = folder === null ? [] : listNames(folder, true).filter((name) => name.endsWith('.jsonl'));
    const files = [own, ...helpers.slice(0, MOST_HELPERS).map((name) => path.join(folder ?? '', name))];
    return new Map(files.map((file) => [file, statSync(file, { throwIfNoEntry: false })?.size ?? 0]));
  }
}
