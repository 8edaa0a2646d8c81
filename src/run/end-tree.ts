import type { Clock } from '../lib/clock.ts';
import { sendGroupSignal, sendSignal, type ProcessIdentity } from '../lib/send-signal.ts';
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
 * Ends a session's processes and confirms it: TERM to the group, grace, KILL to the group, then a sweep of everyone who
 * belongs to the session until none is left. Each signal follows an identity check.
 */
export async function endTree(
  tree: SessionTree,
  shim: ProcessIdentity | null,
  graceMs: number,
  clock: Clock,
): Promise<EndReport> {
  if (shim && tree.isShimAlive()) {
    sendGroupSignal(shim, 'SIGTERM');
    await waitWhile(() => tree.isShimAlive(), graceMs, clock);
    sendGroupSignal(shim, 'SIGKILL');
    await waitWhile(() => tree.isShimAlive(), LEFTOVER_GRACE_MS, clock);
  }
  const leftovers = tree.findAll();
  if (leftovers.length > 0) {
    for (const each of leftovers) sendSignal(each, 'SIGTERM');
    await waitWhile(() => tree.findAll().length > 0, LEFTOVER_GRACE_MS, clock);
  }
  await killAll(tree, clock);
  const survivors = tree.findAll();
  tree.scope?.remove();
  return {
    leftovers: leftovers.map(({ command }) => command),
    survivors: survivors.map(({ command }) => command),
    isContained: tree.scope !== null,
  };
}

/** KILL to whoever is left, until nobody is. Those that go on forking meanwhile are held where their scope can do that. */
async function killAll(tree: SessionTree, clock: Clock): Promise<void> {
  try {
    for (let round = 0, empty = 0; round < KILL_ROUNDS && empty < EMPTY_LOOKS; round++) {
      const left = tree.findAll();
      const isEmpty = left.length === 0 && tree.scope?.isPopulated() !== true;
      empty = isEmpty ? empty + 1 : 0;
      for (const each of left) sendSignal(each, 'SIGKILL');
      if (!isEmpty && round > 0) tree.scope?.freeze();
      await clock.sleep(POLL_MS);
    }
  } finally {
    tree.scope?.thaw();
  }
}

async function waitWhile(isTrue: () => boolean, limitMs: number, clock: Clock): Promise<void> {
  const end = clock.monotonicMs() + limitMs;
  while (isTrue() && clock.monotonicMs() < end) await clock.sleep(POLL_MS);
}
