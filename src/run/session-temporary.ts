import { lstatSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isSessionId, type SessionId } from '../domain/ids.ts';
import type { SessionFiles } from '../domain/layout.ts';
import { isFolder, listNames } from '../lib/file-system.ts';
import { messageOf } from '../lib/problem.ts';
import { isOccupied } from '../lib/process-table.ts';
import { readRegular } from '../lib/regular-file.ts';
import { runProgram } from '../lib/run-program.ts';

/** Below a longer folder the path of a socket would not fit into the 107 bytes that the kernel takes. */
const LONGEST_HOME = 48;
const LONGEST_PATH = 4096;
/** A folder with millions of files takes minutes. */
const REMOVAL_LIMIT_MS = 300_000;

const PREFIX = 'stint-';

/** The folders that a temporary folder may lie in, the best first. */
function homesOf(env: Readonly<NodeJS.ProcessEnv>): string[] {
  const given = env['TMPDIR'] ?? '';
  const isFit = path.isAbsolute(given) && Buffer.byteLength(given) <= LONGEST_HOME;
  return [...new Set([...(isFit ? [path.normalize(given).replace(/(?<=.)\/+$/, '')] : []), '/tmp'])];
}

/**
 * Makes the temporary folder of one session. Its path is written down before, so that the session's end finds it,
 * also in another supervisor.
 *
 * @param env the variables outside of every session: a session inside another one must not lie in the folder of that
 * @returns the folder, or the trouble in words: then the session shares that of the system
 */
export function makeTemporary(
  id: SessionId,
  files: SessionFiles,
  env: Readonly<NodeJS.ProcessEnv>,
): { readonly folder: string } | { readonly trouble: string } {
  let trouble = '';
  for (const home of homesOf(env)) {
    const folder = path.join(home, `${PREFIX}${id}`);
    try {
      writeFileSync(files.temporary, folder, { mode: 0o600 });
      // Alone it refuses what is there already, a link too: another user may have put it there.
      mkdirSync(folder, { mode: 0o700 });
      return { folder };
    } catch (error) {
      trouble ||= `no temporary folder could be made in ${home}: ${messageOf(error)}`;
    }
  }
  rmSync(files.temporary, { force: true });
  return { trouble };
}

/**
 * Removes the temporary folder of a session whose processes are gone, and follows no link out of it.
 *
 * @param survivors commands of processes of the session that could not be ended
 * @returns the folder and why it stays; null where there is none (any more)
 */
export async function removeTemporary(
  id: SessionId,
  files: SessionFiles,
  survivors: readonly string[] = [],
): Promise<{ readonly folder: string; readonly because: string } | null> {
  const folder = findTemporary(id, files);
  if (folder === null) return null;
  const because = whyKept(folder, survivors) ?? (await removeTree(folder));
  if (because !== null) return { folder, because };
  rmSync(files.temporary, { force: true });
  return null;
}

/** The sessions whose temporary folders lie where this process would make one. */
export function listTemporaries(env: Readonly<NodeJS.ProcessEnv>): SessionId[] {
  const names = homesOf(env).flatMap((home) => listNames(home));
  const words = names.filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length));
  return [...new Set(words.filter((word) => isSessionId(word)))];
}

/** An agent can write where the path is noted: only a folder of this user with the session's own name is taken. */
function findTemporary(id: SessionId, files: SessionFiles): string | null {
  const folder = readRegular(files.temporary, LONGEST_PATH) ?? '';
  if (!path.isAbsolute(folder) || path.basename(folder) !== `${PREFIX}${id}`) return null;
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  return stats?.isDirectory() === true && stats.uid === process.getuid?.() ? folder : null;
}

function whyKept(folder: string, survivors: readonly string[]): string | null {
  const real = realpathSync(folder);
  if (survivors.length > 0) return 'a process of the session still lives';
  if (isOccupied(real)) return 'a process stands in it';
  // What is mounted in it lies elsewhere.
  return mountPoints().some((point) => point === real || point.startsWith(`${real}/`))
    ? 'a file system is mounted in it'
    : null;
}

/** Where file systems are mounted; the kernel writes blanks and backslashes in octal. */
function mountPoints(): string[] {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  return lines.map((line) =>
    (line.split(' ')[4] ?? '').replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
      String.fromCharCode(Number.parseInt(octal, 8)),
    ),
  );
}

/** By a program of its own: a tree can be deep and large, and nothing may block the loop. @returns null when it is gone */
async function removeTree(folder: string): Promise<string | null> {
  const call = { folder: '/', env: process.env, input: '', timeoutMs: REMOVAL_LIMIT_MS };
  let said = '';
  // A cache makes its own folders read-only; the second try is for those. A file may be linked elsewhere: it keeps its mode.
  const open = ['find', folder, '-type', 'd', '!', '-perm', '-700', '-exec', 'chmod', 'u+rwx', '{}', ';'];
  for (const words of [[], open]) {
    if (words.length > 0) await runProgram(words, call);
    ({ stderr: said } = await runProgram(['rm', '-rf', '--', folder], call));
    if (!isFolder(folder)) return null;
  }
  return `it could not be removed: ${said.trim().split('\n')[0] ?? ''}`;
}
