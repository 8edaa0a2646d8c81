import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { admitSession } from '../../../src/control/custody/admit-session.ts';
import { harnessKey, listParkedNow } from '../../../src/control/custody/parkings.ts';
import type { StartedChoice } from '../../../src/control/loop/start-chosen.ts';
import { fanout } from '../../../src/control/loop/start-several.ts';
import { planNow } from '../../../src/control/planning/gather-choice.ts';
import { requireCategory, requireHarness } from '../../../src/control/planning/make-plan.ts';
import { requireArm } from '../../../src/control/planning/plan-session.ts';
import { readBeliefs } from '../../../src/control/planning/read-beliefs.ts';
import type { Project } from '../../../src/control/project/project.ts';
import type { SessionId } from '../../../src/domain/ids.ts';
import type { SessionRecord } from '../../../src/domain/record.ts';
import { identifySelf } from '../../../src/lib/send-signal.ts';
import { changeParking, listParkings } from '../../../src/store/parkings.ts';
import { parkingOf } from '../../support/parkings.ts';
import { killProgram, startProgram } from '../../support/programs.ts';
import {
  errorLines,
  limitLines,
  openOnOneMachine,
  playProvider,
  type Provider,
  SERVED,
  setClock,
} from '../../support/provider.ts';
import { planOf } from '../../support/records.ts';
import { waitUntil } from '../../support/wait-until.ts';

/** A configuration whose categories all ask one provider. */
function configOf(provider: Provider, names: readonly string[], more: Record<string, unknown> = {}): object {
  return {
    version: 1,
    preamble: false,
    harnesses: { agent: { command: provider.command, format: 'stream-json' } },
    supervise: { sample: '50ms', grace: '500ms', finishing: '30s' },
    schedule: { top: 5, maxConcurrent: 5 },
    // How busy the machine is that tests run on decides nothing here.
    admission: { memory: '100%', disk: '100%', load: 10_000 },
    categories: Object.fromEntries(names.map((name) => [name, { harness: 'agent', prompt: 'x' }])),
    ...more,
  };
}

/** One tick of a timer. Any seed: no draw of these tests is left to chance, for every category is new. */
function tick(project: Project, top = 5): Promise<StartedChoice<SessionRecord>> {
  return fanout(project, {
    seed: 1,
    top,
    random: () => 0,
    cancelled: new AbortController().signal,
  });
}

function times<T>(count: number, value: T): T[] {
  return Array.from({ length: count }, () => value);
}

async function single<T>(list: Promise<readonly T[]>): Promise<T> {
  const all = await list;
  expect(all).toHaveLength(1);
  return all[0] as T;
}

/** Grades and what they moved; the time of a look is not among them. */
async function posteriors(project: Project): Promise<unknown> {
  return [...(await readBeliefs(project)).values()].map(({ category, alpha, beta, updates }) => ({
    category,
    alpha,
    beta,
    updates,
  }));
}

test('incident: the usage-limit storm. 136 ticks, one every 186 s, in two repositories: two starts', async () => {
  const provider = playProvider();
  const clock = setClock('2026-02-26T07:53:00.000Z');
  const { opened } = await openOnOneMachine(clock, [
    configOf(provider, ['code']),
    configOf(provider, ['docs']),
  ]);
  const start = clock.now().getTime();
  const noon = Date.parse('2026-02-26T12:00:00.000Z');
  const spawned: SessionRecord[] = [];
  const refused: string[] = [];
  for (let index = 0; index < 136; index++) {
    const at = start + index * 186_000;
    clock.set(new Date(at));
    const reset = at < noon ? '12pm' : '5pm';
    provider.answers(...limitLines(`You've hit your limit · resets ${reset} (UTC)`));
    const project = opened[index % 2] as Project;
    const result = await tick(project, 1);
    spawned.push(...result.spawned);
    refused.push(...result.choice.ineligible.map(({ reason }) => reason));
  }
  expect(spawned.map(({ outcome, failureModes, grade }) => ({ outcome, failureModes, grade }))).toEqual(
    times(2, { outcome: 'not-run', failureModes: ['usage_limit'], grade: null }),
  );
  expect(provider.started()).toBe(2);
  // The second is the probe: after the reset, and not long after.
  const probeAt = Date.parse(spawned[1]?.startedAt ?? '');
  expect(probeAt).toBeGreaterThan(noon);
  expect(probeAt).toBeLessThan(noon + 2 * 60_000 + 186_000);
  expect(new Set(refused.map((reason) => reason.replace(/agent:[0-9a-f]+/, 'agent:…')))).toEqual(
    new Set([
      "account agent:… is parked: You've hit your limit · resets 12pm (UTC)",
      "account agent:… is parked: You've hit your limit · resets 5pm (UTC)",
    ]),
  );
  expect(refused).toHaveLength(134);
});

