import { expect, test } from 'vitest';
import type { Choice, ChoiceInput } from '../../src/domain/choice.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import type { ExplainedCategory } from '../../src/plan/explain-category.ts';
import { fakeGh, type FakeGh } from '../support/fake-gh.ts';
import { placeAtNoon } from '../support/noon.ts';
import { scratchProject } from '../support/scratch.ts';
import { startStint, stint, stintJson, waitUntil } from '../support/stint.ts';

type PlanJson = Choice & {
  readonly input: ChoiceInput;
  readonly why?: ExplainedCategory;
  readonly replayed?: { readonly kind: string };
};

const agent = (script: string): string => JSON.stringify(['sh', '-c', script]);

const CONFIG = `version: 1
harnesses:
  worker: { command: ${agent('echo $STINT_SESSION_ID >page; git add page; git commit --quiet --message "docs: a page"')}, format: text }
  stuck: { command: ${agent(`stint declare blocked --reason 'needs a key for staging'; echo well`)}, format: text }
categories:
  docs: { harness: worker, prompt: Write. }
  ops: { harness: stuck, prompt: Deploy., owner: '@maintainer' }
schedule: { cooldown: 0s }
`;

test('a choice that was acted on can be shown, made again and explained; a blocked category is held', async () => {
  const project = scratchProject(CONFIG);
  const { spawned, choice } = await stintJson<{ spawned: SessionRecord[]; choice: number }>(
    project,
    'fanout',
    '--seed',
    '7',
  );
  expect(spawned.map(({ category, outcome }) => `${category} ${outcome}`).toSorted()).toEqual([
    'docs productive',
    'ops blocked',
  ]);

  // What was gone by, by session, by number and as the last one.
  const id = spawned[0]?.id ?? '';
  const stored = await stintJson<PlanJson>(project, 'plan', '--replay', id);
  expect(stored).toMatchObject({ choice, seed: 7, replayed: { kind: 'same' }, rest: null });
  expect(stored.chosen).toHaveLength(2);
  expect(await stintJson(project, 'plan', '--replay', String(choice))).toEqual(stored);
  expect((await stint(project, 'plan', '--replay', 'last', '--why', 'docs')).stdout).toMatch(
    /it comes out the same[^]*docs: it would start, as number [12] of 2\.[^]*it has never run/,
  );

  // Now: one is held, with its blocker and whom to ask; the same seed gives the same plan.
  const plan = await stintJson<PlanJson>(project, 'plan', '--seed', '7');
  expect(plan.chosen.map(({ category }) => category)).toEqual(['docs']);
  expect(plan.ineligible).toMatchObject([
    { category: 'ops', owner: '@maintainer', obstacles: [{ kind: 'held' }] },
  ]);
  expect(plan.ineligible[0]?.reason).toContain('needs a key for staging (@maintainer)');
  const blocked = spawned.find(({ category }) => category === 'ops');
  expect(Date.parse(plan.ineligible[0]?.until ?? '') - Date.parse(blocked?.endedAt ?? '')).toBe(30 * 60_000);
  expect((await stintJson<PlanJson>(project, 'plan', '--seed', '7')).chosen[0]?.components.thompson).toBe(
    plan.chosen[0]?.components.thompson,
  );

  // Every number of a score has its facts in words.
  const { why } = await stintJson<PlanJson>(project, 'plan', '--seed', '7', '--why', 'docs');
  const of = (name: string) => why?.components.find((each) => each.name === name);
  expect(why?.score).toBeCloseTo(plan.chosen[0]?.score ?? 0, 2);
  expect(of('thompson')?.value).toBe(plan.chosen[0]?.components.thompson);
  expect(of('thompson')?.because).toMatch(/1 grade of 1 session count; the belief Beta\(1\.\d+, 1\.\d+\)/);
  expect(of('diversity')?.because).toMatch(/last started .* ago, and \d sessions? of others/);
  expect(of('plateau')?.because).toMatch(/1 grade since .*; it takes 8/);
  // What somebody names comes of no choice, whatever its seed.
  const named = await stintJson<SessionRecord>(project, 'run', 'docs', '--seed', '7');
  expect(await stintJson(project, 'plan', '--replay', named.id)).toMatchObject({
    error: { code: 'unknown_choice', message: expect.stringContaining('came of no stored choice') as string },
  });
  const best = await stintJson<SessionRecord>(project, 'run', '--seed', '8');
  expect(await stintJson(project, 'plan', '--replay', best.id)).toMatchObject({
    seed: 8,
    choice: choice + 1,
  });
  const held = await stint(project, 'plan', '--why', 'ops');
  expect(held.stdout).toMatch(/ops: it may not start: held, .*without that it would score as follows/s);
});

