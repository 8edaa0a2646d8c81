import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { CategoryName, SessionId } from '../../src/domain/ids.ts';
import { stateLayout } from '../../src/domain/layout.ts';
import { changeParking, listParkings } from '../../src/store/parkings.ts';
import { insertRecord } from '../../src/store/records.ts';
import { openHostStore, openStore } from '../../src/store/store.ts';
import { parkingOf } from '../support/parkings.ts';
import { recordOf } from '../support/records.ts';
import { scratchProject, type ScratchProject } from '../support/scratch.ts';
import { screenOf, stoppedClock, stubScreen } from '../support/screen.ts';
import { configOf } from '../support/sessions.ts';
import { stint } from '../support/stint-here.ts';

const CLOCK = stoppedClock('2026-01-02T15:00:00.000Z');

afterEach(() => {
  vi.unstubAllEnvs();
});

const hostFile = (project: ScratchProject): string =>
  path.join(project.env['XDG_STATE_HOME'] ?? '', 'stint', 'host.db');

/** A machine on which two accounts and this project's harness are parked, and a category that is held. */
async function parkedProject(): Promise<ScratchProject> {
  const project = scratchProject(configOf({ code: { prompt: 'true' }, docs: { prompt: 'true' } }));
  const layout = stateLayout(project.stateFolder, '/nowhere');
  mkdirSync(layout.sessions, { recursive: true });
  mkdirSync(path.dirname(hostFile(project)), { recursive: true });
  const store = await openStore(layout.database);
  const blocked = {
    category: 'docs' as CategoryName,
    outcome: 'blocked',
    startedAt: '2026-01-02T14:40:00.000Z',
    endedAt: '2026-01-02T14:50:00.000Z',
    declared: { kind: 'blocked', reason: 'needs a token' },
  } as const;
  await insertRecord(store, recordOf(1, blocked), 'repository');
  await store.destroy();
  const host = await openHostStore(hostFile(project));
  const parkings = [
    parkingOf({ name: 'codex:00000001' }),
    parkingOf({ name: 'codex:00000002', cause: 'auth', credentials: 'x' }),
    parkingOf({ name: 'the team' }),
    parkingOf({
      kind: 'harness',
      name: 'script',
      project: layout.folder,
      cause: 'failing',
      met: ['a', 'b', 'c'] as unknown as SessionId[],
    }),
    parkingOf({ kind: 'harness', name: 'script', project: '/another/project', cause: 'failing' }),
  ];
  for (const parking of parkings)
    await changeParking(host, parking, () => ({ after: parking, result: null }));
  await host.destroy();
  return project;
}

async function parkedNames(project: ScratchProject): Promise<string[]> {
  const host = await openHostStore(hostFile(project));
  try {
    return (await listParkings(host)).map(({ kind, name }) => `${kind} ${name}`);
  } finally {
    await host.destroy();
  }
}

