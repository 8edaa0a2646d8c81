import type { IdleFloor, LivenessPolicy, Pulse, TreeProcess } from '../domain/liveness.ts';
import type { Level, SeenProcess, Signs } from './signs.ts';

/**
 * What a tool moves that only waits. Low: whatever the agent started is there to work, and a slow one counts. The agent
 * itself and what came with it has a floor of its own (`policy.idle…`), for CLIs tick while they wait for their model.
 */
const TOOL_FLOOR: IdleFloor = { cpuShare: 0.02, bytesPerS: 256 };
/** Movement above the floor that counts as work: so much, or what the floor lets through in this time. */
const WORK: Level = { cpuMs: 50, bytes: 4096 };
const WORK_S = 5;
/**
 * How far output may run ahead of the bytes that were seen being written: the two are read one after the other. A
 * larger debt comes from processes that are gone already and must not hide the work of others.
 */
const LARGEST_DEBT_BYTES = 4096;

/** Births, deaths, CPU time and bytes since the last look: whether anybody works. */
export function watchProcesses(signs: Signs, pulse: Pulse, policy: LivenessPolicy, passedMs: number): Signs {
  const processes = new Map<string, SeenProcess>();
  const byPid = new Map<number | null, TreeProcess>(pulse.processes.map((each) => [each.pid, each]));
  const own = { cpuMs: 0, bytes: 0 };
  const tools = { cpuMs: 0, bytes: 0 };
  let isMoving = false;
  for (const each of pulse.processes) {
    const key = `${each.pid}:${each.startTime}`;
    const before = signs.processes.get(key);
    if (!before) isMoving = true;
    const seen: SeenProcess = {
      isRoot: each.isRoot,
      isFresh: before?.isFresh ?? each.isFresh,
      bornPulse: before?.bornPulse ?? signs.pulses,
      bornAtMs: before?.bornAtMs ?? signs.nowMs,
      originPulse: before?.originPulse ?? findOrigin(each, byPid, signs),
      cpuMs: each.cpuMs,
      transferredBytes: each.transferredBytes,
    };
    processes.set(key, seen);
    const moved = isTool(seen, signs) ? tools : own;
    moved.cpuMs += Math.max(0, each.cpuMs - (before?.cpuMs ?? 0));
    moved.bytes += before ? Math.max(0, (each.transferredBytes ?? 0) - (before.transferredBytes ?? 0)) : 0;
  }
  for (const key of signs.processes.keys()) if (!processes.has(key)) isMoving = true;
  // What the session prints is no work of its own: a spinner prints for ever.
  const printed = Math.max(0, pulse.outputBytes - signs.outputBytes) + signs.debtBytes;
  const unpaid = pay(tools, pay(own, printed));
  const floor = { cpuShare: policy.idleCpuShare, bytesPerS: policy.idleBytesPerS };
  const levels = {
    own: rise(signs.levels.own, own, floor, passedMs),
    tools: rise(signs.levels.tools, tools, TOOL_FLOOR, passedMs),
  };
  isMoving ||= isWork(levels.own, floor) || isWork(levels.tools, TOOL_FLOOR);
  return {
    ...signs,
    processes,
    debtBytes: Math.min(LARGEST_DEBT_BYTES, unpaid),
    lastActivityAtMs: isMoving ? signs.nowMs : signs.lastActivityAtMs,
    levels: isMoving ? { own: NOTHING, tools: NOTHING } : levels,
  };
}

/**
 * The pulse that saw the tool first from which a new process comes; its own where it comes from the agent, from what came
 * with the agent, or from nobody who can be seen.
 */
function findOrigin(born: TreeProcess, byPid: ReadonlyMap<number | null, TreeProcess>, signs: Signs): number {
  let each: TreeProcess | undefined = born;
  for (let step = 0; step < MOST_ANCESTORS; step++) {
    each = byPid.get(each.parentPid);
    if (!each) break;
    const parent = signs.processes.get(`${each.pid}:${each.startTime}`);
    if (parent) return isTool(parent, signs) ? parent.originPulse : signs.pulses;
  }
  return signs.pulses;
}

/** Of one look. Processes are read one after the other, so that even a circle of parents can be seen. */
const MOST_ANCESTORS = 100;

const NOTHING: Level = { cpuMs: 0, bytes: 0 };

/** Started by the agent for its work, as far as can be seen: what is older than its first call came with the CLI. */
function isTool({ isRoot, bornPulse }: SeenProcess, { firstCallPulse }: Signs): boolean {
  return !isRoot && firstCallPulse !== null && bornPulse >= firstCallPulse;
}

/** Takes output from the bytes that were moved; returns what is still to be taken. */
function pay(moved: { bytes: number }, printed: number): number {
  const paid = Math.min(moved.bytes, printed);
  moved.bytes -= paid;
  return printed - paid;
}

/**
 * What has come together above the floor. The floor runs off all the time, so that ticking adds up to nothing however
 * long it goes on, and real work shows within seconds however long there was none.
 */
function rise(level: Level, moved: Level, floor: IdleFloor, passedMs: number): Level {
  return {
    cpuMs: Math.max(0, level.cpuMs + moved.cpuMs - floor.cpuShare * passedMs),
    bytes: Math.max(0, level.bytes + moved.bytes - (floor.bytesPerS * passedMs) / 1000),
  };
}

function isWork({ cpuMs, bytes }: Level, { cpuShare, bytesPerS }: IdleFloor): boolean {
  return (
    cpuMs >= Math.max(WORK.cpuMs, cpuShare * WORK_S * 1000) ||
    bytes >= Math.max(WORK.bytes, bytesPerS * WORK_S)
  );
}