test('supply and the machine decide: dry, new, unknown, full', async () => {
  const project = scratchProject(`version: 1
harnesses:
  worker: { command: ${agent("stint declare noop --reason 'nothing is open'; echo well")}, format: text }
categories:
  dry: { prompt: x, supply: 'true' }
  some: { prompt: x, supply: cat tasks }
  odd: { prompt: x, supply: [sh, -c, 'echo offline >&2; exit 3'] }
schedule: { cooldown: 0s, top: 1 }
`);
  project.write('tasks', '["a", "b"]');
  const stateOf = (plan: PlanJson, name: string) =>
    plan.input.categories.find(({ category }) => category === name);
  const before = await stintJson<PlanJson>(project, 'plan', '--top', '3');
  expect(before.ineligible).toMatchObject([{ category: 'dry', obstacles: [{ kind: 'dry' }] }]);
  expect(before.chosen.map(({ category }) => category).toSorted()).toEqual(['odd', 'some']);
  expect(stateOf(before, 'some')?.supply).toEqual({ kind: 'known', count: 2 });
  expect(stateOf(before, 'odd')?.supply).toEqual({
    kind: 'unknown',
    because: 'its command exited with 3: offline',
  });

  // Both find nothing to do and are held; one more task lifts that of the one whose supply is known.
  await stint(project, 'fanout', '--top', '3');
  expect((await stint(project, 'plan')).stdout).toMatch(/some may not start: held, .*nothing is open/s);
  project.write('tasks', '["a", "b", "c"]');
  const after = await stint(project, 'plan', '--seed', '7', '--why', 'some');
  expect(after.stdout).toMatch(
    /some: it (?:may start, and would not|would start)[^]*supply: 3 tasks\n.*its hold is lifted: it had 2 tasks/,
  );
  expect(after.stdout).toContain('odd may not start: held');

  // A machine that is too full for anything: a plan rests, and who names a category is told.
  const full = ['--set', 'admission.memory=0.0001%', '--set', 'admission.disk=100%'];
  const rests = await stintJson<PlanJson>(project, 'plan', '--seed', '9', ...full);
  expect(rests.rest).toMatchObject({
    kind: 'machine',
    reason: expect.stringMatching(
      /^the machine is too full: memory at \d+ % \(admission\.memory is 0 %\)$/,
    ) as string,
  });
  const named = await stint(project, 'run', 'dry', ...full);
  expect([named.code, named.stderr]).toEqual([
    0,
    expect.stringMatching(/a plan would start nothing now: memory at/),
  ]);

  // With three it found nothing either: what an older choice knew lifts no hold of a session that did not come of it.
  await stint(project, 'run', 'some');
  expect((await stint(project, 'plan')).stdout).toMatch(/some may not start: held/);
});

test('a full review queue stops what makes more of it; offline it is unknown, and stops nothing', async () => {
  const project = scratchProject(`version: 1
harnesses:
  worker: { command: [sh, -c, 'true'], format: text }
categories:
  pulls: { prompt: x, land: pr }
  plain: { prompt: x }
schedule: { maxOpenPrs: 2 }
`);
  const branches = ['stint/pulls/a', 'stint/other/b', 'topic'].map((headRefName) => ({ headRefName }));
  const [queue, offline] = [
    fakeGh(`echo '${JSON.stringify(branches)}'`),
    fakeGh('echo "no network" >&2; exit 1'),
  ];
  const planWith = (gh: FakeGh, ...args: string[]) =>
    stintJson<PlanJson>({ ...project, env: { ...project.env, PATH: gh.env['PATH'] } }, 'plan', ...args);
  const full = await planWith(queue);
  expect(full.ineligible).toMatchObject([
    { category: 'pulls', reason: '2 pull requests wait for review, and schedule.maxOpenPrs is 2' },
  ]);
  expect(full.chosen.map(({ category }) => category)).toEqual(['plain']);
  expect((await planWith(queue, '--set', 'schedule.maxOpenPrs=3')).chosen).toHaveLength(2);
  const unknown = await planWith(offline);
  expect(unknown.chosen).toHaveLength(2);
  expect(unknown.input.pullRequests).toMatchObject({
    open: null,
    because: expect.stringContaining('no network') as string,
  });
});

