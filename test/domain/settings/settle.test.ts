import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { plain } from '../../../src/domain/settings/forms.ts';
import { derived, ingredient, setting, type Table } from '../../../src/domain/settings/setting.ts';
import { settle, type Layer, type Surroundings } from '../../../src/domain/settings/settle.ts';
import { standingAt, writtenDefault } from '../../../src/domain/settings/table.ts';

const number = plain(z.number());
const around: Surroundings = {
  root: '/',
  category: [],
  refuse: (_, sentence) => {
    throw new Error(sentence);
  },
};
const own = (value: unknown): Layer => ({ level: 'category', at: ['categories', 'code'], value });
const top = (value: unknown): Layer => ({ level: 'top', at: [], value });
const named = {
  about: 'Things.',
  names: z.string(),
  each: { n: setting(number, 1).about('A number.') },
  level: 'top',
  required: null,
} as const;

describe('the value of a setting', () => {
  const here = { n: setting(number, 1).about('A number.') };
  const both = { n: setting(number, 1, { alsoAt: ['top'] }).about('A number.') };

  test('is the first that a layer says, else the default', () => {
    expect(settle(both, [own({ n: 2 }), top({ n: 3 })], around)).toEqual({ n: 2 });
    expect(settle(both, [own({}), top({ n: 3 })], around)).toEqual({ n: 3 });
    expect(settle(both, [own(undefined), top({})], around)).toEqual({ n: 1 });
  });

  test('comes only from levels where it may stand', () => {
    expect(settle(here, [own({}), top({ n: 3 })], around)).toEqual({ n: 1 });
    expect(settle(here, [top({ n: 3 })], around)).toEqual({ n: 3 });
  });

  test('is the default where a map is empty, as YAML has it: `schedule:`', () => {
    expect(settle(both, [own(null)], around)).toEqual({ n: 1 });
  });
});

test('maps with names of the user’s own, and settings that only make others, have no value', () => {
  const table = { named, made: ingredient(number, null).about('A part.') };
  expect(settle(table, [own({ named: { a: { n: 1 } }, made: 2 })], around)).toEqual({});
});

describe('a rule sees', () => {
  const plainN = setting(number, 1, { alsoAt: ['top'] }).about('A number.');
  const noN = setting(number, null, { alsoAt: ['top'] }).about('A number.');
  /** What a rule beside `n`, in a map inside, finds of it. */
  const seen = (n: Table[string], how: 'value' | 'said', ...layers: Layer[]): unknown => {
    const rule = derived('the other one.', (place) => place[how]('n'));
    const table = { n, it: setting(number, rule, { alsoAt: ['top'] }).about('The same.') };
    return settle(table, layers, around).it;
  };

  test('another setting of its map, at whatever level that is said', () => {
    for (const how of ['value', 'said'] as const) {
      expect(seen(plainN, how, own({ n: 2 }), top({ n: 3 }))).toBe(2);
      expect(seen(plainN, how, own({}), top({ n: 3 }))).toBe(3);
    }
  });

  test('its default too, unless it asks for what is said', () => {
    expect(seen(plainN, 'value', own({}))).toBe(1);
    expect(seen(plainN, 'said', own({}))).toBeUndefined();
    expect(seen(noN, 'value', own({}))).toBeNull();
  });

  test('the settings of the maps around its own', () => {
    const same = (key: string) => derived('the other one.', (place) => place.value(key));
    const inner = (key: string) => ({ it: setting(number, same(key)).about('The same.') });
    const table = (key: string) => ({ n: plainN, map: { about: 'A map.', settings: inner(key) } });
    expect(settle(table('n'), [own({ n: 2 })], around).map.it).toBe(2);
    expect(settle(table('other'), [own({ n: 2 })], around).map.it).toBeUndefined();
  });
});

describe('the settings that may stand at another level', () => {
  const mine = setting(number, 1).about('Of the map around it.');
  const kept = setting(number, 1, { alsoAt: [] }).about('Of this level alone.');
  const shared = setting(number, 1, { alsoAt: ['top'] }).about('Of both levels.');

  test('are those that say so, and those of a map that says so', () => {
    expect(standingAt('top', { mine, kept, shared })).toEqual({ shared });
    const map = { about: 'A map.', alsoAt: ['top'], settings: { mine, kept } } as const;
    expect(standingAt('top', { map })).toEqual({ map: { ...map, settings: { mine } } });
  });

  test('are in maps inside maps, and no names of the user’s own', () => {
    const inside = { about: 'A map inside.', settings: { mine, kept } };
    const map = { about: 'A map.', alsoAt: ['top'], settings: { inside, named } } as const;
    const standing = { ...map, settings: { inside: { ...inside, settings: { mine } } } };
    expect(standingAt('top', { map })).toEqual({ map: standing });
  });
});

test('a default of nothing is not written, a list of something is', () => {
  const words = plain(z.array(z.string()));
  expect(writtenDefault(setting(words, []).about('Words.'))).toBeNull();
  expect(writtenDefault(setting(words, ['a']).about('Words.'))).toEqual(['a']);
});
