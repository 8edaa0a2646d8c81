import { makePlan, requireCategory, requireHarness } from '../../src/control/planning/make-plan.ts';
import { openProject } from '../../src/control/project.ts';
import { runSession } from '../../src/control/session/session.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import { systemClock, type Clock } from '../../src/lib/clock.ts';
import type { ScratchProject } from './scratch.ts';

/** A clock whose sleeps of exactly so long are over as soon as something has happened. */
export function clockThatSkips(ms: number, until: () => Promise<unknown>): Clock {
  return {
    ...systemClock,
    sleep: async (given, signal) => {
      if (given === ms) await until();
      else await systemClock.sleep(given, signal);
    },
  };
}

/** Runs one session of the harness `script` in this process, with a clock of the test's own. */
export async function runInProcess(
  project: ScratchProject,
  category: string,
  clock: Clock,
): Promise<{ record: SessionRecord; troubles: string[] }> {
  const opened = await openProject({ folder: project.folder, env: project.env, clock, access: 'write' });
  try {
    const settings = opened.settings();
    const harness = requireHarness(settings, 'script');
    const arm = { seed: 0, harness: harness.name, model: null, candidates: [] };
    const options = { runType: 'manual', seed: null, arm } as const;
    const troubles: string[] = [];
    const record = await runSession(
      opened,
      makePlan(settings, requireCategory(settings, category), options),
      {
        cancelled: new AbortController().signal,
        onProgress: () => undefined,
        onTrouble: (sentence) => troubles.push(sentence),
      },
    );
    return { record, troubles };
  } finally {
    await opened.close();
  }
}
