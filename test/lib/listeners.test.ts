import { expect, test } from 'vitest';
import { Listeners } from '../../src/lib/listeners.ts';

function listening() {
  const errors: unknown[] = [];
  return { errors, listeners: new Listeners<number>((error) => errors.push(error)) };
}

test('listeners hear each value in the order in which they came', () => {
  const { listeners } = listening();
  const heard: string[] = [];
  listeners.add((value) => heard.push(`a${value}`));
  listeners.add((value) => heard.push(`b${value}`));
  listeners.tell(1);
  listeners.tell(2);
  expect(heard).toEqual(['a1', 'b1', 'a2', 'b2']);
});

test('a listener that throws is named once, and the others hear every value', () => {
  const { listeners, errors } = listening();
  const heard: number[] = [];
  let told = 0;
  listeners.add(() => {
    told++;
    throw new Error('broken');
  });
  listeners.add((value) => heard.push(value));
  listeners.tell(1);
  listeners.tell(2);
  expect(heard).toEqual([1, 2]);
  expect(told).toBe(2);
  expect(errors).toEqual([new Error('broken')]);
});

test('a promise is not waited for, and its rejection is named once', async () => {
  const { listeners, errors } = listening();
  let resolve = (): void => undefined;
  const slow = new Promise<void>((done) => (resolve = done));
  listeners.add(async () => {
    await slow;
    throw new Error('late');
  });
  listeners.tell(1);
  listeners.tell(2);
  expect(errors).toEqual([]);
  resolve();
  await slow;
  await Promise.resolve();
  expect(errors).toEqual([new Error('late')]);
});

test('a rejection is named, too, where what rejects is not a Promise', async () => {
  const { listeners, errors } = listening();
  const broken = new Error('broken');
  // oxlint-disable-next-line unicorn/no-thenable -- like a query or a subprocess
  listeners.add(() => ({ then: (_: unknown, reject: (error: Error) => void) => reject(broken) }));
  listeners.tell(1);
  await new Promise(setImmediate);
  expect(errors).toEqual([broken]);
});

test('after its end a listener hears nothing; the same function may listen twice', () => {
  const { listeners } = listening();
  const heard: number[] = [];
  const listener = (value: number): number => heard.push(value);
  const end = listeners.add(listener);
  listeners.add(listener);
  listeners.tell(1);
  end();
  end();
  listeners.tell(2);
  expect(heard).toEqual([1, 1, 2]);
  expect(listeners.isEmpty).toBe(false);
});

test('a listener may end itself, and add another, while it is told', () => {
  const { listeners } = listening();
  const heard: string[] = [];
  const end = listeners.add(() => {
    heard.push('once');
    end();
    listeners.add((value) => heard.push(`new${value}`));
  });
  listeners.tell(1);
  listeners.tell(2);
  expect(heard).toEqual(['once', 'new2']);
});

test('all hear the same order, also when a listener tells something itself', () => {
  const { listeners } = listening();
  const heard: string[] = [];
  listeners.add((value) => {
    heard.push(`a${value}`);
    if (value === 1) listeners.tell(2);
  });
  listeners.add((value) => heard.push(`b${value}`));
  listeners.tell(1);
  expect(heard).toEqual(['a1', 'b1', 'a2', 'b2']);
});
