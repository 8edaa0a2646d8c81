/**
 * A worker that opens one new database after the other, each at the same moment as its colleagues, and tells how each
 * went.
 */
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../src/lib/problem.ts';
import { openStore } from '../../src/store/store.ts';

const { folder, rounds, colleagues, arrivals } = workerData as {
  folder: string;
  rounds: number;
  colleagues: number;
  /** How many have come to each round, as shared memory. */
  arrivals: Int32Array;
};

const failures: string[] = [];
for (let round = 0; round < rounds; round++) {
  Atomics.add(arrivals, round, 1);
  while (Atomics.load(arrivals, round) < colleagues); // Spins: whoever sleeps comes late.
  try {
    await openStore(path.join(folder, `${round}.db`)).destroy();
  } catch (error) {
    failures.push(messageOf(error));
  }
}
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin
parentPort?.postMessage(failures);