test('resume lists what does not start and how to lift it, lifts one by its name, and all', async () => {
  stubScreen(1000);
  const project = await parkedProject();
  const resume = (...words: string[]): Promise<string> => screenOf(project, CLOCK, 'resume', ...words);
  const listed = await resume();
  for (const line of [
    /^parked: account codex:00000001 until 2026-01-02 17:00 UTC, in 2h \(.*\n +lift it: stint resume --account codex:00000001$/m,
    /^needs a person: account codex:00000002 was refused: .*\n +lift it: stint resume --account codex:00000002$/m,
    /^ +lift it: stint resume --account 'the team'$/m,
    /^parked: harness script until .*3 sessions since .*\n +lift it: stint resume --harness script$/m,
    /^held: docs until 2026-01-02 15:20 UTC, in 20m \(session .* was blocked: needs a token\)\n +lift it: stint resume docs$/m,
  ])
    expect(listed).toMatch(line);
  expect(await parkedNames(project)).toHaveLength(5);

  await expect(resume('--account', 'codex')).rejects.toThrow(
    /"codex" could be codex:00000001, codex:00000002/,
  );
  expect(await resume('docs')).toBe(
    'category docs may start again; it had until 2026-01-02 15:20 UTC (blocked: needs a token).\n',
  );
  expect(await resume('docs')).toBe('category docs: nothing was in its way.\n');
  expect(JSON.parse(await resume('--account', 'codex:00000001', '--json'))).toEqual({
    lifted: [
      {
        kind: 'account',
        name: 'codex:00000001',
        model: null,
        was: { reason: 'the usage limit is reached', until: '2026-01-02T17:00:00.000Z' },
      },
    ],
  });
  // Now it can be no other.
  expect(await resume('--account', 'codex')).toMatch(/^account codex:00000002 may start again/);
  expect(await resume('--all')).toMatch(/^account the team may .*\nharness script may .*\n$/);
  expect(await resume()).toBe('Nothing is parked, held or set aside.\n');
  expect(await resume('--all')).toBe('Nothing is parked, held or set aside.\n');
  // What another project's harness does is that project's.
  expect(await parkedNames(project)).toEqual(['harness script']);
});

test('one model of an account is lifted alone, or with all of its account', async () => {
  stubScreen(1000);
  const project = await parkedProject();
  const resume = (...words: string[]): Promise<string> => screenOf(project, CLOCK, 'resume', ...words);
  const host = await openHostStore(hostFile(project));
  const park = async (name: string, model: string): Promise<void> => {
    const parking = parkingOf({ name, model, asked: [model] });
    await changeParking(host, parking, () => ({ after: parking, result: null }));
  };
  await park('the team', 'opus');
  await park('codex:00000001', 'opus');
  await park('the team', 'sonnet');
  expect(await screenOf(project, CLOCK, 'completion', '--words', '--', 'resume', '--model', '')).toBe(
    'opus\nsonnet\n',
  );
  expect(await resume()).toMatch(
    /^parked: model opus of account the team until 2026-01-02 17:00 UTC, in 2h \(its other models may start; .*\n +lift it: stint resume --account 'the team' --model opus$/m,
  );
  expect(await screenOf(project, CLOCK, 'status')).toMatch(/^parked: model opus of account the team until/m);
  await expect(resume('--model', 'haiku')).rejects.toThrow(/No model "haiku" is parked.$/);
  // Another account has it parked, so that nothing here is in the way of this one.
  expect(await resume('--account', 'codex:00000002', '--model', 'opus')).toBe(
    'model opus of account codex:00000002: nothing was in its way.\n',
  );
  expect(await resume('--account', 'the team', '--model', 'claude-opus-4-5')).toMatch(
    /^model opus of account the team may start again; it had until .*\n$/,
  );
  expect(await resume('--model', 'opus')).toMatch(
    /^model opus of account codex:00000001 may start again.*\n$/,
  );
  expect(await resume('--account', 'the team')).toMatch(
    /^account the team may start again.*\nmodel sonnet of account the team may start again.*\n$/,
  );
  await host.destroy();
  expect(await parkedNames(project)).toEqual([
    'account codex:00000001',
    'account codex:00000002',
    'harness script',
    'harness script',
  ]);
});

test('an agent lifts nothing; it may look', async () => {
  const project = await parkedProject();
  const inside = { ...project, env: { ...project.env, STINT_SESSION_ID: 'ab00000001' } };
  const refused = await stint(inside, 'resume', '--all');
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toMatch(/`stint resume` is not for an agent/);
  expect(await stint(inside, 'resume')).toMatchObject({ code: 0 });
  expect(await parkedNames(project)).toHaveLength(5);
});

test('a run into a parked account says until when, and exits with 75', async () => {
  const project = await parkedProject();
  const host = await openHostStore(hostFile(project));
  const until = '2999-01-01T00:00:00.000Z';
  const parking = parkingOf({
    kind: 'harness',
    name: 'script',
    project: project.stateFolder,
    cause: 'failing',
    until,
  });
  await changeParking(host, parking, () => ({ after: parking, result: null }));
  await host.destroy();
  const { code, stderr } = await stint(project, 'run', 'code');
  expect([code, stderr]).toEqual([
    75,
    `stint: code may not start: harness script is parked: the usage limit is reached, until ${until}. Wait, give the category another harness, or see \`stint resume\`.\n`,
  ]);
});

test('a run that meets a limit says until when all others wait, and exits with 75', async () => {
  const limit = {
    type: 'rate_limit_event',
    rate_limit_info: { status: 'rejected' },
  };
  const steps = JSON.stringify([{ raw: `${JSON.stringify(limit)}\n` }, { exit: 1 }]);
  const project = scratchProject(configOf({ code: { prompt: steps, harness: 'stream' } }));
  const { code, stdout, stderr } = await stint(project, 'run', 'code');
  expect([code, stdout]).toEqual([75, expect.stringMatching(/^not-run: .*usage limit/)]);
  expect(stderr).toMatch(/^stint: parked: account stream:[0-9a-f]{8} until 20/m);
  expect((await stint(project, 'run', 'code')).code).toBe(75);
  expect(await parkedNames(project)).toEqual([expect.stringMatching(/^account stream:/)]);
});

test('a category whose setup fails three times in a row rests, until it is mended and resumed', async () => {
  const project = scratchProject(
    configOf({ code: { prompt: 'exit 0', setup: 'ls ready', copy: ['ready'] } }),
  );
  for (let attempt = 1; attempt <= 3; attempt++)
    expect(await stint(project, 'run', 'code')).toMatchObject({ code: 1 });
  const plan = await stint(project, 'plan');
  expect(plan.stdout).toMatch(
    /code may not start: held, because session \w+ could not be set up \(3 times in a row\): setup \(ls ready\) exited/,
  );
  expect((await stint(project, 'resume')).stdout).toMatch(
    /^held: code until .* could not be set up: setup \(ls ready\) exited/,
  );
  project.write('ready', '');
  expect((await stint(project, 'resume', 'code')).stdout).toMatch(
    /^category code may start again; .*\(setup \(ls ready\)/,
  );
  // With this seed it is drawn high enough to start.
  expect((await stint(project, 'fanout', '--seed', '8')).code).toBe(0);
  expect((await stint(project, 'resume')).stdout).toBe('Nothing is parked, held or set aside.\n');
});
