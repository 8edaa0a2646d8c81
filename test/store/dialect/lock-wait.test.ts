import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock, type Clock } from '../../../src/lib/clock.ts';
import { Problem } from '../../../src/lib/problem.ts';
import { insertLockEvent } from '../../../src/store/lock-events.ts';
import { LockWait } from '../../../src/store/dialect/lock-wait.ts';
import type { DatabaseOptions } from '../../../src/store/dialect/open-database.ts';
import { openStore, type Opened, type Store } from '../../../src/store/store.ts';
import { holdDatabase } from '../../support/database-holder.ts';
import { scratchFolder } from '../../support/scratch.ts';

function scratchFile(): string {
  return path.join(scratchFolder(), 'stint.db');
}

async function open(file: string, options: DatabaseOptions = {}): Promise<Opened<Store>> {
  const store = await openStore(file, undefined, options);
  onTestFinished(() => store.destroy());
  return store;
}

/** Counts refused attempts, and tells when a number of them is reached. */
function countRefusals() {
  let count = 0;
  const listeners = new Set<() => void>();
  return {
    onWait: () => {
      count++;
      for (const listener of listeners) listener();
    },
    more: (number: number) =>
      new Promise<void>((resolve) => {
        const goal = count + number;
        listeners.add(() => (count >= goal ? resolve() : undefined));
      }),
  };
}

/** A clock on which a minute passes with each sleep. */
function hastyClock(): Clock {
  let skippedMs = 0;
  return {
    ...systemClock,
    monotonicMs: () => systemClock.monotonicMs() + skippedMs,
    sleep: async (_, signal) => {
      skippedMs += 60_000;
      await systemClock.sleep(1, signal);
    },
  };
}

function write(store: Store, lock: string): Promise<void> {
  return insertLockEvent(store, { at: '2026', lock, sessionId: null, kind: 'refused' });
}

async function written(store: Store): Promise<string[]> {
  const rows = await store.selectFrom('lock_events').select('lock').orderBy('seq').execute();
  return rows.map(({ lock }) => lock);
}

async function problemOf(work: Promise<unknown>): Promise<Problem> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof Problem) return error;
  throw new Error('it went well, or failed otherwise', { cause: error });
}

describe('while another process holds the write lock', () => {
  test('the timers and the reads of this process go on, and the write follows', async () => {
    const file = scratchFile();
    const refused = countRefusals();
    const store = await open(file, refused);
    await write(store, 'before');
    const holder = await holdDatabase(file);
    const waiting = write(store, 'late');
    for (let round = 0; round < 5; round++) {
      await refused.more(1);
      expect(await written(store)).toEqual(['before']);
      const snapshot = store.transaction().setAccessMode('read only').execute(written);
      expect(await snapshot).toEqual(['before']);
    }
    await holder.release();
    await waiting;
    expect(await written(store)).toEqual(['before', 'late']);
  });

  test('two transactions and a statement of this process follow in the order in which they were asked for', async () => {
    const file = scratchFile();
    const refused = countRefusals();
    const store = await open(file, refused);
    const holder = await holdDatabase(file);
    const inTransaction = (lock: string) =>
      store.transaction().execute(async (transaction) => {
        await write(transaction, `${lock} begins`);
        await write(transaction, `${lock} ends`);
      });
    const all = [inTransaction('a'), inTransaction('b')];
    await refused.more(1);
    all.push(write(store, 'c'));
    await refused.more(2);
    await holder.release();
    await Promise.all(all);
    expect(await written(store)).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c']);
  });

  test('an ordinary write gives up and names the holder; the patient one before it waits on', async () => {
    const file = scratchFile();
    const store = await open(file, { clock: hastyClock() });
    const holder = await holdDatabase(file);
    const patient = write(store.patient, 'patient');
    const problem = await problemOf(write(store, 'ordinary'));
    expect(problem).toMatchObject({ code: 'store_busy', exitCode: 75 });
    expect(problem.message).toBe(
      `${file} is locked by process ${holder.pid} (node); stint waited 15 seconds for it.`,
    );
    expect((await problemOf(store.transaction().execute(written))).code).toBe('store_busy');
    await holder.release();
    await patient;
    expect(await written(store)).toEqual(['patient']);
  });

  test('a person who interrupts it does not wait for the 15 seconds', async () => {
    const file = scratchFile();
    const interrupt = new AbortController();
    const refused = countRefusals();
    const store = await open(file, { ...refused, cancelled: interrupt.signal });
    const holder = await holdDatabase(file);
    const waiting = problemOf(write(store, 'late'));
    await refused.more(2);
    interrupt.abort('it was interrupted (SIGINT)');
    expect(await waiting).toMatchObject({ code: 'interrupted', exitCode: 130 });
    await holder.release();
    await write(store, 'free again');
    expect(await written(store)).toEqual(['free again']);
  });
});

