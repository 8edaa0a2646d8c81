import path from 'node:path';
import { expect, test } from 'vitest';
import type { SessionId } from '../../src/domain/ids.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { diagnose, installHooks, reportFiles } from '../../src/stint/outside.ts';
import type { StintPlace } from '../../src/stint/opening.ts';
import { stintAt, type Stint } from '../../src/stint/stint.ts';
import { scratchProject, type ScratchProject } from '../support/scratch.ts';
import { screenOf, stoppedClock } from '../support/screen.ts';

// What a use case returns is what `--json` prints: MCP, HTTP and other programs get the same answers as a shell.

const CLOCK = stoppedClock(new Date(Date.now() + 3_600_000).toISOString());

const CONFIG = `version: 1
harnesses:
  writer: { command: [sh, -c, "echo $STINT_SESSION_ID >page.md; git add page.md; git commit --quiet --message 'docs: a page'"], format: text }
  broken: { command: [sh, -c, 'echo no >&2; exit 3'], format: text }
categories:
  docs: { harness: writer, prompt: Write a page., owner: '@maintainer' }
  fix: { harness: broken, prompt: Fix. }
supervise: { sample: 100ms }
`;

const FOREIGN = JSON.stringify({
  session_id: 'abc',
  category: 'code',
  outcome: 'productive',
  start_time: '2026-01-01T10:00:00Z',
  end_time: '2026-01-01T10:30:00Z',
  harness: 'claude-code',
});

function placeOf(project: ScratchProject): StintPlace {
  return {
    folder: project.folder,
    set: [],
    env: project.env,
    clock: CLOCK,
    cancelled: new AbortController().signal,
    onRedactor: () => undefined,
    listener: () => undefined,
  };
}

/** One use case, and the words of the verb that prints it. */
interface Case {
  readonly words: readonly string[];
  readonly call: (stint: Stint, place: StintPlace) => Promise<unknown>;
}

/** Every use case that only reads. `id` and `failed` are recorded sessions. */
function readingCases(id: SessionId, failed: SessionId): Record<string, Case> {
  const correction = {
    kind: 'said',
    session: id,
    verdict: { outcome: 'noop' },
    facts: {},
    why: 'it changed nothing',
  } as const;
  return {
    sessions: { words: ['sessions'], call: (stint) => stint.sessions() },
    'sessions of one outcome': {
      words: ['sessions', '--outcome', 'failed', '--limit', '1'],
      call: (stint) => stint.sessions({ outcome: 'failed', limit: 1 }),
    },
    show: { words: ['show', id], call: (stint) => stint.show(id) },
    'show and why': { words: ['show', id, '--why'], call: (stint) => stint.show(id, { isWhy: true }) },
    history: { words: ['show', id, '--history'], call: (stint) => stint.history(id) },
    replay: {
      words: ['show', id, '--replay', '--set', 'supervise.silence=1s', '--at', '+1m'],
      call: (stint) =>
        stint.replay({ session: id, until: { afterMs: 60_000 }, limits: ['supervise.silence=1s'] }),
    },
    status: { words: ['status'], call: (stint) => stint.status() },
    plan: {
      words: ['plan', '--seed', '7', '--why', 'docs', '--prompt'],
      call: (stint) => stint.plan({ seed: 7, why: 'docs', hasPrompts: true }),
    },
    'a stored choice': {
      words: ['plan', '--replay', 'last', '--why', 'docs'],
      call: (stint) => stint.replayPlan('last', 'docs'),
    },
    beliefs: {
      words: ['learn', 'show', '--category', 'docs'],
      call: (stint) => stint.beliefs('docs'),
    },
    reliability: {
      words: ['report', 'reliability', '--last', '10', '--recent', '1'],
      call: (stint) => stint.reliability({ last: 10, recent: 1 }),
    },
    'reliability of attended sessions': {
      words: ['report', 'reliability', '--attended'],
      call: (stint) => stint.reliability({ isAttended: true }),
    },
    'reliability of files': {
      words: ['report', 'reliability', '--from', 'records.jsonl'],
      call: (_, place) =>
        reportFiles(place, { paths: ['records.jsonl'], last: 100, recent: 30, isAttended: false }),
    },
    concurrency: {
      words: ['report', 'concurrency', '--since', '2h'],
      call: (stint) => stint.concurrency(7_200_000, 60),
    },
    categories: { words: ['report', 'categories'], call: (stint) => stint.categories() },
    audit: { words: ['audit'], call: (stint) => stint.audit({ threshold: 0.25 }) },
    'a repair that writes nothing': {
      words: ['audit', '--fix', '--dry-run'],
      call: (stint) => stint.repair({ threshold: 0.25, isDryRun: true }),
    },
    'a correction that writes nothing': {
      words: ['amend', id, 'outcome=noop', '--why', correction.why, '--dry-run'],
      call: (stint) => stint.previewAmend(correction),
    },
    resumable: { words: ['resume'], call: (stint) => stint.resumable() },
    settings: { words: ['config', 'show'], call: (stint) => stint.settings() },
    'valid settings': { words: ['config', 'validate'], call: (stint) => stint.validateSettings() },
    categoriesToComplete: {
      words: ['completion', '--words', '--', 'run', ''],
      call: (stint) => stint.words('categories', ''),
    },
    sessionsToComplete: {
      words: ['completion', '--words', '--', 'show', failed.slice(0, 3)],
      call: (stint) => stint.words('sessions', failed.slice(0, 3)),
    },
    diagnosis: { words: ['doctor'], call: (_, place) => diagnose(place) },
    hooks: {
      words: ['install', 'claude-code', '--dry-run'],
      call: (_, place) => installHooks(place, { isProject: false, isRemoval: false, isDryRun: true }),
    },
  };
}

