import type { Clock } from '../lib/clock.ts';
import { isShortage } from '../lib/problem.ts';
import {
  askGroupToEnd,
  askToEnd,
  sendGroupSignal,
  sendSignal,
  type ProcessIdentity,
} from '../lib/send-signal.ts';
import type { SessionTree } from './session-tree.ts';

export interface EndReport {
  /** Commands of processes that had to be ended after the agent itself was gone. */
  readonly leftovers: readonly string[];
  /** Commands of processes that could not be ended. */
  readonly survivors: readonly string[];
  /** Whether a cgroup named every process of the session. Without one, who hid in time was not found. */
  readonly isContained: boolean;
}

const POLL_MS = 25;
/** Rounds of KILL before those that are left are reported; each waits long enough for the kernel to bury the dead. */
const KILL_ROUNDS = 40;
/** A look takes a while, and a process that forks and ends meanwhile can be behind it all along; twice it is not. */
const EMPTY_LOOKS = 2;
/** What is left over when the agent has ended by itself gets a shorter while to end than the agent would. */
const LEFTOVER_GRACE_MS = 1000;

/**
 * Ends a session's processes and confirms it: TERM to the group, which is continued where it is stopped, grace, KILL to the
 * group, then a sweep of everyone who belongs to the session until none is left. Each signal follows an identity check.
 */
export async function endTree(
  tree: SessionTree,
  shim: ProcessIdentity | null,
  graceMs: number,
  clock: Clock,
): Promise<EndReport> {
  const see = seer(clock);
  const isShimAlive = (): Promise<boolean> => see(() => tree.isShimAlive());
  if (shim && (await isShimAlive())) {
    await see(() => askGroupToEnd(shim));
    await waitWhile(isShimAlive, graceMs, clock);
    await see(() => sendGroupSignal(shim, 'SIGKILL'));
    await waitWhile(isShimAlive, LEFTOVER_GRACE_MS, clock);
  }
  const leftovers = await see(() => tree.findAll());
  if (leftovers.length > 0) {
    for (const each of leftovers) await see(() => askToEnd(each));
    await waitWhile(() => see(() => tree.findAll().length > 0), LEFTOVER_GRACE_MS, clock);
  }
  await killAll(tree, see, clock);
  const survivors = await see(() => tree.findAll());
  tree.scope?.remove();
  return {
    leftovers: leftovers.map(({ command }) => command),
    survivors: survivors.map(({ command }) => command),
    isContained: tree.scope !== null,
  };
}

/** KILL to whoever is left, until nobody is. Those that go on forking meanwhile are held where their scope can do that. */
async function killAll(tree: SessionTree, see: See, clock: Clock): Promise<void> {
  try {
    for (let round = 0, empty = 0; round < KILL_ROUNDS && empty < EMPTY_LOOKS; round++) {
      const left = await see(() => tree.findAll());
      const isEmpty = left.length === 0 && tree.scope?.isPopulated() !== true;
      empty = isEmpty ? empty + 1 : 0;
      for (const each of left) await see(() => sendSignal(each, 'SIGKILL'));
      if (!isEmpty && round > 0) tree.scope?.freeze();
      await clock.sleep(POLL_MS);
    }
  } finally {
    tree.scope?.thaw();
  }
}

type See = <T>(look: () => T) => Promise<T>;

/** Looks again while the process has no free descriptor: it cannot say then that an end is confirmed. */
function seer(clock: Clock): See {
  return async (look) => {
    for (;;) {
      try {
        return look();
      } catch (error) {
        if (!isShortage(error)) throw error;
      }
      await clock.sleep(POLL_MS);
    }
  };
}

async function waitWhile(isTrue: () => Promise<boolean>, limitMs: number, clock: Clock): Promise<void> {
  const end = clock.monotonicMs() + limitMs;
  while ((await isTrue()) && clock.monotonicMs() < end) await clock.sleep(POLL_MS);
}
