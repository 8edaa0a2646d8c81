import { expect, test } from 'vitest';
import { commitTypesOf } from '../../../src/domain/settings/commit-types.ts';

test.each(['build', 'chore', 'ci', 'docs', 'feat', 'fix', 'perf', 'refactor', 'revert', 'style', 'test'])(
  'a category with the name of the conventional type %s does commits of that type',
  (type) => {
    expect(commitTypesOf(type)).toEqual([type]);
  },
);

test.each([
  ['code', ['feat', 'fix', 'refactor', 'perf']],
  ['tests', ['test']],
  ['documentation', ['docs']],
  ['infrastructure', ['build', 'ci']],
])('a category with the usual name %s does commits of %j', (category, types) => {
  expect(commitTypesOf(category)).toEqual(types);
});

test.each(['gardening', 'doc', 'constructor'])('the name %s stands for no type', (category) => {
  expect(commitTypesOf(category)).toEqual([]);
});
