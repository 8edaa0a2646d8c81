import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { createLiveView } from '../../src/cli/live-view.ts';
import { lastLines } from '../../src/cli/session-lines.ts';
import type { CategoryName, SessionId } from '../../src/domain/ids.ts';
import type { LandingResult } from '../../src/domain/landing.ts';
import { sessionFiles, stateLayout } from '../../src/domain/layout.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import { createSessionFolder } from '../../src/run/session-folder.ts';
import { changeParking } from '../../src/store/parkings.ts';
import { insertLockEvent } from '../../src/store/lock-events.ts';
import { insertRecord } from '../../src/store/records.ts';
import { insertIntent, setRunning, setWorkspace } from '../../src/store/sessions.ts';
import { openHostStore, openStore, type Store } from '../../src/store/store.ts';
import { commit } from '../support/evidence.ts';
import { parkingOf } from '../support/parkings.ts';
import { planOf, recordOf } from '../support/records.ts';
import { scratchProject, type ScratchProject } from '../support/scratch.ts';
import { screenOf, stoppedClock, stubScreen } from '../support/screen.ts';

// The screens that people look at most, kept as files to read. `vitest run test/screens -u` writes them again.

const WIDTHS = [80, 40];
const NOW = '2026-01-02T15:00:00.000Z';
const CLOCK = stoppedClock(NOW);

const CONFIG = `version: 1
harnesses:
  agent: { command: [sh, agent.sh], format: text }
  other: { command: [sh, agent.sh], format: text, account: team }
  crew: { command: [no-such-program-anywhere], format: text }
categories:
  code: { harness: agent, prompt: Fix., owner: '@maintainer' }
  docs: { harness: agent, prompt: Write. }
  cleanup: { harness: agent, prompt: Clean., owner: '@maintainer' }
  research: { harness: agent, prompt: Read. }
  release: { harness: other, prompt: Release. }
  social: { harness: crew, prompt: Post. }
`;

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A screen at each width, as one file to read. */
async function expectScreens(name: string, render: (columns: number) => string | Promise<string>) {
  const parts: string[] = [];
  for (const columns of WIDTHS) {
    stubScreen(columns);
    parts.push(
      `${`── ${columns} columns `.padEnd(columns, '─')}\n${(await render(columns)).replace(/\n*$/, '\n')}`,
    );
  }
  await expect(parts.join('\n')).toMatchFileSnapshot(`${name}.txt`);
}

/** An id that is told from the others by its first letters, as a drawn one is. */
const idOf = (number: number): SessionId => `${String.fromCharCode(97 + number)}4v2742ojh` as SessionId;

const minutesAgo = (minutes: number): string => new Date(Date.parse(NOW) - minutes * 60_000).toISOString();

const BRANCH = 'stint/code/c4v2742ojh';

const CONFLICT: LandingResult = {
  kind: 'refused',
  how: 'rebase',
  reason: 'conflict',
  detail: '01a2b3c4d5e6 conflicts with main in src/a.ts',
  files: ['src/a.ts'],
};

/** What a working day leaves: number, category, minutes ago, and what became of it. */
const DAY: readonly (readonly [string, number, Partial<SessionRecord>])[] = [
  ['code', 1500, {}],
  ['docs', 1480, { grade: 0.7 }],
  ['code', 420, { branch: BRANCH, landing: CONFLICT }],
  ['docs', 390, { grade: 0.72 }],
  [
    'research',
    360,
    {
      outcome: 'noop',
      grade: 0.05,
      failureModes: ['noop'],
      commits: [],
      commitDetails: [],
      reasons: ['noop: it said that there is nothing to do'],
    },
  ],
  [
    'cleanup',
    330,
    {
      grade: 0.35,
      failureModes: ['ci_break'],
      check: { result: 'failed', detail: 'npm test exited with 1' },
    },
  ],
  ['code', 300, { grade: 0.68 }],
  ['docs', 270, { grade: 0.66 }],
  ['research', 240, { grade: 0.41, failureModes: ['routing_mismatch'] }],
  [
    'cleanup',
    120,
    {
      outcome: 'blocked',
      grade: null,
      gradeParts: null,
      failureModes: ['blocked'],
      commits: [],
      commitDetails: [],
      reasons: ['blocked: it declared "needs a token for the staging server"'],
    },
  ],
  [
    'code',
    90,
    {
      outcome: 'failed',
      grade: 0,
      gradeParts: null,
      failureModes: ['abandoned_loop'],
      commits: [],
      commitDetails: [],
      stop: { reason: 'timed-out', because: 'its 45m were over', exitCode: null, signal: 'SIGTERM' },
      reasons: ['failed: it ran out of time and delivered nothing'],
    },
  ],
  [
    'docs',
    60,
    {
      outcome: 'noop',
      grade: 0.05,
      failureModes: ['noop'],
      commits: [],
      commitDetails: [],
      reasons: ['noop: it said that there is nothing to do'],
    },
  ],
];

