import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { nothingUnlessShort } from './regular-file.ts';

// Each reader throws the system's error when the machine is short of descriptors or memory (see `isShortage`).

/** One process as /proc shows it. `pid` and `startTime` together name it; a pid alone is reused by strangers. */
export interface ProcessInfo {
  readonly pid: number;
  readonly ppid: number;
  readonly pgrp: number;
  readonly command: string;
  /** R, S, D, T, Z … */
  readonly state: string;
  /** Clock ticks since boot. */
  readonly startTime: string;
  /** User and system time of its own, in clock ticks. */
  readonly cpuTicks: number;
}

/** Linux counts in ticks of 10 ms on every platform that Node supports. */
export const TICK_MS = 10;

const UNKNOWN_BOOT = 'unknown';

/** The boot this machine is in: identities do not outlive it. */
export function readBootId(): string {
  return readText('/proc/sys/kernel/random/boot_id')?.trim() ?? UNKNOWN_BOOT;
}

/** Time since a boot of the machine, with the time in which it slept: no change of the wall clock moves it. */
export interface BootTime {
  readonly bootId: string;
  readonly ms: number;
}

/** Null where the kernel does not say it. */
export function readBootTime(): BootTime | null {
  const [bootId, ms] = [readBootId(), Math.round(readUptimeTicks() * TICK_MS)];
  return bootId === UNKNOWN_BOOT || !(ms > 0) ? null : { bootId, ms };
}

/** Clock ticks since boot until now: what start times are counted in. */
export function readUptimeTicks(): number {
  return (Number(readText('/proc/uptime')?.split(' ')[0] ?? 0) * 1000) / TICK_MS;
}

/** How long ago a process of this boot started. The time that the machine slept counts. */
export function readAgeMs(startTime: string): number {
  return (readUptimeTicks() - Number(startTime)) * TICK_MS;
}

/** The process with this pid now, or null. */
export function readProcess(pid: number): ProcessInfo | null {
  const text = readText(`/proc/${pid}/stat`);
  if (text === null) return null;
  // The command stands in parentheses and may hold anything, parentheses and blanks too.
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  const fields = text.slice(close + 2).split(' ');
  return {
    pid,
    command: text.slice(open + 1, close),
    state: fields[0] ?? '?',
    ppid: Number(fields[1]),
    pgrp: Number(fields[2]),
    cpuTicks: Number(fields[11]) + Number(fields[12]),
    startTime: fields[19] ?? '',
  };
}

/** Every process that can be seen. */
export function readProcesses(): ProcessInfo[] {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.flatMap((pid) => readProcess(pid) ?? []);
}

/** All processes at one moment. */
export interface ProcessTable {
  readonly processes: readonly ProcessInfo[];
  readonly children: ChildrenByParent;
  /** Clock ticks since boot at that moment: what start times are counted in. */
  readonly uptimeTicks: number;
}

type ChildrenByParent = ReadonlyMap<number, readonly ProcessInfo[]>;

export function readProcessTable(): ProcessTable {
  return tableOf(readProcesses(), readUptimeTicks());
}

export function tableOf(processes: readonly ProcessInfo[], uptimeTicks: number): ProcessTable {
  return { processes, children: childrenByParent(processes), uptimeTicks };
}

function childrenByParent(all: readonly ProcessInfo[]): ChildrenByParent {
  return Map.groupBy(all, ({ ppid }) => ppid);
}

/** `roots` and all their descendants, children before grandchildren. */
export function withDescendants(
  all: readonly ProcessInfo[],
  roots: ReadonlySet<number>,
  children = childrenByParent(all),
): ProcessInfo[] {
  const found = all.filter((info) => roots.has(info.pid));
  const seen = new Set(found.map((info) => info.pid));
  for (let i = 0; i < found.length; i++) {
    for (const child of children.get(found[i]?.pid ?? -1) ?? []) {
      if (seen.has(child.pid)) continue;
      seen.add(child.pid);
      found.push(child);
    }
  }
  return found;
}

/** Bytes that a process has read and written so far, files and pipes together; null when it may not be seen. */
export function readTransferredBytes(pid: number): number | null {
  const text = readText(`/proc/${pid}/io`);
  if (text === null) return null;
  const read = /^rchar: (\d+)/m.exec(text);
  const written = /^wchar: (\d+)/m.exec(text);
  return Number(read?.[1] ?? 0) + Number(written?.[1] ?? 0);
}

/** The value of one variable in a process's first environment, or null when it has none or may not be seen. */
export function readEnvironmentEntry(pid: number, name: string): string | null {
  const text = readText(`/proc/${pid}/environ`);
  if (text === null) return null;
  // Matched as a whole entry: another variable may quote ours.
  const entry = text.split('\0').find((candidate) => candidate.startsWith(`${name}=`));
  return entry === undefined ? null : entry.slice(name.length + 1);
}

/** The folder that a process stands in, or null. */
export function readWorkingFolder(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}

/** Whether a living process stands in a folder or below it. */
export function isOccupied(folder: string): boolean {
  return readProcesses().some(({ pid }) => {
    const stands = readWorkingFolder(pid);
    return stands !== null && (stands === folder || stands.startsWith(`${folder}/`));
  });
}

/** A process that has ended but whose parent has not asked for it counts as dead. */
export function isAlive(info: ProcessInfo): boolean {
  return info.state !== 'Z' && info.state !== 'X';
}

/** Stopped by a signal (T), or held by a debugger (t). */
export function isStopped({ state }: ProcessInfo): boolean {
  return state === 'T' || state === 't';
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'latin1');
  } catch (error) {
    // Gone between two looks, or not ours to see; in a shortage it may be there all the same.
    return nothingUnlessShort(error);
  }
}