test('outage of a provider over every category: parked once, nothing learned; then one probe, then the rest', async () => {
  const provider = playProvider();
  const clock = setClock('2026-03-01T10:00:00.000Z');
  const { opened } = await openOnOneMachine(clock, [
    configOf(provider, ['code', 'docs', 'tests']),
    configOf(provider, ['elsewhere']),
  ]);
  const [here, there] = opened as [Project, Project];
  provider.answers(...SERVED);
  expect((await tick(here)).spawned).toHaveLength(3);
  const before = await posteriors(here);

  clock.set('2026-03-01T11:00:00.000Z');
  provider.answers(...errorLines(529, 'overloaded_error'));
  provider.together(6);
  const { spawned } = await tick(here);
  expect(
    spawned.map(({ outcome, grade, feedsBelief, failureModes }) => [
      outcome,
      grade,
      feedsBelief,
      failureModes,
    ]),
  ).toEqual(times(3, ['not-run', null, false, ['overload']]));
  expect(await posteriors(here)).toEqual(before);
  const parking = await single(listParkings(here.host));
  expect(parking).toMatchObject({ cause: 'overload', repository: here.repository.top, rests: 1 });
  expect(parking.met.toSorted()).toEqual(spawned.map(({ id }) => id).toSorted());
  expect(Date.parse(parking.until)).toBeGreaterThanOrEqual(Date.parse('2026-03-01T11:05:00.000Z'));

  for (const project of [here, there]) {
    const resting = await tick(project);
    expect(resting.spawned).toEqual([]);
    expect(resting.choice.rest).toMatchObject({ kind: 'parked', until: parking.until });
  }

  // Nobody is cooling down: an outage wears nothing out.
  clock.set(parking.until);
  provider.answers(...SERVED);
  provider.stop('hold');
  const probing = tick(here);
  await waitUntil('the probe', () => provider.started() === 7);
  const probe = await single(listParkedNow(there));
  expect(probe).toMatchObject({ state: 'probing', probe: { repository: here.repository.top } });
  const waiting = await tick(there);
  expect(waiting.choice.rest).toMatchObject({ kind: 'parked', until: null });
  expect(waiting.choice.rest?.reason).toContain(
    `one probe is on its way: session ${probe.probe?.sessionId} in ${here.repository.top}`,
  );
  provider.goOn('hold');
  const probed = await probing;
  expect(probed.spawned).toMatchObject([{ id: probe.probe?.sessionId, outcome: 'noop' }]);
  expect(probed.choice.chosen).toHaveLength(1);
  expect(await listParkings(here.host)).toEqual([]);
  expect((await tick(here)).spawned).toHaveLength(2);
  expect((await tick(there)).spawned).toHaveLength(1);
});

