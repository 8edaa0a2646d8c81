import { slotName } from '../../domain/ids.ts';
import { categoryLockFile } from '../../domain/layout.ts';
import type { Plan } from '../../domain/plan.ts';
import type { SessionRecord } from '../../domain/record.ts';
import { countOf } from '../../lib/quantities.ts';
import { isLocked } from '../../lib/lock-table.ts';
import { Problem } from '../../lib/problem.ts';
import { planSession, slotSettings, type SlotWork } from '../planning/plan-session.ts';
import type { Project } from '../project/project.ts';
import { runSession, type SessionOptions } from '../session/session.ts';

/** A plan for one-off work, in the first slot until it is known which is free. @throws Problem where no harness can start */
export async function planSlot(project: Project, work: SlotWork): Promise<Plan> {
  return planSession(project, slotSettings(project, work), {
    runType: 'oneoff',
    seed: null,
    promptText: work.prompt,
    runsAs: slotName(1),
  });
}

/**
 * Runs one-off work in the first slot that is free; each slot has a lock of its own, as a category has.
 *
 * @throws Problem `busy` (75) when all are taken
 */
export async function runInSlot(
  project: Project,
  plan: Plan,
  options: SessionOptions,
): Promise<SessionRecord> {
  const { slots } = project.settings().schedule;
  for (let number = 1; number <= slots; number++) {
    const category = slotName(number);
    if (isLocked(categoryLockFile(project.layout, category))) continue;
    try {
      return await runSession(project, { ...plan, category }, options);
    } catch (error) {
      // Somebody was faster: the next one may be free.
      if (!(error instanceof Problem) || error.code !== 'busy') throw error;
    }
  }
  throw new Problem(
    'busy',
    `${slots === 1 ? 'The only slot is' : `All ${countOf(slots, 'slot')} are`} taken.`,
    'Try again when one has ended, or raise schedule.slots; `stint status` shows on what they wait.',
    75,
  );
}