/** What is parked on the machine: an account at its limit, and one whose login five sessions were refused. */
const PARKINGS = [
  parkingOf({ met: [idOf(5)] }),
  parkingOf({
    name: 'codex:3fa21b9c',
    cause: 'auth',
    reason: 'HTTP 401: invalid token',
    since: '2026-01-02T14:48:00.000Z',
    until: '2026-01-02T15:49:10.000Z',
    met: [9, 10, 11, 12, 13].map(idOf),
    credentials: 'x',
  }),
];

/** A project whose store was filled by the store's own functions: a day's records, a session that runs, a parked account. */
async function dayProject(): Promise<ScratchProject> {
  const project = scratchProject(CONFIG);
  project.write('agent.sh', 'exit\n');
  const layout = stateLayout(project.stateFolder, path.join(project.folder, '..', 'worktrees'));
  for (const folder of [layout.sessions, layout.locks]) mkdirSync(folder, { recursive: true });
  const store = await openStore(layout.database);
  await insertWorkspace(project, store);
  for (const [index, [category, minutes, given]] of DAY.entries())
    await insertRecord(
      store,
      recordOf(index, {
        id: idOf(index),
        category: category as CategoryName,
        startedAt: minutesAgo(minutes),
        endedAt: minutesAgo(minutes - 12),
        durationMs: 12 * 60_000,
        ...given,
      }),
      'repository',
    );
  await insertRunning(project, store);
  await store.destroy();
  const home = path.join(project.env['XDG_STATE_HOME'] ?? '', 'stint');
  mkdirSync(home, { recursive: true });
  const host = await openHostStore(path.join(home, 'host.db'));
  for (const parking of PARKINGS)
    await changeParking(host, parking, () => ({ after: parking, result: null }));
  await host.destroy();
  project.git('branch', BRANCH);
  project.git('checkout', '--quiet', BRANCH);
  project.git('commit', '--quiet', '--allow-empty', '--message', 'work');
  project.git('checkout', '--quiet', 'main');
  return project;
}

/** The session whose branch is there: what it started from. */
async function insertWorkspace(project: ScratchProject, store: Store): Promise<void> {
  await insertIntent(store, idOf(2), planOf(), minutesAgo(420));
  await setWorkspace(store, idOf(2), {
    isolation: 'worktree',
    folder: '/gone',
    branch: BRANCH,
    base: project.git('rev-parse', 'main'),
    baseRef: 'refs/heads/main',
  });
}

async function insertRunning(project: ScratchProject, store: Store): Promise<void> {
  const id = idOf(20);
  const layout = stateLayout(project.stateFolder, '');
  const files = sessionFiles(layout, id);
  await insertIntent(
    store,
    id,
    planOf({ category: 'docs' as CategoryName, harness: 'agent' }),
    minutesAgo(4),
  );
  await setRunning(store, id);
  const lock = await createSessionFolder(files, 'Write.', 'token');
  onTestFinished(() => lock.release());
  writeFileSync(
    files.live,
    JSON.stringify({ at: NOW, state: 'in-tool', waitingOn: 'npm test', sinceMs: 130_000, tokens: 38_200 }),
  );
}

test('status', async () => {
  const project = await dayProject();
  await expectScreens('status', () => screenOf(project, CLOCK, 'status'));
});

test('report reliability', async () => {
  const project = await dayProject();
  await expectScreens('report-reliability', () =>
    screenOf(project, CLOCK, 'report', 'reliability', '--recent', '4'),
  );
});

