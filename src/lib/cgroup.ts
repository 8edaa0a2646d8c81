import { readFileSync } from 'node:fs';
import path from 'node:path';
import { listEntries } from './file-system.ts';

/**
 * The cgroup of version 2 that a process is in, as the kernel names it; null where there is none.
 *
 * @param text what /proc/PID/cgroup holds: the one line that matters begins with `0::`
 */
export function cgroupIn(text: string): string | null {
  return /^0::(\/.*)$/m.exec(text)?.[1] ?? null;
}

/** The folder of the cgroup that this process is in; null as for `cgroupFolder`. */
export function ownCgroupFolder(): string | null {
  const own = cgroupIn(readText('/proc/self/cgroup'));
  return own === null ? null : cgroupFolder(own);
}

/**
 * The folder in which a cgroup can be seen and changed; null where the hierarchy is not mounted, or not from so high up.
 *
 * @param mounts what /proc/self/mountinfo holds (proc_pid_mountinfo(5))
 */
export function cgroupFolder(cgroup: string, mounts = readText('/proc/self/mountinfo')): string | null {
  // Outside of this process's cgroup namespace: nothing here shows it.
  if (cgroup.split('/').includes('..')) return null;
  for (const line of mounts.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , root, point] = before.split(' ').map(unescapeOctal);
    if (!after.startsWith('cgroup2 ') || root === undefined || point === undefined) continue;
    const way = path.posix.relative(root, cgroup);
    if (way !== '..' && !way.startsWith('../')) return path.posix.join(point, way);
  }
  return null;
}

/** Everybody in a cgroup and in those below it, but for those whose name is somebody else's. */
export function listCgroup(folder: string, isForeign: (name: string) => boolean): Set<number> {
  const pids = new Set(readText(`${folder}/cgroup.procs`).split('\n').filter(Boolean).map(Number));
  for (const name of listFolders(folder)) {
    if (isForeign(name)) continue;
    for (const pid of listCgroup(`${folder}/${name}`, isForeign)) pids.add(pid);
  }
  return pids;
}

/** The names of the cgroups right below one. */
export function listFolders(folder: string): string[] {
  return listEntries(folder)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

/** Blanks and the like in paths stand as `\040` there. */
function unescapeOctal(text: string): string {
  return text.replaceAll(/\\(\d{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // Not there, or gone by now.
  }
}
