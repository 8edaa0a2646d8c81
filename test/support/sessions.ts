import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { isAlive, readEnvironmentEntry, readProcesses } from '../../src/lib/process-table.ts';
import { AGENTS, type ScratchProject } from './scratch.ts';
import { waitUntil } from './wait-until.ts';

/**
 * A stint.yaml (JSON is YAML) with the two fixture agents and quick limits; `finishing` is long, for a busy machine keeps
 * agents waiting between the end of a tool and its answer.
 */
export function configOf(
  categories: Record<string, object>,
  { schedule = {}, ...more }: { schedule?: object; [setting: string]: unknown } = {},
): string {
  const agent = (name: string): string[] => [process.execPath, path.join(AGENTS, name)];
  return JSON.stringify({
    version: 1,
    preamble: false,
    harnesses: {
      script: { command: agent('scripted.mjs') },
      stream: { command: agent('stream.mjs'), format: 'stream-json' },
    },
    supervise: { sample: '100ms', grace: '500ms', finishing: '5s' },
    categories: Object.fromEntries(
      Object.entries(categories).map(([name, category]) => [name, { harness: 'script', ...category }]),
    ),
    schedule: { jitter: '0s', ...schedule },
    ...more,
  });
}

/** A shell loop that waits for a file, so that a test decides when an agent goes on. */
export function waitFor(file: string): string {
  return `while [ ! -e '${file}' ]; do sleep 0.05; done`;
}

/**
 * Shell lines that wait until the supervisor has looked twice more, so that one look began after what stands before. The
 * head of the file is a line too, and may still be missing when the count begins.
 */
export const LOOKED_AT = `pulses="$STINT_STATE_DIR/sessions/$STINT_SESSION_ID/pulses.jsonl"
  looks=$(cat "$pulses" 2>/dev/null | wc -l)
  while [ "$(cat "$pulses" 2>/dev/null | wc -l)" -lt $((looks + 3)) ]; do sleep 0.05; done`;

interface Row {
  readonly id: string;
  readonly category: string;
  readonly state: string;
  /** Why it is to end, once somebody said so. */
  readonly stop_reason: string | null;
}

/** The sessions that the store knows, oldest first; none where there is no store yet. */
export function rowsOf(project: ScratchProject): Row[] {
  return query<Row>(project, 'select id, category, state, stop_reason from sessions order by started_at, id');
}

/** Whose record the store holds, one entry a record. */
export function recordedIds(project: ScratchProject): string[] {
  return query<{ session_id: string }>(project, 'select session_id from records order by seq').map(
    (row) => row.session_id,
  );
}

function query<T>(project: ScratchProject, sql: string): T[] {
  const file = path.join(project.stateFolder, 'stint.db');
  if (!existsSync(file)) return [];
  const database = new SqliteDatabase(file, { readonly: true, timeout: 60_000 });
  try {
    return database.prepare<[], T>(sql).all();
  } catch (error) {
    // Another process is just making it.
    if (error instanceof Error && /no such table/.test(error.message)) return [];
    throw error;
  } finally {
    database.close();
  }
}

export function sessionFolders(project: ScratchProject): string[] {
  const folder = path.join(project.stateFolder, 'sessions');
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** What lies where stint puts worktrees, also while it makes or removes one: git fails then to list them. */
export function foldersOfWorktrees(project: ScratchProject): string[] {
  const home = path.join(project.env['XDG_STATE_HOME'] ?? '', 'stint/worktrees');
  return existsSync(home) ? readdirSync(home).flatMap((name) => listIn(path.join(home, name))) : [];
}

/** Worktrees beside the checkout itself: those that git knows, and what lies where stint puts them. */
export function worktreesOf(project: ScratchProject): string[] {
  const known = project
    .git('worktree', 'list', '--porcelain')
    .split('\n')
    .filter((line) => line.startsWith('worktree '))
    .slice(1)
    .map((line) => line.slice('worktree '.length));
  return [...new Set([...known, ...foldersOfWorktrees(project)])];
}

function listIn(folder: string): string[] {
  return readdirSync(folder).map((name) => path.join(folder, name));
}

/** Commands of the living processes that carry a session's tag. */
export function taggedProcesses(ids: readonly string[]): string[] {
  return readProcesses()
    .filter((info) => isAlive(info) && ids.includes(readEnvironmentEntry(info.pid, 'STINT_SESSION_ID') ?? ''))
    .map((info) => `${info.pid} ${info.command}`);
}

/** Ends every process that carries the tag of these sessions; one that ended by itself meanwhile is not an error. */
export function endTagged(ids: readonly string[]): void {
  for (const line of taggedProcesses(ids)) {
    try {
      process.kill(Number.parseInt(line), 'SIGKILL');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}

export function isRunning(pid: number): boolean {
  return readProcesses().some((info) => info.pid === pid && isAlive(info));
}

/** Waits for a file with a number in it (a pid that an agent noted). */
export async function readPid(file: string): Promise<number> {
  await waitUntil(`a pid in ${file}`, () => existsSync(file) && /^\d+\s/.test(readFileSync(file, 'utf8')));
  return Number(readFileSync(file, 'utf8').trim());
}
