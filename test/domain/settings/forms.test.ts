import { expect, test } from 'vitest';
import type { z } from 'zod';
import {
  command,
  folder,
  insideOnly,
  landingCheck,
  rest,
  share,
  size,
  softDeadlineCheck,
  someNames,
} from '../../../src/domain/settings/forms.ts';
import { setting } from '../../../src/domain/settings/setting.ts';
import { settle, type Surroundings } from '../../../src/domain/settings/settle.ts';
import { Problem } from '../../../src/lib/problem.ts';

/** The sentence that a user reads; null for a value that is accepted. */
const refusal = (check: z.ZodType, value: unknown): string | null =>
  check.safeParse(value).error?.issues[0]?.message ?? null;

const DURATION = 'a duration such as 250ms, 20s, 45m, 2h or 1h30m';
const SOFT = `it must be a percentage of the time limit such as 80%, or ${DURATION}`;
const SIZE = 'it must be a size such as 500MB or 5GB';
const SHARE = 'it must be a share from 0 to 1, or a percentage such as 40%';
const PROGRAM = 'it must name a program';
const COMMAND = 'it must be a command: one line, or a list of words';
const NAMES = 'it must be a name, or a list of names';
const LANDING = 'it must be branch, rebase, push, pr, or a command as a list of words';

test.each<[string, z.ZodType, unknown, string]>([
  ['rest', rest.check, '366d', 'it must be at most 365d'],
  ['rest', rest.check, '365d1ms', 'it must be at most 365d'],
  ['size', size.check, 5, SIZE],
  ['size', size.check, '0MB', SIZE],
  ['size', size.check, 'large', SIZE],
  ['soft deadline', softDeadlineCheck, 80, SOFT],
  ['soft deadline', softDeadlineCheck, 'soon', SOFT],
  ['soft deadline', softDeadlineCheck, 'about 80%', SOFT],
  ['soft deadline', softDeadlineCheck, '80% or so', SOFT],
  ['soft deadline', softDeadlineCheck, '101%', SOFT],
  ['soft deadline', softDeadlineCheck, '0%', 'it must be longer than 0'],
  ['soft deadline', softDeadlineCheck, '0s', 'it must be longer than 0'],
  ['share', share.check, true, SHARE],
  ['share', share.check, -0.1, SHARE],
  ['share', share.check, 1.1, SHARE],
  ['share', share.check, '101%', SHARE],
  ['share', share.check, 'about 40%', SHARE],
  ['share', share.check, '40% or so', SHARE],
  ['command', command.check, '', PROGRAM],
  ['command', command.check, ' ', PROGRAM],
  ['command', command.check, [], PROGRAM],
  ['command', command.check, [' ', 'test'], PROGRAM],
  ['command', command.check, 5, COMMAND],
  ['list of names', someNames.check, 5, NAMES],
  ['landing', landingCheck, 'merge', LANDING],
  ['landing', landingCheck, 5, LANDING],
  ['landing', landingCheck, [], PROGRAM],
])('a %s refuses %2$j: %3$s', (_, check, value, sentence) => {
  expect(refusal(check, value)).toBe(sentence);
});

const DAY_MS = 24 * 60 * 60 * 1000;

test.each<[string, z.ZodType, unknown, unknown]>([
  ['rest', rest.check, '365d', 365 * DAY_MS],
  ['rest', rest.check, '0s', 0],
  ['size', size.check, '500MB', 500_000_000],
  ['soft deadline', softDeadlineCheck, '62.75%', { share: 0.6275 }],
  ['soft deadline', softDeadlineCheck, ' 80% ', { share: 0.8 }],
  ['soft deadline', softDeadlineCheck, '100%', { share: 1 }],
  ['soft deadline', softDeadlineCheck, '20s', { ms: 20_000 }],
  ['share', share.check, 0, 0],
  ['share', share.check, 1, 1],
  ['share', share.check, '0%', 0],
  ['share', share.check, '100%', 1],
  ['share', share.check, '62.75%', 0.6275],
  ['share', share.check, ' 40% ', 0.4],
  ['landing', landingCheck, 'pr', 'pr'],
  ['landing', landingCheck, ['make', 'land'], ['make', 'land']],
])('a %s reads %2$j as %3$j', (_, check, value, expected) => {
  expect(check.parse(value)).toEqual(expected);
});

const AROUND: Surroundings = {
  root: '/project',
  category: [],
  refuse: (at, sentence, hint) => new Problem(at.join('.'), sentence, hint),
};

test('a relative folder starts at the project, and an absolute one stays', () => {
  const table = {
    near: setting(folder, null).about('A folder.'),
    far: setting(folder, null).about('A folder.'),
  };
  const value = { near: 'state', far: '/var/stint' };
  expect(settle(table, [{ level: 'top', at: [], value }], AROUND)).toEqual({
    near: '/project/state',
    far: '/var/stint',
  });
});

test.each(['..', '../secret', '/etc/passwd', 'docs/../../secret'])('the path %s leads outside', (file) => {
  const place = {
    at: ['categories', 'code', 'copy'],
    refuse: (sentence: string, hint: string, ...below: PropertyKey[]) =>
      new Problem(below.join('.'), sentence, hint),
  };
  expect(() => insideOnly(file, place, 0)).toThrow(
    expect.objectContaining({
      message: `categories.code.copy.0 is "${file}", outside the project`,
      hint: 'Name a path inside it.',
      code: '0',
    }),
  );
});
