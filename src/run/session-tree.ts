import type { TreeProcess } from '../domain/liveness.ts';
import type { SessionId } from '../domain/ids.ts';
import {
  isAlive,
  isStopped,
  readBootId,
  readEnvironmentEntry,
  readProcess,
  readProcessTable,
  readTransferredBytes,
  TICK_MS,
  withDescendants,
  type ProcessInfo,
  type ProcessTable,
} from '../lib/process-table.ts';
import { isSameProcessAlive, sendSignal, type ProcessIdentity } from '../lib/send-signal.ts';
import type { SessionScope } from './session-scope.ts';

/** A CLI that starts a tool and then says so has said it within a second, on a busy machine too. */
const FRESH_TICKS = 1000 / TICK_MS;

export interface TreeRoots {
  /**
   * True where this very process started the shim and saw it live: it may be gone before the first look, and what it left
   * in its group is found all the same.
   */
  readonly isOurChild?: boolean;
  /** The cgroup that the shim was in, where it was in one of the session's own. */
  readonly scope?: SessionScope | null;
}

/**
 * The processes of one session. It remembers everyone it has seen below the shim (pid and start time), because a child
 * whose parent dies moves elsewhere in the tree.
 */
export class SessionTree {
  readonly scope: SessionScope | null;
  readonly #id: SessionId;
  readonly #shim: ProcessIdentity | null;
  readonly #lineage = new Map<number, string>();
  #agent: number | null = null;
  #hasSeenShim: boolean;
  #isShimLeft = false;

  constructor(
    id: SessionId,
    shim: ProcessIdentity | null,
    { isOurChild = false, scope = null }: TreeRoots = {},
  ) {
    this.#id = id;
    this.scope = scope;
    this.#hasSeenShim = isOurChild;
    // Start times are counted from each boot: after another one they name somebody else.
    this.#shim = shim?.bootId === readBootId() ? shim : null;
  }

  /** Whether the shim, and with it the agent, is still there. */
  isShimAlive(): boolean {
    return this.#shim !== null && isSameProcessAlive(this.#shim);
  }

  /** Whether a living process is the session's: seen in its tree, or carrying its tag. */
  has({ pid, startTime }: ProcessIdentity): boolean {
    return this.#lineage.get(pid) === startTime || readEnvironmentEntry(pid, 'STINT_SESSION_ID') === this.#id;
  }

  /**
   * Continues a shim that is stopped and has no agent any more, as the last sample saw it: it writes the exit code then, and
   * lets go of its category. Nothing is paused by that: an agent that is stopped is still the shim's child.
   *
   * @returns whether it was continued
   */
  continueShim(): boolean {
    return this.#isShimLeft && this.#shim !== null && sendSignal(this.#shim, 'SIGCONT');
  }

  /** The processes of the tree that lived when a table was read. */
  sample(table: ProcessTable): TreeProcess[] {
    this.#isShimLeft = this.#isLeft(table);
    return this.#members(table).map((info) => ({
      pid: info.pid,
      startTime: info.startTime,
      parentPid: info.ppid,
      isRoot: info.pid === this.#shim?.pid || info.pid === this.#agent,
      isStopped: isStopped(info),
      isFresh: table.uptimeTicks - Number(info.startTime) < FRESH_TICKS,
      cpuMs: info.cpuTicks * TICK_MS,
      transferredBytes: readTransferredBytes(info.pid),
    }));
  }

  /**
   * Everyone who belongs to the session: its lineage, its scope, and whoever carries its tag. Never a process that
   * carries the tag of another session.
   */
  findAll(): (ProcessIdentity & { readonly command: string })[] {
    const table = readProcessTable();
    const bootId = readBootId();
    const members = new Set(this.#members(table).map(({ pid }) => pid));
    return table.processes
      .filter((info) => {
        if (info.pid === process.pid || !isAlive(info)) return false;
        const tag = readEnvironmentEntry(info.pid, 'STINT_SESSION_ID');
        return tag === this.#id || (members.has(info.pid) && !tag);
      })
      .map(({ pid, startTime, command }) => ({ pid, startTime, bootId, command }));
  }

  /**
   * The process group that the shim leads, or led when it was last seen. Its number stays taken while it has
   * members, so what is in it was started by the session, even without its tag and away from its parent. Null when the
   * number names another process by now, or was never seen to be the shim's.
   */
  #findGroup(all: readonly ProcessInfo[]): number | null {
    if (!this.#shim) return null;
    const { pid, startTime } = this.#shim;
    const leader = all.find((info) => info.pid === pid);
    if (leader) this.#hasSeenShim = leader.startTime === startTime;
    return this.#hasSeenShim ? pid : null;
  }

  /** Whether the shim is stopped and nothing that it started is left. */
  #isLeft({ processes: all, children }: ProcessTable): boolean {
    const shim = all.find(
      ({ pid, startTime }) => pid === this.#shim?.pid && startTime === this.#shim.startTime,
    );
    return shim !== undefined && isStopped(shim) && !(children.get(shim.pid) ?? []).some(isAlive);
  }

  #members({ processes: all, children }: ProcessTable): ProcessInfo[] {
    const group = this.#findGroup(all);
    const scope = this.scope?.pids() ?? NONE;
    const roots = new Set<number>();
    for (const info of all) {
      const isKnown = this.#lineage.get(info.pid) === info.startTime;
      if (isKnown || isStill(info, scope) || (group !== null && (info.pid === group || info.pgrp === group)))
        roots.add(info.pid);
    }
    const members = withDescendants(all, roots, children).filter(isAlive);
    for (const info of members) {
      this.#lineage.set(info.pid, info.startTime);
      if (info.ppid === this.#shim?.pid) this.#agent ??= info.pid;
    }
    return members;
  }
}

const NONE: ReadonlySet<number> = new Set();

/** Whether a process of the table is in a scope. The table may be older: its pid may name another process by now. */
function isStill({ pid, startTime }: ProcessInfo, scope: ReadonlySet<number>): boolean {
  return scope.has(pid) && readProcess(pid)?.startTime === startTime;
}
