import { expect, test } from 'vitest';
import { askTogether } from '../../src/lib/ask-together.ts';

/** Answers each name with its capitals, but for names that it does not know; keeps what it was asked. */
function asker(fails: (names: readonly string[]) => boolean = () => false) {
  const asked: string[] = [];
  const ask = askTogether(async (place, names) => {
    asked.push(`${place}: ${names.join(' ')}`);
    await Promise.resolve();
    if (fails(names)) throw new Error(`no answer about ${names.join(' ')}`);
    return new Map(names.filter((name) => name !== 'unknown').map((name) => [name, name.toUpperCase()]));
  });
  return { ask, asked };
}

test('questions of the same time are one, and each gets its own answers in its own order', async () => {
  const { ask, asked } = asker();
  const answers = await Promise.all([
    ask('here', ['b', 'a']),
    ask('here', ['c', 'unknown', 'a']),
    ask('here', []),
  ]);
  expect(answers.map((each) => [...each])).toEqual([
    [
      ['b', 'B'],
      ['a', 'A'],
    ],
    [
      ['c', 'C'],
      ['a', 'A'],
    ],
    [],
  ]);
  expect(asked).toEqual(['here: b a c unknown']);
});

test('questions that come while one is being answered wait, and are one', async () => {
  const { ask, asked } = asker();
  const later = ask('here', ['a']).then(() => Promise.all([ask('here', ['b']), ask('here', ['c'])]));
  expect((await later).map((each) => [...each.values()])).toEqual([['B'], ['C']]);
  expect(asked).toEqual(['here: a', 'here: b c']);
});

test('each place is asked by itself', async () => {
  const { ask, asked } = asker();
  await Promise.all([ask('here', ['a']), ask('there', ['a'])]);
  expect(asked.toSorted()).toEqual(['here: a', 'there: a']);
});

test('what fails for one fails for no other', async () => {
  const { ask, asked } = asker((names) => names.includes('bad'));
  const [good, bad, other] = await Promise.allSettled([
    ask('here', ['a']),
    ask('here', ['bad', 'b']),
    ask('here', ['c']),
  ]);
  expect(good).toMatchObject({ status: 'fulfilled', value: new Map([['a', 'A']]) });
  expect(bad).toMatchObject({ status: 'rejected', reason: new Error('no answer about bad b') });
  expect(other).toMatchObject({ status: 'fulfilled', value: new Map([['c', 'C']]) });
  expect(asked).toEqual(['here: a bad b c', 'here: a', 'here: bad b', 'here: c']);
});

test('a question is not joined beyond its limit', async () => {
  const { ask, asked } = asker();
  const names = (from: number): string[] => Array.from({ length: 300 }, (_, i) => `n${from + i}`);
  const answers = await Promise.all([ask('here', names(0)), ask('here', names(300)), ask('here', ['a'])]);
  expect(answers.map(({ size }) => size)).toEqual([300, 300, 1]);
  expect(asked.map((each) => each.split(' ').length - 1)).toEqual([300, 301]);
});
