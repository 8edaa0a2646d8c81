import {
  constants,
  type Dirent,
  fstatSync,
  readdirSync,
  readSync,
  realpathSync,
  statfsSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { systemErrorCode } from './problem.ts';
import { atOnce } from './regular-file.ts';

/** A file, and what tells one state of it from another without reading it. */
export interface WalkedFile {
  readonly file: string;
  /** Changes whenever the file does. */
  readonly identity: string;
  /** Another one is another file in the same place. */
  readonly inode: string;
  readonly size: number;
  /** Its name does not tell its kind: its first lines have to. */
  readonly hasOddName?: true;
  /** Its name for people, where its path is a temporary one that ends with the call. */
  readonly shownAs?: string;
}

export function nameOf({ file, shownAs }: Pick<WalkedFile, 'file' | 'shownAs'>): string {
  return shownAs ?? file;
}

/** What a walk passed by, and why, as a clause for people. */
export interface PassedBy {
  readonly path: string;
  readonly because: string;
}

export interface Walk {
  readonly files: readonly WalkedFile[];
  readonly passedBy: readonly PassedBy[];
}

/**
 * The files below a folder, in the order of their paths. Links are not followed, so that no walk is endless or leaves the
 * folder; pipes and devices are never opened; what cannot be looked at is told, and the rest goes on.
 *
 * @param isWanted asked of every name that is no folder
 * @param isEntered asked of every folder below the first
 * @param isTold whether a link of that name is told of
 */
export function walkFiles(
  top: string,
  isWanted: (name: string) => boolean,
  isEntered: (folder: string) => boolean = () => true,
  isTold: (name: string) => boolean = isWanted,
): Walk {
  const files: WalkedFile[] = [];
  const passedBy: PassedBy[] = [];
  const folders = [top];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of listEntries(folder, passedBy)) {
      const full = path.join(folder, entry.name);
      if (entry.isDirectory()) {
        if (isEntered(full)) folders.push(full);
      } else if (entry.isSymbolicLink()) {
        if (isTold(entry.name) || isFolder(full)) passedBy.push({ path: full, because: 'it is a link' });
      } else if (isWanted(entry.name)) {
        const found = identifyFile(full);
        if ('file' in found) files.push(found);
        else passedBy.push(found);
      }
    }
  }
  return { files: files.toSorted((a, b) => (a.file < b.file ? -1 : 1)), passedBy };
}

/** What stands at a path, without opening it. */
export function identifyFile(file: string): WalkedFile | PassedBy {
  try {
    const found = statSync(file, { bigint: true });
    if (!found.isFile()) return { path: file, because: 'it is no file' };
    const { dev, ino, size, mtimeNs, ctimeNs } = found;
    return {
      file,
      identity: `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`,
      inode: `${dev}:${ino}`,
      size: Number(size),
    };
  } catch (error) {
    return { path: file, because: describeFailure(error) };
  }
}

/** Why a file or folder could not be looked at, as a clause for people. */
export function describeFailure(error: unknown): string {
  const code = systemErrorCode(error) ?? 'unknown';
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'it is gone';
  if (code === 'EACCES' || code === 'EPERM') return `it may not be read (${code})`;
  return `it cannot be read (${code})`;
}

/** Whether a folder stands at a path, or a link to one. */
export function isFolder(file: string): boolean {
  try {
    return statSync(file).isDirectory();
  } catch {
    return false;
  }
}

/** Why a file cannot be read, as a clause for people; null when it can. Whatever stands there, it does not wait. */
export function whyUnreadable(file: string): string | null {
  try {
    return atOnce(file, constants.O_RDONLY, (descriptor) => {
      if (!fstatSync(descriptor).isFile()) return 'it is no file';
      readSync(descriptor, Buffer.alloc(1), 0, 1, 0);
      return null;
    });
  } catch (error) {
    return describeFailure(error);
  }
}

/** The entries of a folder; empty where it is missing or unreadable: `passedBy` then gets the folder and the reason. */
export function listEntries(folder: string, passedBy: PassedBy[] = []): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    passedBy.push({ path: folder, because: describeFailure(error) });
    return [];
  }
}

/** The names in a folder, with those below it where `isDeep`; empty where it is missing or unreadable. */
export function listNames(folder: string, isDeep = false): string[] {
  try {
    return readdirSync(folder, { recursive: isDeep, encoding: 'utf8' });
  } catch {
    return [];
  }
}

/** Where a path leads through all links; the path itself where nothing is there, or is gone while it is looked at. */
export function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

/** Magic numbers of linux/magic.h. */
const NETWORK = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x5346414f, 'AFS'],
  [0x00c36400, 'Ceph'],
]);

/** The name of the network file system that a folder lies on, or null. Locks and WAL databases are not safe there. */
export function networkFileSystem(folder: string): string | null {
  return NETWORK.get(statfsSync(folder).type) ?? null;
}
