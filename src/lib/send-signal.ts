import { systemErrorCode } from './problem.ts';
import { isAlive, readBootId, readProcess } from './process-table.ts';

/** What names one process for good: pids are reused, and start times are counted from each boot. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
  readonly bootId: string;
}

/** This process itself. */
export function identifySelf(): ProcessIdentity {
  const startTime = readProcess(process.pid)?.startTime ?? '';
  return { pid: process.pid, startTime, bootId: readBootId() };
}

/** True while the very process that was recorded lives. */
export function isSameProcessAlive(identity: ProcessIdentity): boolean {
  if (identity.bootId !== readBootId()) return false;
  const now = readProcess(identity.pid);
  return now !== null && now.startTime === identity.startTime && isAlive(now);
}

/**
 * Sends a signal to a process after checking that it is still the one that was meant.
 *
 * @returns false when it is gone, is somebody else by now, or may not be signalled
 */
export function sendSignal(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  return isSameProcessAlive(identity) && trySignal(identity.pid, signal);
}

/**
 * Sends a signal to the process group whose leader was recorded. A leader that is gone leaves its number reserved
 * while the group has members, but only a living leader proves that the group is still the one that was meant.
 */
export function sendGroupSignal(leader: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isSameProcessAlive(leader) || readProcess(leader.pid)?.pgrp !== leader.pid) return false;
  return trySignal(-leader.pid, signal);
}

/** TERM, and CONT behind it: a process that is stopped can act on no signal but KILL. */
export function askToEnd(identity: ProcessIdentity): void {
  sendSignal(identity, 'SIGTERM');
  sendSignal(identity, 'SIGCONT');
}

/** The same for the process group of a leader. */
export function askGroupToEnd(leader: ProcessIdentity): void {
  sendGroupSignal(leader, 'SIGTERM');
  sendGroupSignal(leader, 'SIGCONT');
}

function trySignal(target: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(target, signal);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'ESRCH' || systemErrorCode(error) === 'EPERM') return false;
    throw error;
  }
}
