import { getEventListeners } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock, type Clock } from '../../src/lib/clock.ts';
import { tableOf, type ProcessTable } from '../../src/lib/process-table.ts';
import { Sampler, type Sampled } from '../../src/run/sampler.ts';

/** A clock whose time passes in its sleeps alone, and at once; `at` plans what happens meanwhile. */
class SleepingClock implements Clock {
  nowMs = 0;
  #planned: { atMs: number; act: () => void }[] = [];

  now(): Date {
    return new Date(this.nowMs);
  }

  monotonicMs(): number {
    return this.nowMs;
  }

  sinceBoot(): null {
    return null;
  }

  at(atMs: number, act: () => void): void {
    this.#planned.push({ atMs, act });
    this.#planned.sort((a, b) => a.atMs - b.atMs);
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const end = this.nowMs + ms;
    for (const next of this.#planned.filter(({ atMs }) => atMs <= end)) {
      if (signal?.aborted) break;
      this.#planned.shift();
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.act();
    }
    if (!signal?.aborted) this.nowMs = end;
  }
}

interface Looked {
  readonly name: string;
  readonly atMs: number;
  readonly table: ProcessTable;
}

/** A sampler on such a clock, what it read of the process table and when, and all looks. */
function simulated(stopMs: number) {
  const clock = new SleepingClock();
  const readsMs: number[] = [];
  const looks: Looked[] = [];
  const sampler = new Sampler(clock, () => {
    readsMs.push(clock.nowMs);
    return tableOf([], clock.nowMs);
  });
  /** Looks at a session until `stopMs`; `more` is done at each look and may set its limit. */
  const sample = (
    name: string,
    sampleMs: number,
    more: () => number | void = () => Infinity,
    wakers: AbortSignal[] = [],
  ): Promise<void> =>
    sampler.sample({
      sampleMs,
      wakers,
      look: (table) => {
        looks.push({ name, atMs: clock.nowMs, table: table() });
        const limitMs = more() ?? Infinity;
        return clock.nowMs >= stopMs ? null : limitMs;
      },
    });
  const timesOf = (name: string): number[] =>
    looks.filter((each) => each.name === name).map(({ atMs }) => atMs);
  return { clock, sampler, sample, readsMs, looks, timesOf };
}

test('two hundred sessions that started at any time share one read of the process table a sample', async () => {
  const { clock, sample, readsMs, looks } = simulated(60_000);
  const names = Array.from({ length: 200 }, (_, index) => `${index}`);
  const ends: Promise<void>[] = [sample('first', 5000)];
  for (const [index, name] of names.entries())
    clock.at(7 + index * 24, () => void ends.push(sample(name, 5000)));
  await turn();
  await Promise.all(ends);
  await Promise.all(ends);
  expect(ends.length).toBe(201);
  const ticks = Array.from({ length: 12 }, (_, index) => (index + 1) * 5000);
  expect(readsMs.filter((atMs) => atMs >= 5000)).toEqual(ticks);
  for (const atMs of ticks)
    expect(looks.filter((each) => each.atMs === atMs).map(({ name }) => name).length).toBe(201);
});

test('sessions with other intervals keep theirs, and share where they meet', async () => {
  const { sample, readsMs, timesOf } = simulated(3000);
  await Promise.all([sample('quick', 500), sample('slow', 1500), sample('odd', 700)]);
  expect(timesOf('quick')).toEqual([0, 500, 1000, 1500, 2000, 2500, 3000]);
  expect(timesOf('slow')).toEqual([0, 1500, 3000]);
  expect(timesOf('odd')).toEqual([0, 700, 1400, 2100, 2800, 3500]);
  expect(readsMs).toEqual([0, 500, 700, 1000, 1400, 1500, 2000, 2100, 2500, 2800, 3000, 3500]);
});

test('a session that is woken is looked at at once, and with a new read; the others are not', async () => {
  const { clock, sample, readsMs, timesOf, looks } = simulated(10_000);
  const gone = new AbortController();
  clock.at(1234, () => gone.abort());
  const wakers = [gone.signal, new AbortController().signal];
  await Promise.all([sample('woken', 5000, undefined, wakers), sample('other', 5000)]);
  expect(timesOf('woken')).toEqual([0, 1234, 5000, 10_000]);
  expect(timesOf('other')).toEqual([0, 5000, 10_000]);
  expect(readsMs).toEqual([0, 1234, 5000, 10_000]);
  expect(looks.every(({ atMs, table }) => table.uptimeTicks === atMs)).toBe(true);
});

test('a limit is met to the millisecond, whatever the interval', async () => {
  const { clock, sample, timesOf } = simulated(7321);
  await sample('limited', 5000, () => 7321 - clock.nowMs);
  expect(timesOf('limited')).toEqual([0, 5000, 7321]);
});

test('a look that throws ends the sampling of its session alone', async () => {
  const { clock, sample, timesOf } = simulated(5000);
  const failing = sample('failing', 1000, () => {
    if (clock.nowMs === 2000) throw new Error('no such file');
  });
  const other = sample('other', 1000);
  await expect(failing).rejects.toThrow('no such file');
  await other;
  expect(timesOf('failing')).toEqual([0, 1000, 2000]);
  expect(timesOf('other')).toEqual([0, 1000, 2000, 3000, 4000, 5000]);
});