test('incident: five sessions refused with 401 within seconds are one incident, until somebody logs in again', async () => {
  const provider = playProvider();
  const clock = setClock('2026-02-27T08:33:57.000Z');
  const harnesses = {
    agent: { type: 'claude-code', command: [...provider.command], account: 'team' },
  };
  const env = { ANTHROPIC_API_KEY: 'old-key' };
  const names = ['a', 'b', 'c', 'd', 'e'];
  const { opened } = await openOnOneMachine(clock, [configOf(provider, names, { harnesses })], env);
  const [project] = opened as [Project];
  provider.answers(...errorLines(401, 'invalid x-api-key'));
  provider.together(5);
  const { spawned } = await tick(project);
  expect(spawned.map(({ outcome, failureModes }) => [outcome, failureModes])).toEqual(
    times(5, ['not-run', ['auth']]),
  );
  const incident = await single(listParkedNow(project));
  expect(incident).toMatchObject({ kind: 'account', name: 'team', cause: 'auth', needsPerson: true });
  expect(incident.met).toHaveLength(5);
  // Until then one probe an hour, for a login that was mended where nobody sees it.
  expect(Date.parse(incident.until) - Date.parse(incident.since)).toBeGreaterThanOrEqual(3_600_000);
  expect((await tick(project)).choice.rest).toMatchObject({ kind: 'parked', until: incident.until });
  const mended = { ...project, env: { ...project.env, ANTHROPIC_API_KEY: 'new-key' } };
  const { choice } = await planNow(mended, { seed: 1, top: 5, cancelled: new AbortController().signal });
  expect(choice.chosen).toHaveLength(1);
  expect(await listParkedNow(mended)).toMatchObject([{ state: 'due', needsPerson: false }]);
});

