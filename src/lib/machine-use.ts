import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';

/** How full a machine is; null where it does not say. */
export interface MachineUse {
  /** Shares from 0 to 1. */
  readonly memory: number | null;
  /** Of the fullest of the file systems that were asked about. */
  readonly disk: number | null;
  /** Tasks that run or want to, for each processor, on average over a minute. */
  readonly load: number | null;
}

export function readMachineUse(folders: readonly string[]): MachineUse {
  const disks = folders.map(diskUse).filter((share) => share !== null);
  return {
    memory: orNull(memoryUse),
    disk: disks.length === 0 ? null : Math.max(...disks),
    load: orNull(() => Number(readFileSync('/proc/loadavg', 'utf8').split(' ')[0]) / availableParallelism()),
  };
}

/** What cannot be given to a process: caches can be dropped, and do not count. */
function memoryUse(): number {
  const text = readFileSync('/proc/meminfo', 'utf8');
  const kilobytes = (name: string): number => Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(text)?.[1]);
  return 1 - kilobytes('MemAvailable') / kilobytes('MemTotal');
}

/** As `df` counts: of what a user could ever have, what is kept for the system is no part. */
function diskUse(folder: string): number | null {
  return orNull(() => {
    const { blocks, bfree, bavail } = statfsSync(nearestExisting(folder));
    const used = blocks - bfree;
    return used / (used + bavail);
  });
}

/** Where a folder that is not made yet will be. */
function nearestExisting(folder: string): string {
  const above = path.dirname(folder);
  return existsSync(folder) || above === folder ? folder : nearestExisting(above);
}

function orNull(read: () => number): number | null {
  try {
    const value = read();
    return Number.isFinite(value) ? value : null;
  } catch {
    return null;
  }
}
