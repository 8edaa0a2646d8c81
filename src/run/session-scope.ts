import { accessSync, constants, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isSessionId, type SessionId } from '../domain/ids.ts';
import { cgroupFolder, listCgroup, listFolders, ownCgroupFolder, readText } from '../lib/cgroup.ts';
import { makeFolder } from '../lib/make-folder.ts';
import { readRegular } from '../lib/regular-file.ts';

const PREFIX = 'stint-';
const LONGEST_PATH = 4096;

/**
 * A cgroup of one session's own. Whoever is born in it stays in it, whatever it does to its environment, its parents and
 * its group; so it names those that neither the tree nor the tag does.
 */
export class SessionScope {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Who is in it now. A session that was started inside this one has a scope of its own below, and keeps it. */
  pids(): ReadonlySet<number> {
    return listCgroup(this.folder, isScopeName);
  }

  /** Whether anybody is in it now: the kernel's own word, which nobody slips by who forks and ends all the time. */
  isPopulated(): boolean {
    // That word is about those below as well.
    if (listFolders(this.folder).some(isScopeName)) return this.pids().size > 0;
    return /^populated 1$/m.test(readText(`${this.folder}/cgroup.events`));
  }

  /** Keeps everybody in it from going on, and so from forking; KILL still ends them. Not where this process is in it. */
  freeze(): void {
    const home = ownCgroupFolder();
    const isInside = home === null || home === this.folder || home.startsWith(`${this.folder}/`);
    if (!isInside) tryWrite(`${this.folder}/cgroup.freeze`, '1');
  }

  thaw(): void {
    tryWrite(`${this.folder}/cgroup.freeze`, '0');
  }

  /** Removes it, as far as nobody is in it. */
  remove(): void {
    removeEmpty(this.folder);
    // A session that ended while one that it had started went on could not remove its own.
    const parent = path.dirname(this.folder);
    if (isScopeName(path.basename(parent))) tryRemove(parent);
  }
}

/** The folder below which this process may give each session a cgroup; null where the machine does not let it. */
export function findScopeHome(): string | null {
  const home = ownCgroupFolder();
  if (home === null) return null;
  try {
    accessSync(home, constants.W_OK);
    // Who moves a process out of here has to be allowed to write here too.
    accessSync(`${home}/cgroup.procs`, constants.W_OK);
    return home;
  } catch {
    return null;
  }
}

/** Makes the scope of a session, or takes the one that is there; null where the machine does not let this process. */
export function makeScope(id: SessionId): SessionScope | null {
  const home = findScopeHome();
  if (home === null) return null;
  const folder = `${home}/${PREFIX}${id}`;
  try {
    makeFolder(folder, 0o777);
    return new SessionScope(folder);
  } catch {
    return null; // So many of them are not allowed, say.
  }
}

/**
 * The scope that a session's shim found itself in, or null where it was in none.
 *
 * @param note where the shim wrote its cgroup. An agent can write there too: only a cgroup with the session's own id in
 *   its name is taken
 */
export function findScope(id: SessionId, note: string): SessionScope | null {
  const cgroup = readRegular(note, LONGEST_PATH)?.split('\n')[0] || null;
  if (cgroup === null || path.posix.basename(cgroup) !== `${PREFIX}${id}`) return null;
  const folder = cgroupFolder(cgroup);
  return folder === null ? null : new SessionScope(folder);
}

/** The scope that this process would have made for a session, if it is there: a killed starter had not noted it yet. */
export function findUnnoted(id: SessionId): SessionScope | null {
  return listScopes().find((each) => each.id === id)?.scope ?? null;
}

/** The sessions that have a scope below this process's own cgroup, whoever made it. */
export function listScopes(): { readonly id: SessionId; readonly scope: SessionScope }[] {
  const home = findScopeHome();
  if (home === null) return [];
  return listFolders(home)
    .filter(isScopeName)
    .map((name) => ({
      id: name.slice(PREFIX.length) as SessionId,
      scope: new SessionScope(`${home}/${name}`),
    }));
}

/** What a program exits with that should have started inside a scope only, and could not. */
export const NOT_INSIDE = 71;

/**
 * The words that start a program inside a scope; the process stays the same one.
 *
 * @param isRequired without it, a program that cannot enter starts outside
 */
export function wordsInside(
  scope: SessionScope,
  words: readonly string[],
  isRequired = false,
): readonly [string, ...string[]] {
  const enter = `{ echo 0 >"$0/cgroup.procs"; } 2>/dev/null${isRequired ? ` || exit ${NOT_INSIDE}` : ''}; exec "$@"`;
  return ['/bin/sh', '-c', enter, scope.folder, ...words];
}

function isScopeName(name: string): boolean {
  return name.startsWith(PREFIX) && isSessionId(name.slice(PREFIX.length));
}

function tryWrite(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch {
    // Gone by now, or a kernel without it (before 5.2).
  }
}

/** Cgroups that the session made inside its own go with it. */
function removeEmpty(folder: string): void {
  for (const name of listFolders(folder)) if (!isScopeName(name)) removeEmpty(`${folder}/${name}`);
  tryRemove(folder);
}

function tryRemove(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Somebody is in it, or it is gone.
  }
}