test('a limit is known to all as soon as it is seen: nobody who still prepares starts into it', async () => {
  const provider = playProvider();
  const clock = setClock('2026-03-01T10:00:00.000Z');
  const { opened, scratch } = await openOnOneMachine(clock, [
    configOf(provider, ['code']),
    configOf(provider, ['docs'], {
      categories: { docs: { harness: 'agent', prompt: 'x', setup: ['sh', 'setup.sh'] } },
    }),
  ]);
  const [here, there] = opened as [Project, Project];
  const [, late] = scratch;
  const ready = path.join(late?.folder ?? '', 'ready');
  late?.write('setup.sh', `touch '${ready}.waits'; while [ ! -e '${ready}' ]; do sleep 0.05; done`);
  late?.git('add', '--all');
  late?.git('commit', '--quiet', '--message', 'setup');
  provider.stop('linger');
  provider.answers(...limitLines("You've hit your limit · resets 3pm (UTC)").slice(0, 1));
  const preparing = tick(there);
  await waitUntil('its setup', () => existsSync(`${ready}.waits`));
  const limited = tick(here);
  await waitUntil('the parking', async () => (await listParkings(here.host)).length === 1);
  // Its first victim still runs.
  expect(provider.started()).toBe(1);
  writeFileSync(ready, '');
  const [record] = (await preparing).spawned;
  expect(record).toMatchObject({
    outcome: 'not-run',
    failureModes: ['usage_limit'],
    stop: { exitCode: null },
  });
  expect(record?.stop.because).toMatch(/is parked: You've hit your limit .*, until 2026-03-01T15:0/);
  expect(provider.started()).toBe(1);
  provider.goOn('linger');
  const [first] = (await limited).spawned;
  const parking = await single(listParkings(here.host));
  expect(parking.met).toEqual([first?.id]);
});

test('a harness that fails three times in the same way rests, in this project; one that works ends it', async () => {
  const provider = playProvider();
  const clock = setClock('2026-03-01T10:00:00.000Z');
  const { opened } = await openOnOneMachine(clock, [
    configOf(provider, ['code', 'docs', 'tests']),
    configOf(provider, ['elsewhere']),
  ]);
  const [here, there] = opened as [Project, Project];
  // An upgrade, say: it starts, says nothing more and is gone.
  provider.answers();
  expect((await tick(here, 2)).spawned.map(({ failureModes }) => failureModes)).toEqual([
    ['crash'],
    ['crash'],
  ]);
  expect(await listParkings(here.host)).toEqual([]);
  clock.set('2026-03-01T11:00:00.000Z');
  await tick(here, 1);
  const [parking] = await listParkedNow(here);
  expect(parking).toMatchObject({
    kind: 'harness',
    name: 'agent',
    cause: 'failing',
    state: 'parked',
    reason: '3 in a row ended so: it exited with 0 and emitted no result',
  });
  expect(await listParkedNow(there)).toEqual([]);
  expect((await tick(here)).choice.rest).toMatchObject({ kind: 'parked', until: parking?.until });
  clock.set(parking?.until ?? '');
  expect((await tick(here)).spawned).toHaveLength(1);
  const [again] = await listParkedNow(here);
  expect(again).toMatchObject({ state: 'parked', rests: 2 });
  clock.set(again?.until ?? '');
  provider.answers(...SERVED);
  expect((await tick(here)).spawned).toMatchObject([{ outcome: 'noop' }]);
  expect(await listParkings(here.host)).toEqual([]);
});

test('three errors in a row in words that stint does not know let the harness rest, and not the account', async () => {
  const provider = playProvider();
  const { opened } = await openOnOneMachine(setClock('2026-03-01T10:00:00.000Z'), [
    configOf(provider, ['code', 'docs', 'tests']),
  ]);
  const [project] = opened as [Project];
  provider.answers({ type: 'result', subtype: 'success', is_error: true, result: 'Das Modell ist fort' });
  const { spawned } = await tick(project, 3);
  expect(
    spawned.map(({ outcome, failureModes, feedsBelief }) => [outcome, ...failureModes, feedsBelief]),
  ).toEqual(times(3, ['not-run', 'provider_unknown', false]));
  expect(await listParkings(project.host)).toMatchObject([
    {
      kind: 'harness',
      cause: 'failing',
      reason: expect.stringMatching(/^3 in a row .*: Das Modell ist fort$/),
    },
  ]);
});

test('words of a limit that a tool printed, or that the model quotes, park nothing', async () => {
  const provider = playProvider();
  const { opened } = await openOnOneMachine(setClock('2026-03-01T10:00:00.000Z'), [
    configOf(provider, ['code']),
  ]);
  const [project] = opened as [Project];
  const words = "You've hit your limit · resets 3pm (UTC)";
  const call = { type: 'tool_use', id: 'c', name: 'Bash', input: { command: 'cat notes.md' } };
  provider.answers(
    { type: 'assistant', message: { id: 'm', model: 'stub', content: [call] } },
    {
      type: 'user',
      message: { content: [{ type: 'tool_result', tool_use_id: 'c', is_error: true, content: words }] },
    },
    { type: 'assistant', message: { id: 'n', model: 'stub', content: [{ type: 'text', text: words }] } },
    { type: 'result', subtype: 'success', is_error: false, result: words },
  );
  expect((await tick(project)).spawned).toMatchObject([{ outcome: 'noop', failureModes: ['noop'] }]);
  expect(await listParkings(project.host)).toEqual([]);
});

test('an account and a harness that both rest are both named, until the last of them is over', async () => {
  const clock = setClock('2026-03-01T10:00:00.000Z');
  const { opened } = await openOnOneMachine(clock, [configOf(playProvider(), ['code'])]);
  const [project] = opened as [Project];
  const settings = project.settings();
  const { accountId } = requireHarness(settings, 'agent');
  const [half, eleven] = ['2026-03-01T18:30:00.000Z', '2026-03-01T23:01:00.000Z'];
  const harness = parkingOf({
    ...harnessKey(project, 'agent'),
    cause: 'failing',
    reason: 'it crashed three times',
    since: '2026-03-01T09:00:00.000Z',
    until: half,
  });
  const account = parkingOf({ name: accountId, since: '2026-03-01T09:30:00.000Z', until: eleven });
  for (const parking of [harness, account])
    await changeParking(project.host, parking, () => ({ after: parking, result: null }));
  const reason = `harness agent is parked: it crashed three times; account ${accountId} is parked: the usage limit is reached`;
  const look = { seed: 1, top: 5, cancelled: new AbortController().signal };
  expect((await planNow(project, look)).choice.ineligible).toMatchObject([{ reason, until: eleven }]);
  await expect(requireArm(project, requireCategory(settings, 'code'), 1)).rejects.toMatchObject({
    message: `code may not start: ${reason}, until ${eleven}.`,
  });
  // What is over is no obstacle any more, and nobody knows how long a probe takes.
  clock.set('2026-03-01T19:00:00.000Z');
  expect((await planNow(project, look)).choice.ineligible[0]?.reason).toMatch(/^account /);
  const probing = {
    ...harness,
    probe: { ...identifySelf(), sessionId: 'probe00000' as SessionId, repository: '/r' },
  };
  await changeParking(project.host, probing, () => ({ after: probing, result: null }));
  expect((await planNow(project, look)).choice.ineligible).toMatchObject([
    { reason: expect.stringMatching(/^harness agent: one probe .*; account /) as string, until: null },
  ]);
});

describe('the claim of a probe', () => {
  const CLAIM = `
    const { openHostStore } = await src('store/store.ts');
    const { admitSession } = await src('control/custody/admit-session.ts');
    const { existsSync } = await import('node:fs');
    const host = await openHostStore(arg(1));
    const project = { host, layout: { folder: '/s' }, clock: { now: () => new Date() }, env: {}, repository: { top: '/r' } };
    console.log('ready');
    while (!existsSync(arg(2))) await new Promise((resolve) => setTimeout(resolve, 5));
    const refused = await admitSession(project, JSON.parse(arg(3)), arg(4));
    console.log(refused === null ? 'admitted.' : 'refused: ' + refused.trouble + '.');
    process.stdin.resume();`;

  test('of eight processes at once one gets it; killed with -9, it is free again', async () => {
    const { opened } = await openOnOneMachine(setClock('2026-03-01T10:00:00.000Z'), [
      configOf(playProvider(), ['code']),
    ]);
    const [project] = opened as [Project];
    const plan = planOf({ accountId: 'team' });
    const parking = parkingOf();
    await changeParking(project.host, parking, () => ({ after: parking, result: null }));
    const hostFile = path.join(project.env['XDG_STATE_HOME'] ?? '', 'stint', 'host.db');
    const go = `${hostFile}.go`;
    const programs = Array.from({ length: 8 }, (_, index) =>
      startProgram(CLAIM, [hostFile, go, JSON.stringify(plan), `p00000000${index}`]),
    );
    await Promise.all(programs.map((each) => each.said('ready')));
    writeFileSync(go, '');
    const answers = await Promise.all(
      programs.map(async (each) => {
        await Promise.race([each.said('admitted.'), each.said('refused:')]);
        return each;
      }),
    );
    const holder = (await single(listParkings(project.host))).probe;
    const index = Number(holder?.sessionId.at(-1));
    const stranger = 'x000000001' as SessionId;
    expect(await admitSession(project, plan, stranger)).toMatchObject({
      trouble: `account team: one probe is on its way: session ${holder?.sessionId} in /r`,
    });
    const winner = answers[index];
    if (winner) await killProgram(winner);
    expect(await admitSession(project, plan, stranger)).toBeNull();
    for (const each of answers) each.child.stdin?.end();
    const ends = await Promise.all(answers.map(({ done }) => done));
    expect(ends.filter(({ stdout }) => stdout.includes('admitted.'))).toHaveLength(1);
    expect(ends.filter(({ stdout }) => stdout.includes('refused:'))).toHaveLength(7);
  });
});
