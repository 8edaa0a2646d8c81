import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Belief } from '../../domain/belief.ts';
import type { StintEvent } from '../../domain/event.ts';
import type { Plan } from '../../domain/plan.ts';
import type { SessionRecord } from '../../domain/record.ts';
import { listDescendants } from '../../git/names.ts';
import type { Clock } from '../../lib/clock.ts';
import type { ReliabilityReport } from '../../report/reliability.ts';
import { listParkedNow, type ParkedNow } from '../custody/parkings.ts';
import { reportReliability } from '../desk/reports.ts';
import { fanout } from '../loop/start-several.ts';
import { planArm, requireHarness } from '../planning/make-plan.ts';
import { readBeliefs } from '../planning/read-beliefs.ts';
import { type OpenOptions, openProject, type Project } from '../project/project.ts';
import { type DemoAudit, playAudit } from './demo-audit.ts';
import { createDemoProject } from './demo-project.ts';
import { type Scene, SCENES } from './demo-scenes.ts';

export interface DemoOptions {
  readonly seed: number;
  readonly isKept: boolean;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly clock: Clock;
  readonly cancelled: AbortSignal;
  /** Hears the events of the day; each `plan.chosen` begins a round. */
  readonly listener: (event: StintEvent) => void;
}

/** One session of the day: what was scripted, what was recorded, and whether they agree. */
export interface PlayedScene {
  readonly ordinal: number;
  readonly scene: Scene;
  readonly record: SessionRecord;
  readonly isRight: boolean;
}

export interface DemoResult {
  readonly seed: number;
  /** The repository, null when it was removed. */
  readonly folder: string | null;
  readonly rounds: number;
  readonly played: readonly PlayedScene[];
  /** Commits on the repository's branches beside the first, and how many of them the records name. */
  readonly commits: { readonly inGit: number; readonly inRecords: number; readonly isEqual: boolean };
  readonly report: ReliabilityReport;
  readonly beliefs: readonly Belief[];
  readonly parked: readonly ParkedNow[];
  /** Of a small imported history beside the day, with one lie that was planted there. */
  readonly audit: DemoAudit;
  readonly isRight: boolean;
}

type DemoDay = Omit<DemoResult, 'audit'>;

/** A draw can leave every category below zero; then another round draws again. */
const MOST_ROUNDS = 30;

/** Plays a day of sessions on a scratch repository with real processes and real git, and compares what was recorded with what was scripted. */
export async function playDemo(options: DemoOptions): Promise<DemoResult> {
  const scratch = realpathSync(mkdtempSync(path.join(tmpdir(), 'stint-demo-')));
  try {
    const folder = path.join(scratch, 'project');
    await createDemoProject(folder);
    const env = demoEnvironment(options.env, scratch);
    const place: OpenOptions = { folder, env, clock: options.clock, access: 'write' };
    const project = await openProject(place);
    project.events.subscribe(options.listener);
    let day: DemoDay;
    try {
      day = await playDay(project, options, folder);
    } finally {
      await project.close();
    }
    const audit = await playAudit(place, path.join(scratch, 'history'));
    return { ...day, audit, isRight: day.isRight && audit.isRight };
  } finally {
    if (!options.isKept) rmSync(scratch, { recursive: true, force: true });
  }
}

/** Nothing of the user's own: not the machine's parked accounts, not an outer session, not their git settings. */
function demoEnvironment(env: Readonly<NodeJS.ProcessEnv>, scratch: string): NodeJS.ProcessEnv {
  const clean = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('STINT_')));
  return {
    ...clean,
    XDG_STATE_HOME: path.join(scratch, 'state'),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
  };
}

async function playDay(project: Project, options: DemoOptions, folder: string): Promise<DemoDay> {
  const scenes = new Map<string, { ordinal: number; scene: Scene }>();
  const played: PlayedScene[] = [];
  let next = 0;
  let round = 0;
  project.events.subscribe((event) => {
    const role = event.name === 'record.written' && scenes.get(event.record.category);
    if (!role) return;
    const { story } = role.scene;
    const isRight = isAsScripted(event.record, role.scene);
    project.events.emit({ name: 'demo.played', record: event.record, story, isRight });
  });
  while (next < SCENES.length && round < MOST_ROUNDS && !options.cancelled.aborted) {
    round++;
    const base = next;
    const result = await fanout(project, {
      seed: options.seed + round,
      top: Math.min(6, SCENES.length - base),
      random: () => 0,
      cancelled: options.cancelled,
      adjust: (plan, index) => {
        const ordinal = base + index;
        const scene = SCENES[ordinal];
        if (!scene) return plan;
        next = Math.max(next, ordinal + 1);
        scenes.set(plan.category, { ordinal, scene });
        return castScene(project, plan, scene);
      },
    });
    for (const record of result.spawned) {
      const role = scenes.get(record.category);
      if (role) played.push({ ...role, record, isRight: isAsScripted(record, role.scene) });
    }
    if (result.skipped.length > 0) break; // Nobody else works here: a lock that is busy is a defect to be shown.
  }
  return summarize(project, options, folder, round, played);
}

function castScene(project: Project, plan: Plan, scene: Scene): Plan {
  const harness = requireHarness(project.settings(), scene.harness);
  const prompt = `${plan.prompt}\nScene: ${scene.name}\n`;
  return { ...plan, ...planArm(harness, harness.models[0] ?? null, null), prompt };
}

function isAsScripted(record: SessionRecord, scene: Scene): boolean {
  return (
    record.outcome === scene.outcome &&
    record.failureModes.toSorted().join() === scene.modes.toSorted().join()
  );
}

async function summarize(
  project: Project,
  options: DemoOptions,
  folder: string,
  rounds: number,
  played: readonly PlayedScene[],
): Promise<DemoDay> {
  const inGit = new Set(await listDescendants(folder));
  const inRecords = new Set(played.flatMap(({ record }) => record.commits));
  const isEqual = inGit.size === inRecords.size && [...inGit].every((sha) => inRecords.has(sha));
  const parked = await listParkedNow(project);
  return {
    seed: options.seed,
    folder: options.isKept ? folder : null,
    rounds,
    played: played.toSorted((a, b) => a.ordinal - b.ordinal),
    commits: { inGit: inGit.size, inRecords: inRecords.size, isEqual },
    report: await reportReliability(project, { recent: 12 }),
    beliefs: [...(await readBeliefs(project)).values()],
    parked,
    isRight:
      isEqual &&
      played.length === SCENES.length &&
      played.every(({ isRight }) => isRight) &&
      parked.map(({ name }) => name).join() === 'spare',
  };
}
