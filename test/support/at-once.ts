import { once } from 'node:events';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { messageOf } from '../../src/lib/problem.ts';

interface Turn {
  readonly folder: string;
  readonly rounds: number;
  readonly colleagues: number;
  /** How many have come to each round, as shared memory. */
  readonly arrivals: Int32Array;
}

/**
 * Starts several threads of a program in `test/workers/` that do the same thing in a folder at the same moment, round
 * after round.
 *
 * @returns what went wrong in any of them
 */
export async function atOnce(
  program: string,
  folder: string,
  rounds: number,
  colleagues = 4,
): Promise<string[]> {
  const arrivals = new Int32Array(new SharedArrayBuffer(rounds * Int32Array.BYTES_PER_ELEMENT));
  const turn: Turn = { folder, rounds, colleagues, arrivals };
  const failures = Array.from({ length: colleagues }, async () => {
    const worker = new Worker(new URL(`../workers/${program}`, import.meta.url), { workerData: turn });
    const [failed] = (await once(worker, 'message')) as [string[]];
    return failed;
  });
  return (await Promise.all(failures)).flat();
}

/** What such a thread does: its work in each round, as soon as all are there. */
export async function takeTurns(
  work: (folder: string, round: number) => Promise<void> | void,
): Promise<void> {
  const { folder, rounds, colleagues, arrivals } = workerData as Turn;
  const failures: string[] = [];
  for (let round = 0; round < rounds; round++) {
    Atomics.add(arrivals, round, 1);
    while (Atomics.load(arrivals, round) < colleagues); // Spins: whoever sleeps comes late.
    try {
      await work(folder, round);
    } catch (error) {
      failures.push(messageOf(error));
    }
  }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin
  parentPort?.postMessage(failures);
}