test('report concurrency', async () => {
  const project = scratchProject(CONFIG);
  for (const folder of ['sessions', 'locks'])
    mkdirSync(path.join(project.stateFolder, folder), { recursive: true });
  await withStore(project, async (store) => {
    for (const [index, [category, minutes]] of DAY.entries()) {
      const [sessionId, plan] = [idOf(index), planOf({ category: category as CategoryName })];
      await insertIntent(store, sessionId, plan, minutesAgo(minutes));
      const at = minutesAgo(minutes - (category === 'code' ? 50 : 25));
      await insertLockEvent(store, { lock: category, sessionId, kind: 'released', at });
    }
    await insertRunning(project, store);
    for (const minutes of [3, 2])
      await insertLockEvent(store, {
        lock: 'docs',
        sessionId: null,
        kind: 'refused',
        at: minutesAgo(minutes),
      });
  });
  await expectScreens('report-concurrency', () =>
    screenOf(project, CLOCK, 'report', 'concurrency', '--since', '8h'),
  );
});

test('report categories', async () => {
  const project = await dayProject();
  await withStore(project, async (store) => {
    for (const [index, grade] of [0.71, 0.44, 0.62].entries())
      await insertRecord(
        store,
        recordOf(100 + index, {
          runType: 'respawn',
          chain: 1,
          grade,
          startedAt: minutesAgo(4000 - index * 20),
          endedAt: minutesAgo(3990 - index * 20),
        }),
        'repository',
      );
  });
  await expectScreens('report-categories', () => screenOf(project, CLOCK, 'report', 'categories'));
});

test('plan', async () => {
  const project = await dayProject();
  await expectScreens('plan', () => screenOf(project, CLOCK, 'plan', '--seed', '7', '--top', '2'));
});

async function withStore(project: ScratchProject, work: (store: Store) => Promise<void>): Promise<void> {
  const store = await openStore(stateLayout(project.stateFolder, '').database);
  await work(store);
  await store.destroy();
}

/** Each state that a person sees, drawn by the view of a terminal of that width. */
function liveLines(columns: number): string[] {
  const drawn: string[] = [];
  const stream = { isTTY: true, columns, rows: 24, write: (text: string) => drawn.push(text) > 0 };
  const view = createLiveView(stream as unknown as NodeJS.WriteStream, false);
  const lives = [
    { state: 'thinking', waitingOn: 'the model', sinceMs: 4200 },
    { state: 'in-tool', waitingOn: 'npm test', sinceMs: 130_000 },
    { state: 'waiting-on-limit', waitingOn: 'the usage limit of account team', sinceMs: 600_000 },
  ] as const;
  for (const live of lives) {
    const ref = { id: idOf(20), category: planOf().category };
    const far = { turns: 14, tokens: 38_200, elapsedMs: 120_000, leftMs: 43 * 60_000 };
    view.hear({ name: 'supervise.waiting', at: NOW, session: { ...ref, ...live, ...far } });
  }
  view.stop();
  return drawn.flatMap((text) => stripVTControlCharacters(text).split('\n')).filter((line) => line !== '');
}

test('run: the line while it works, and the last lines', async () => {
  const own = { ...commit(40), sha: '07005ebfe0061c1f3b1f7f1b1d1c9a8b7c6d5e4f' };
  const work = {
    commits: [own.sha],
    commitDetails: [own],
    base: '1d1c9a8b7c6d5e4f07005ebfe0061c1f3b1f7f1b',
    branch: 'stint/code/b4v2742ojh',
    check: { result: 'passed', detail: 'npm test passed' },
  } as const;
  const nothing = { commits: [], commitDetails: [], gradeParts: null } as const;
  const records = [
    recordOf(1, { id: idOf(1), ...work }),
    recordOf(2, {
      id: idOf(2),
      ...nothing,
      outcome: 'noop',
      grade: 0.05,
      failureModes: ['noop'],
      reasons: ['noop: it said that there is nothing to do'],
    }),
    recordOf(3, {
      id: idOf(3),
      ...nothing,
      outcome: 'failed',
      grade: 0,
      failureModes: ['stuck'],
      reasons: ['failed: it was stuck: silent for 20m, and no process of it moved'],
      salvage: 'refs/stint/salvage/d4v2742ojh',
    }),
  ];
  await expectScreens('run', (columns) =>
    [...liveLines(columns), ...records.flatMap((record) => ['', lastLines(record)])].join('\n'),
  );
});
