import { constants } from 'node:fs';
import { lstat, open, opendir } from 'node:fs/promises';
import path from 'node:path';

/** What git itself touches when something is staged, committed or checked out. */
const GIT_FILES = ['index', 'HEAD', 'logs/HEAD'];
/** So many folders are looked at, the nearest to the top first; and so many names in one of them. */
const MOST_FOLDERS = 64;
const MOST_NAMES = 512;
/** Folders that tools fill, and that are large; git's own has the files above. */
const SKIPPED: ReadonlySet<string> = new Set(['.git', 'node_modules']);
const GONE = '-';
const LONGEST_PATH = 4200;
/** It is asked with every look at the session; a change may be told a little later, and hundreds of sessions cost little. */
const LOOK_EVERY = 3;
/** Looks between two searches for new folders. */
const SEARCH_EVERY = 12;

/**
 * Whether something changes in a session's own worktree, whoever does it: a container, say, whose processes are nobody's
 * here. Cheap rather than whole: the times of git's files and of the nearest folders, which change when a file is made,
 * removed or replaced in them. It never waits: each look starts the next one, and tells what the one before has found, so a
 * file system that hangs stops no supervisor.
 */
export class WorktreeWatch {
  readonly #top: string;
  #folders: readonly string[] = [];
  #asked = 0;
  #looks = 0;
  #times: ReadonlyMap<string, string> = new Map();
  #hasChanged = false;
  #isLooking = false;
  #last: Promise<void> = Promise.resolve();

  constructor(top: string) {
    this.#top = top;
  }

  /** Whether something has changed since the last time this was asked, as far as is known yet. */
  takeChange(): boolean {
    if (this.#asked++ % LOOK_EVERY === 0 && !this.#isLooking) void this.look();
    const hasChanged = this.#hasChanged;
    this.#hasChanged = false;
    return hasChanged;
  }

  /** One look, after those that are under way. Never rejects. */
  look(): Promise<void> {
    this.#last = this.#last.then(() => this.#lookOnce());
    return this.#last;
  }

  async #lookOnce(): Promise<void> {
    this.#isLooking = true;
    if (this.#looks++ % SEARCH_EVERY === 0) this.#folders = await findFolders(this.#top);
    const gitFolder = await readGitFolder(this.#top);
    const files = gitFolder === null ? [] : GIT_FILES.map((name) => path.join(gitFolder, name));
    const now = new Map<string, string>();
    // One after the other: where a file system hangs, one thread waits for it and not all that Node has.
    for (const place of [...files, ...this.#folders]) now.set(place, await readTime(place));
    // One that is seen for the first time has not changed; what made it changed the folder above it.
    for (const [place, time] of this.#times)
      if (now.has(place) && now.get(place) !== time) this.#hasChanged = true;
    this.#times = now;
    this.#isLooking = false;
  }
}

async function readTime(file: string): Promise<string> {
  try {
    return String((await lstat(file, { bigint: true })).mtimeNs);
  } catch {
    return GONE;
  }
}

/** A worktree's `.git` is a file that names its own git folder. */
async function readGitFolder(top: string): Promise<string | null> {
  try {
    // An agent can put anything there: nothing that is opened here keeps anybody waiting, or fills the memory.
    const file = await open(path.join(top, '.git'), constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(LONGEST_PATH), 0, LONGEST_PATH);
      return /^gitdir: (.+)$/m.exec(buffer.toString('utf8', 0, bytesRead))?.[1] ?? null;
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}

/** Breadth first, so that a deep folder does not hide its neighbours. */
async function findFolders(top: string): Promise<string[]> {
  const found = [top];
  for (let next = 0; next < found.length && found.length < MOST_FOLDERS; next++)
    for (const name of await listFolders(found[next] ?? top))
      if (found.length < MOST_FOLDERS) found.push(path.join(found[next] ?? top, name));
  return found;
}

async function listFolders(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    let seen = 0;
    for await (const entry of await opendir(folder)) {
      if (++seen > MOST_NAMES) break;
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) names.push(entry.name);
    }
  } catch {
    // Gone, or not to be read: nothing is seen there.
  }
  return names.toSorted();
}