test('where the process table cannot be read, those that need it fail and the others go on', async () => {
  const clock = new SleepingClock();
  const sampler = new Sampler(clock, () => {
    throw new Error('too many open files');
  });
  const needs: Sampled = { sampleMs: 10, wakers: [], look: (table) => table().uptimeTicks };
  let looks = 0;
  const other = sampler.sample({ sampleMs: 10, wakers: [], look: () => (++looks === 5 ? null : Infinity) });
  await expect(sampler.sample(needs)).rejects.toThrow('too many open files');
  await other;
  expect(looks).toBe(5);
});

test('between two looks everything else in the process has its turn', async () => {
  const { sample, timesOf } = simulated(0);
  const order: string[] = [];
  const others = async (): Promise<void> => {
    while (order.filter((each) => each === 'look').length < 50) {
      await turn();
      order.push('other');
    }
  };
  const beside = others();
  await Promise.all(
    Array.from({ length: 50 }, (_, index) => sample(`${index}`, 5000, () => void order.push('look'))),
  );
  await beside;
  expect(timesOf('49')).toEqual([0]);
  expect(order.join(' ')).not.toContain('look look');
});

test('looks that take longer than the interval: each session has its turn, and no table is used too long', async () => {
  const { clock, sample, looks, timesOf } = simulated(60_000);
  const names = Array.from({ length: 10 }, (_, index) => `${index}`);
  await Promise.all(
    names.map((name) =>
      sample(name, 1000, () => {
        clock.nowMs += 300;
      }),
    ),
  );
  const counts = names.map((name) => timesOf(name).length);
  expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  expect(Math.min(...counts)).toBeGreaterThan(15);
  for (const { atMs, table } of looks) expect(atMs - table.uptimeTicks).toBeLessThanOrEqual(1000);
  for (const name of names) {
    const seen = looks.filter((each) => each.name === name).map(({ table }) => table);
    expect(new Set(seen).size).toBe(seen.length);
  }
});

test('a session that is woken or added in a round of many is next, and gets a new read', async () => {
  const { clock, sample, looks } = simulated(5000);
  const gone = new AbortController();
  const ends: Promise<void>[] = ['a', 'b', 'c', 'd'].map((name) =>
    sample(name, 5000, () => {
      clock.nowMs += 1;
      if (name === 'a' && clock.nowMs > 5000) gone.abort();
      if (name === 'c' && clock.nowMs > 5000) ends.push(sample('new', 5000));
    }),
  );
  await Promise.all([...ends, sample('woken', 5000, undefined, [gone.signal])]);
  await Promise.all(ends);
  const round = looks.filter(({ atMs }) => atMs >= 5000);
  expect(round.map(({ name, table }) => [name, table.uptimeTicks])).toEqual([
    ['a', 5000],
    ['woken', 5001],
    ['b', 5001],
    ['c', 5001],
    ['new', 5003],
    ['d', 5003],
  ]);
});

test('a wake during its own look is not lost', async () => {
  const { clock, sample, timesOf } = simulated(5000);
  const cancelled = new AbortController();
  await sample('self', 5000, () => void (clock.nowMs === 0 && cancelled.abort()), [cancelled.signal]);
  expect(timesOf('self')).toEqual([0, 0, 5000]);
});

test('a session that comes when all others are over is sampled like the first', async () => {
  const { clock, sample, timesOf } = simulated(0);
  await sample('one', 100);
  clock.nowMs = 250;
  await sample('two', 100);
  expect([timesOf('one'), timesOf('two')]).toEqual([[0], [250]]);
});

test('a clock that fails ends all, and the next session is sampled again', async () => {
  let isBroken = true;
  const clock = new SleepingClock();
  const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    if (isBroken) throw new Error('no time');
    return clock.sleep(ms, signal);
  };
  const broken: Clock = { ...systemClock, monotonicMs: () => clock.nowMs, sleep };
  const sampler = new Sampler(broken, () => tableOf([], 0));
  const forever: Sampled = { sampleMs: 10, wakers: [], look: () => Infinity };
  const ends = await Promise.allSettled([sampler.sample(forever), sampler.sample(forever)]);
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  isBroken = false;
  let looks = 0;
  await sampler.sample({ ...forever, look: () => (++looks === 3 ? null : Infinity) });
  expect(looks).toBe(3);
});

test('many sessions wait for one signal, and none of them stays with it', async () => {
  const warnings: string[] = [];
  const note = ({ message }: Error): void => void warnings.push(message);
  process.on('warning', note);
  onTestFinished(() => void process.off('warning', note));
  const { sample } = simulated(10);
  const cancelled = new AbortController();
  await Promise.all(
    Array.from({ length: 200 }, (_, index) => sample(`${index}`, 10, () => Infinity, [cancelled.signal])),
  );
  await turn();
  expect(warnings).toEqual([]);
  expect(getEventListeners(cancelled.signal, 'abort')).toEqual([]);
});
