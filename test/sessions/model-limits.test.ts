import { expect, test } from 'vitest';
import { listParkedNow } from '../../src/control/custody/parkings.ts';
import { fanout } from '../../src/control/loop/start-several.ts';
import { requireCategory } from '../../src/control/planning/make-plan.ts';
import { requireArm } from '../../src/control/planning/plan-session.ts';
import type { Project } from '../../src/control/project/project.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import {
  limitLines,
  openOnOneMachine,
  playProvider,
  type Provider,
  SERVED,
  setClock,
  type SetClock,
} from '../support/provider.ts';

const NOON = '2026-12-01T12:00:00.000Z';
const THURSDAY = '2026-12-03T09:00:00.000Z';
const OPUS = "You've hit your Opus limit · resets Dec 3, 9am (UTC)";
const ACCOUNT = "You've hit your session limit · resets 3pm (UTC)";

/** A rejection as the stream of Claude Code tells it. */
function rejection(rateLimitType: string, resetsAt: string): object {
  return {
    type: 'rate_limit_event',
    rate_limit_info: { status: 'rejected', rateLimitType, resetsAt: Date.parse(resetsAt) / 1000 },
  };
}

type Categories = Readonly<Record<string, object>>;

function configOf(provider: Provider, categories: Categories): object {
  const claude = { type: 'claude-code', command: provider.command };
  return {
    version: 1,
    preamble: false,
    harnesses: { one: { ...claude, account: 'one' }, two: { ...claude, account: 'two' } },
    supervise: { sample: '50ms', grace: '500ms', finishing: '30s' },
    schedule: { top: 5, maxConcurrent: 5 },
    admission: { memory: '100%', disk: '100%', load: 10_000 },
    categories: Object.fromEntries(
      Object.entries(categories).map(([name, given]) => [name, { harness: 'one', prompt: 'x', ...given }]),
    ),
  };
}

async function open(
  categories: Categories,
): Promise<{ provider: Provider; project: Project; clock: SetClock }> {
  const provider = playProvider();
  const clock = setClock(NOON);
  const { opened } = await openOnOneMachine(clock, [configOf(provider, categories)]);
  provider.answers(...SERVED);
  return { provider, project: opened[0] as Project, clock };
}

interface Tick {
  /** What each category did, or why it did not start. */
  readonly told: Readonly<Record<string, string>>;
  readonly records: readonly SessionRecord[];
}

async function tick(project: Project): Promise<Tick> {
  const { spawned, choice } = await fanout(project, {
    seed: 1,
    top: 5,
    random: () => 0,
    cancelled: new AbortController().signal,
  });
  const told = [
    ...spawned.map(({ category, outcome, failureModes }) => [category, [outcome, ...failureModes].join(' ')]),
    ...choice.ineligible.map(({ category, reason }) => [category, reason]),
  ];
  return { told: Object.fromEntries(told) as Record<string, string>, records: spawned };
}

async function parked(project: Project): Promise<string[]> {
  return (await listParkedNow(project)).map(
    ({ name, model, until }) => `${name} ${model} ${until.slice(0, 13)}`,
  );
}

const OPUS_RESTS = `model opus of account one is parked, and its other models may start: ${OPUS}`;

test('of a limit of one model only what asks that model of that account rests, in whatever name', async () => {
  const { provider, project, clock } = await open({
    hard: { model: 'opus' },
    harder: { model: 'claude-opus-4-5[1m]' },
    easy: { model: 'sonnet' },
    plain: {},
    other: { harness: 'two', model: 'claude-opus-4-5' },
  });
  provider.answersFor('opus', rejection('seven_day_opus', THURSDAY), ...limitLines(OPUS));
  const { told, records } = await tick(project);
  expect(told).toMatchObject({ hard: 'not-run usage_limit', easy: 'noop noop', plain: 'noop noop' });
  expect(await parked(project)).toEqual(['one opus 2026-12-03T09']);
  expect(records.find(({ category }) => category === 'hard')?.stop.because).toBe(
    `the account is at its limit for opus: ${OPUS}`,
  );
  clock.set('2026-12-01T18:00:00.000Z');
  expect((await tick(project)).told).toEqual({
    hard: OPUS_RESTS,
    harder: OPUS_RESTS,
    easy: 'noop noop',
    plain: 'noop noop',
    other: 'noop noop',
  });
});