test('a budget counts what ended and what runs, and holds for whoever starts a session', async () => {
  const noon = placeAtNoon();
  const line = (value: unknown): string => `echo '${JSON.stringify(value)}'`;
  const usage = {
    input_tokens: 300,
    output_tokens: 100,
    cache_read_input_tokens: 0,
    cache_creation_input_tokens: 0,
  };
  const said = {
    type: 'assistant',
    message: { id: 'm1', role: 'assistant', content: [{ type: 'text', text: 'well' }], usage },
  };
  const saidMore = { ...said, message: { ...said.message, usage: { ...usage, output_tokens: 200 } } };
  const ended = {
    type: 'result',
    subtype: 'success',
    is_error: false,
    result: 'well',
    num_turns: 1,
    total_cost_usd: 0.5,
    usage,
  };
  const project = scratchProject(`version: 1
harnesses:
  quick: { command: ${agent(`${line(said)}; ${line(ended)}`)}, format: stream-json }
  slow: { command: ${agent(`${line(saidMore)}; touch "$STINT_STATE_DIR/up"; exec sleep 600`)}, format: stream-json }
categories:
  quick: { harness: quick, prompt: x }
  slow: { harness: slow, prompt: x }
schedule: { cooldown: 0s }
supervise: { sample: 100ms }
budget: { tokens: 1000 }
timezone: ${noon.zone}
`);
  await stint(project, 'run', 'quick');
  const slow = startStint(project, 'run', 'slow');
  const budget = async () => (await stintJson<PlanJson>(project, 'plan')).input.budget;
  // At first it is taken to use what the other did, and then what it says.
  await waitUntil('its use', async () => (await budget())?.inFlight.tokens === 500);
  expect(await budget()).toEqual({
    limit: { tokens: 1000, costUsd: null },
    spent: { tokens: 400, costUsd: 0.5 },
    inFlight: { tokens: 500, costUsd: 0.5 },
    silent: { tokens: 0, costUsd: 0 },
  });

  // 900 of 1000 are used, and a session takes 400: nothing starts until it is midnight there.
  const plan = await stintJson<PlanJson>(project, 'plan');
  const quick = plan.ineligible.find(({ category }) => category === 'quick');
  expect(quick?.reason).toBe(
    'budget: 900 of 1k tokens are used today (500 by what runs), and a session takes about 400',
  );
  expect(quick?.until?.slice(11)).toBe(noon.midnight);
  expect(plan.rest).toEqual({
    kind: 'budget',
    reason: `no category has budget left today (quick: ${quick?.reason})`,
    until: quick?.until,
  });
  const refused = await stint(project, 'run', 'quick', '--json');
  expect([refused.code, JSON.parse(refused.stdout)]).toMatchObject([75, { error: { code: 'over_budget' } }]);
  expect((await stint(project, 'run', 'quick', '--set', 'budget.tokens=2k')).code).toBe(0);
  slow.child.kill('SIGTERM');
  await slow.done;
});

test('nothing to start: plan says so and ends well, --exit-code and fanout end with 75', async () => {
  const project = scratchProject(CONFIG.replaceAll('command: ["sh"', 'command: ["no-such-agent"'));
  const plan = await stint(project, 'plan', '--json');
  expect(plan.code).toBe(0);
  expect((JSON.parse(plan.stdout) as PlanJson).rest).toMatchObject({
    kind: 'harness',
    reason: expect.stringContaining('there is no program "no-such-agent" on PATH') as string,
    until: null,
  });
  expect((await stint(project, 'plan', '--exit-code')).code).toBe(75);
  expect((await stint(project, 'fanout')).code).toBe(75);
  // What no waiting brings is no matter of trying later.
  expect((await stint(project, 'run')).code).toBe(1);
});