test('after an interrupt, too, a write waits for another process that writes for a moment', async () => {
  const file = scratchFile();
  const refused = countRefusals();
  const clock: Clock = { ...systemClock, monotonicMs: () => 0 };
  const store = await open(file, { ...refused, clock, cancelled: AbortSignal.abort('it was interrupted') });
  const holder = await holdDatabase(file);
  const waiting = write(store, 'orderly');
  await Promise.race([refused.more(5), waiting]);
  await holder.release();
  await waiting;
  expect(await written(store)).toEqual(['orderly']);
});

describe('while another process locks out all readers', () => {
  test('opening waits, and the timers of this process go on', async () => {
    const file = scratchFile();
    await (await openStore(file)).destroy();
    const holder = await holdDatabase(file, 'exclusive');
    const refused = countRefusals();
    const opening = open(file, refused);
    await refused.more(5);
    await holder.release();
    await write(await opening, 'opened');
  });

  test('opening gives up after 15 seconds and names the holder', async () => {
    const file = scratchFile();
    await (await openStore(file)).destroy();
    const holder = await holdDatabase(file, 'exclusive');
    const problem = await problemOf(openStore(file, undefined, { clock: hastyClock() }));
    expect(problem).toMatchObject({ code: 'store_busy', exitCode: 75 });
    expect(problem.message).toContain(`process ${holder.pid} (node)`);
    await holder.release();
  });
});

describe('a refused attempt', () => {
  test.each(['SQLITE_BUSY', 'SQLITE_BUSY_RECOVERY', 'SQLITE_BUSY_SNAPSHOT', 'SQLITE_PROTOCOL'])(
    '%s is repeated',
    async (code) => {
      const refused: number[] = [];
      const wait = new LockWait('a.db', hastyClock(), (attempt) => refused.push(attempt));
      let left = 3;
      const result = await wait.retry({ limitMs: Infinity }, () => {
        if (left-- > 0) throw Object.assign(new Error('refused'), { code });
        return 'done';
      });
      expect([result, refused]).toEqual(['done', [1, 2, 3]]);
    },
  );

  test('SQLITE_LOCKED is a conflict inside this process, which no wait resolves', async () => {
    const wait = new LockWait('a.db', hastyClock());
    const locked = wait.retry({ limitMs: 1000 }, () => {
      throw Object.assign(new Error('a conflict'), { code: 'SQLITE_LOCKED' });
    });
    await expect(locked).rejects.toThrow('a conflict');
  });

  test('attempts are at most 50 ms apart, and never at a fixed distance', async () => {
    const slept: number[] = [];
    const clock = { ...systemClock, sleep: async (ms: number) => void slept.push(ms) };
    const wait = new LockWait('a.db', clock);
    for (let attempt = 1; attempt <= 200; attempt++) await wait.pause(attempt);
    expect(Math.max(...slept)).toBeLessThanOrEqual(50);
    expect(Math.min(...slept)).toBeGreaterThanOrEqual(2);
    expect(slept[0]).toBeLessThanOrEqual(4);
    expect(new Set(slept).size).toBeGreaterThan(190);
  });
});

test('a transaction that fails gives its turn to the next', async () => {
  const store = await open(':memory:');
  const failing = store.transaction().execute(async (transaction) => {
    await write(transaction, 'undone');
    throw new Error('no');
  });
  const next = write(store, 'next');
  await expect(failing).rejects.toThrow('no');
  await next;
  expect(await written(store)).toEqual(['next']);
});
