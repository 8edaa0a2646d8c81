import { makePlan, requireCategory, requireHarness } from '../../src/control/planning/make-plan.ts';
import { openProject } from '../../src/control/project/project.ts';
import { runSession } from '../../src/control/session/session.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import { systemClock, type Clock } from '../../src/lib/clock.ts';
import type { ScratchProject } from './scratch.ts';
import { waitUntil } from './wait-until.ts';

/** A clock whose sleeps of exactly so long are over as soon as something has happened; the time has passed then. */
export function clockThatSkips(ms: number, until: () => Promise<unknown>): Clock {
  return clockThatSkipsAll((given) => given === ms, until);
}

function clockThatSkipsAll(
  isSkipped: (ms: number) => boolean,
  until: (signal?: AbortSignal) => Promise<unknown>,
): Clock {
  let skippedMs = 0;
  return {
    ...systemClock,
    monotonicMs: () => systemClock.monotonicMs() + skippedMs,
    sleep: async (ms, signal) => {
      if (!isSkipped(ms)) return systemClock.sleep(ms, signal);
      await until(signal);
      if (!signal?.aborted) skippedMs += ms;
    },
  };
}

/** Limits of a session that looks every ten seconds: with `clockThatRuns` it reaches them by what happens, not by waiting. */
export const RUNNING = { sample: '10s', grace: '500ms', finishing: '1m' };

/**
 * A clock for `RUNNING`: before each look it waits until time may pass; then ten seconds have passed, or what a limit leaves of
 * them. What wakes the sleeper, such as the end of the agent, needs no time. Longer sleeps are limits of other things, which
 * stay as they are.
 */
export function clockThatRuns(mayPass: () => boolean): Clock {
  const isLook = (ms: number): boolean => ms > 1000 && ms <= 10_000;
  return clockThatSkipsAll(isLook, (signal) =>
    waitUntil('time may pass', () => signal?.aborted === true || mayPass()),
  );
}

/** Runs one session in this process, with a clock of the test's own. */
export async function runInProcess(
  project: ScratchProject,
  category: string,
  clock: Clock,
  agent = 'script',
): Promise<{ record: SessionRecord; troubles: string[] }> {
  const opened = await openProject({ folder: project.folder, env: project.env, clock, access: 'write' });
  try {
    const settings = opened.settings();
    const harness = requireHarness(settings, agent);
    const arm = { seed: 0, harness: harness.name, model: null, candidates: [] };
    const options = { runType: 'manual', seed: null, arm } as const;
    const troubles: string[] = [];
    opened.events.subscribe((event) => event.name === 'trouble.met' && troubles.push(event.sentence));
    const record = await runSession(
      opened,
      makePlan(settings, requireCategory(settings, category), options),
      { cancelled: new AbortController().signal },
    );
    return { record, troubles };
  } finally {
    await opened.close();
  }
}
