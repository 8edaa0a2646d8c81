import type { Plan } from '../../domain/plan.ts';
import type { SessionRecord } from '../../domain/record.ts';
import { oneLine } from '../../lib/plain-text.ts';
import { seededRandom, seedFromName } from '../../lib/random.ts';
import { failuresInARow, FAILURES_TO_PARK, harnessSign } from '../../plan/failures-in-a-row.ts';
import { park, releaseProbe } from '../../plan/park.ts';
import { listHarnessEnds } from '../../store/harness-ends.ts';
import { harnessKey } from './parking-keys.ts';
import { changeAndTell } from './change-and-tell.ts';
import type { Project } from '../project/project.ts';

/** Ends that say nothing stand between; with more of them in a row there is no row. */
const LOOKED_AT = 20;

/**
 * Parks a harness whose last sessions failed in the same way, and opens it for one that did its part. Called with the
 * record stored; calling it again changes nothing.
 */
export async function noteHarness(project: Project, plan: Plan, record: SessionRecord): Promise<void> {
  if (plan.harnessSettings.type === 'wrap') return;
  const key = harnessKey(project, plan.harness);
  const sign = harnessSign(record);
  const row = failuresInARow(await listHarnessEnds(project.store, plan.harness, LOOKED_AT));
  await changeAndTell(project, key, (before) => {
    if (sign.kind === 'well') return null;
    const isProbe = before?.probe?.sessionId === record.id;
    const isEnough = isProbe || (row?.count ?? 0) >= FAILURES_TO_PARK;
    if (sign.kind === 'silent' || !isEnough) return releaseProbe(before, record.id);
    const refusal = {
      cause: 'failing' as const,
      reason: oneLine(`${row?.count ?? 1} in a row ended so: ${sign.words}`, 300),
      resetsAt: null,
      at: new Date(record.endedAt),
      sessionId: record.id,
      repository: project.repository.top,
      credentials: null,
    };
    return park(before, key, refusal, seededRandom(seedFromName(record.id)));
  });
}
