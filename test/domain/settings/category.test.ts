import { expect, test } from 'vitest';
import type { z } from 'zod';
import { CATEGORY_SETTINGS } from '../../../src/domain/settings/category.ts';
import {
  sessionSettings,
  settleCategory,
  type CategoryValues,
} from '../../../src/domain/settings/session.ts';
import { Problem } from '../../../src/lib/problem.ts';

/** The sentence that a user reads; null for a value that is accepted. */
const refusal = (check: z.ZodType, value: unknown): string | null =>
  check.safeParse(value).error?.issues[0]?.message ?? null;

const MINUTE_MS = 60_000;

/** The settings of one category whose map holds these, as they are after the check. */
function settleOne(name: string, value: object): CategoryValues {
  const at = ['categories', name];
  return settleCategory([{ level: 'category', at, value }], {
    root: '/project',
    category: at,
    refuse: (path, sentence, hint) => new Problem(path.join('.'), sentence, hint),
  });
}

test('a session carries these settings, and no others of its category', () => {
  expect(sessionSettings()).toStrictEqual({
    permissions: 'edit',
    isolation: 'worktree',
    tmp: 'own',
    base: null,
    setup: null,
    setupTimeoutMs: 10 * MINUTE_MS,
    copy: [],
    timeoutMs: 45 * MINUTE_MS,
    softDeadlineMs: 36 * MINUTE_MS,
    maxTurns: null,
    check: null,
    checkTimeoutMs: 10 * MINUTE_MS,
    land: 'branch',
    landTimeoutMs: 10 * MINUTE_MS,
    judge: null,
    judgeTimeoutMs: 2 * MINUTE_MS,
    artefacts: {},
    after: null,
    pull: 'fetch',
    supervise: {
      firstEventMs: 2 * MINUTE_MS,
      silenceMs: 20 * MINUTE_MS,
      finishingMs: 30_000,
      sampleMs: 5000,
      suppressionMs: 30 * MINUTE_MS,
      graceMs: 5000,
      outputBytes: 1_000_000_000,
      loopCalls: 60,
      idleCpuShare: null,
      idleBytesPerS: null,
      contain: 'auto',
      markerDirs: [],
    },
  });
});

test('a soft deadline may be as long as the time limit, and no longer', () => {
  expect(sessionSettings({ softDeadline: { share: 1 } }).softDeadlineMs).toBe(45 * MINUTE_MS);
  expect(sessionSettings({ softDeadline: { ms: 45 * MINUTE_MS } }).softDeadlineMs).toBe(45 * MINUTE_MS);
  expect(() => settleOne('code', { softDeadline: { ms: 46 * MINUTE_MS } })).toThrow(
    expect.objectContaining({
      message: 'the soft deadline (46m) lies after the time limit (45m)',
      hint: 'Lower softDeadline or raise timeout.',
    }),
  );
});

test.each(['rebase', 'push', 'pr'])('work in a shared checkout has no branch to land by %s', (land) => {
  expect(() => settleOne('code', { isolation: 'shared', land })).toThrow(
    expect.objectContaining({
      message: `categories.code.land is ${land}, and its sessions work in the shared checkout, where there is no branch of theirs to land`,
      hint: 'Remove it, or set isolation: worktree.',
    }),
  );
  expect(settleOne('code', { land }).land).toBe(land);
});

test('work in a shared checkout may stay there, or land by a command of the user', () => {
  expect(settleOne('code', { isolation: 'shared', land: 'branch' }).land).toBe('branch');
  const words = ['make', 'land'];
  expect(settleOne('code', { isolation: 'shared', land: words }).land).toEqual({ words });
});

test.each<['prompt' | 'artefacts' | 'commitTypes', unknown, string]>([
  ['prompt', '', 'it must say what to do'],
  ['prompt', ' \n', 'it must say what to do'],
  ['artefacts', { journal: 5 }, 'it must be a glob, or a list of globs'],
  ['commitTypes', ['docs:'], 'it must be the type of a conventional commit, such as docs'],
  ['commitTypes', [''], 'it must be the type of a conventional commit, such as docs'],
])('%s refuses %j: %s', (key, value, sentence) => {
  expect(refusal(CATEGORY_SETTINGS[key].check, value)).toBe(sentence);
});

test('the commit types of a category are those that the file says, whatever its name', () => {
  for (const name of ['docs', 'code', 'infrastructure', 'gardening'])
    expect(settleOne(name, {}).commitTypes).toEqual([]);
  expect(settleOne('docs', { commitTypes: ['style'] }).commitTypes).toEqual(['style']);
});