/** Without what the machine is busy with: that differs from one moment to the next. */
function withoutMachine(text: string): string {
  return text
    .replace(/"machine": \{[^}]*\}/g, '"machine": {}')
    .replace(/"machine: [^"]*"/g, '"machine"')
    .replace(/[\d.,]+ [kMGT]?B\b/g, 'so much');
}

test('each use case that reads returns what its verb prints as JSON', async () => {
  const project = scratchProject(CONFIG);
  project.write('records.jsonl', `${FOREIGN}\n`);
  const place = placeOf(project);
  const stint = stintAt(place);
  const running = stintAt({ ...place, clock: systemClock });
  const { id } = await running.run({ kind: 'category', category: 'docs' });
  const failed = await running.run({ kind: 'category', category: 'fix' });
  await running.fanout({ seed: 3, top: 5, isRespawned: false, way: 'wait' });
  await running.import({ paths: ['records.jsonl'], isAll: false, repositories: [], isAgain: false });

  const before = process.exitCode;
  for (const [name, { words, call }] of Object.entries(readingCases(id, failed.id))) {
    const end = words.includes('--') ? words.indexOf('--') : words.length;
    const printed = await screenOf(project, CLOCK, ...words.slice(0, end), '--json', ...words.slice(end));
    const returned = `${JSON.stringify(await call(stint, place), null, 2)}\n`;
    expect(withoutMachine(printed), name).toBe(withoutMachine(returned));
    expect(returned.length, name).toBeGreaterThan(3);
  }
  // Verbs such as audit leave one for the end of their process.
  process.exitCode = before;
});

test('the lines of a log and of an export are those that the verbs print', async () => {
  const project = scratchProject(CONFIG);
  const place = placeOf(project);
  const { id } = await stintAt({ ...place, clock: systemClock }).run({ kind: 'category', category: 'fix' });
  const logged: unknown[] = [];
  await stintAt(place).logs({ session: id, isRaw: false, isStderr: true, isFollowed: false }, (line) =>
    logged.push(line),
  );
  expect(logged).toEqual([{ kind: 'output', text: 'no' }]);
  const printed = await screenOf(project, CLOCK, 'logs', id, '--stderr', '--json');
  expect(printed).toBe(logged.map((line) => `${JSON.stringify(line)}\n`).join(''));
  let exported = '';
  await stintAt(place).export({}, async (lines) => void (exported += lines));
  expect(JSON.parse(exported)).toMatchObject({ record: { id } });
  expect(await screenOf(project, CLOCK, 'export')).toBe(exported);
  const file = path.join(project.folder, 'out.jsonl');
  expect(await stintAt(place).exportToFile({}, file)).toEqual({ file, sessions: 1 });
});
