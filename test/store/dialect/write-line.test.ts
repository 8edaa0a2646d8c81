import { expect, test } from 'vitest';
import { systemClock, type Clock } from '../../../src/lib/clock.ts';
import { LockWait } from '../../../src/store/dialect/lock-wait.ts';
import { ConnectionTurns, WriteLine } from '../../../src/store/dialect/write-line.ts';

const PATIENCE = { limitMs: 15_000 };

/** A line of writes whose time passes only by sleeps and by `pass`. */
function lineBeside(hasRivals: boolean) {
  let nowMs = 0;
  const slept: number[] = [];
  const clock: Clock = {
    ...systemClock,
    monotonicMs: () => nowMs,
    sleep: async (ms) => {
      slept.push(ms);
      nowMs += ms;
    },
  };
  const wait = Object.assign(new LockWait('stint.db', clock), { hasRivals: () => hasRivals });
  const line = new WriteLine(new ConnectionTurns(), wait);
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  return { line, slept, pass };
}

/** An attempt that SQLite refuses so many times. */
function refused(times: number): () => void {
  let left = times;
  return () => {
    if (left-- > 0) throw Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' });
  };
}

async function writeFor(ms: number, { line, pass }: ReturnType<typeof lineBeside>, attempt = refused(0)) {
  const { leave } = await line.enter(attempt, PATIENCE);
  pass(ms);
  leave();
}

test('beside other processes a write leaves the lock free for as long as it held it', async () => {
  const beside = lineBeside(true);
  await writeFor(10, beside);
  await writeFor(10, beside);
  expect(beside.slept).toEqual([10]);
});

test('a process that needed more attempts leaves the lock free for longer, at most a second', async () => {
  const beside = lineBeside(true);
  await writeFor(10, beside, refused(2));
  const pauses = beside.slept.length;
  await writeFor(100, beside, refused(3));
  expect(beside.slept[pauses]).toBeCloseTo(10 * (1 + 8 * 2));
  const later = beside.slept.length;
  await writeFor(1, beside);
  expect(beside.slept[later]).toBeCloseTo(1000);
});

test('time that has passed counts, and a process alone with the file leaves none', async () => {
  const beside = lineBeside(true);
  await writeFor(10, beside);
  beside.pass(10);
  await writeFor(10, beside);
  const alone = lineBeside(false);
  await writeFor(10, alone);
  await writeFor(10, alone);
  expect([beside.slept, alone.slept]).toEqual([[], []]);
});