test('a category of several models takes one that may start', async () => {
  const { provider, project, clock } = await open({
    hard: { model: 'opus' },
    mixed: { model: ['opus', 'sonnet'] },
  });
  provider.answersFor('opus', ...limitLines(OPUS));
  await tick(project);
  clock.set('2026-12-01T18:00:00.000Z');
  const mixed = requireCategory(project.settings(), 'mixed');
  for (let seed = 1; seed <= 20; seed++)
    expect((await requireArm(project, mixed, seed)).model).toBe('sonnet');
  provider.answersFor('sonnet', ...limitLines("You've hit your Sonnet limit · resets Dec 2, 9am (UTC)"));
  expect((await tick(project)).told['mixed']).toBe('not-run usage_limit');
  expect(await parked(project)).toEqual(['one opus 2026-12-03T09', 'one sonnet 2026-12-02T09']);
  // Neither may start; the first of them that may ends the wait.
  await expect(requireArm(project, mixed, 1)).rejects.toThrow(
    /^mixed may not start: model opus of account one .*; model sonnet of account one .*, until 2026-12-02T09:/,
  );
  clock.set('2026-12-02T10:00:00.000Z');
  expect((await requireArm(project, mixed, 1)).model).toBe('sonnet');
});

test('a limit of the account rests beside that of a model, and each ends at its own time', async () => {
  const { provider, project, clock } = await open({ hard: { model: 'opus' }, easy: { model: 'sonnet' } });
  provider.answersFor('opus', ...limitLines(OPUS));
  provider.answersFor('sonnet', ...limitLines(ACCOUNT));
  // Else the limit of the account could park the other session before it starts.
  provider.together(2);
  await tick(project);
  expect((await parked(project)).toSorted()).toEqual(['one null 2026-12-01T15', 'one opus 2026-12-03T09']);
  const { told } = await tick(project);
  expect(told['easy']).toBe(`account one is parked: ${ACCOUNT}`);
  expect(told['hard']).toContain('model opus of account one is parked');
  provider.answersFor('sonnet', ...SERVED);
  provider.answersFor('opus', ...SERVED);
  clock.set('2026-12-01T16:00:00.000Z');
  expect((await tick(project)).told).toMatchObject({ hard: OPUS_RESTS, easy: 'noop noop' });
  expect(await parked(project)).toEqual(['one opus 2026-12-03T09']);
  // Its probe is served, and ends it.
  clock.set('2026-12-03T10:00:00.000Z');
  expect((await tick(project)).told['hard']).toBe('noop noop');
  expect(await parked(project)).toEqual([]);
});

test.each([
  [
    'both in one session, the account last',
    [
      rejection('seven_day_opus', THURSDAY),
      rejection('five_hour', '2026-12-01T15:00:00.000Z'),
      ...limitLines('You’ve hit your limit'),
    ],
    ['one null 2026-12-01T15', 'one opus 2026-12-03T09'],
  ],
  [
    'words without a scope before those with one',
    [
      ...limitLines('You’ve hit your limit').slice(0, 1),
      rejection('seven_day_opus', THURSDAY),
      ...limitLines('You’ve hit your limit').slice(1),
    ],
    ['one opus 2026-12-03T09'],
  ],
] as const)('%s', async (_, lines, expected) => {
  const { provider, project } = await open({ hard: { model: 'opus' } });
  provider.answers(...lines);
  await tick(project);
  expect((await parked(project)).toSorted()).toEqual(expected);
});

test('a session without a model waits for a model’s limit that it met itself', async () => {
  const { provider, project, clock } = await open({ plain: {}, easy: { model: 'sonnet' } });
  provider.answers(...limitLines(OPUS));
  provider.answersFor('sonnet', ...SERVED);
  expect((await tick(project)).told).toMatchObject({ plain: 'not-run usage_limit', easy: 'noop noop' });
  clock.set('2026-12-01T18:00:00.000Z');
  expect((await tick(project)).told).toMatchObject({ plain: OPUS_RESTS, easy: 'noop noop' });
});
