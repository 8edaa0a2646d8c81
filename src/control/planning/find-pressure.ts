import { isSlotName } from '../../domain/ids.ts';
import { readMachineUse } from '../../lib/machine-use.ts';
import { countOf } from '../../lib/quantities.ts';
import { findFull } from '../../plan/admission.ts';
import { findRunning, type RunningSource } from '../custody/open-sessions.ts';
import type { Project } from '../project/project.ts';

export type PressureSource = RunningSource & Pick<Project, 'settings'>;

/** Why nothing that is chosen may start now, whatever there is to do. Who names a category decides alone, and is told. */
export async function findPressure(project: PressureSource): Promise<string[]> {
  const { admission, schedule } = project.settings();
  const full = findFull({ machine: readMachineUse(stateFolders(project)), admission });
  const running = await findRunning(project);
  const size = [...running.keys()].filter((name) => !isSlotName(name)).length;
  return size < schedule.maxConcurrent
    ? full
    : [...full, `${countOf(size, 'session')} running (schedule.maxConcurrent is ${schedule.maxConcurrent})`];
}

/** Where sessions write. */
export function stateFolders({ layout }: Pick<Project, 'layout'>): string[] {
  return [layout.folder, layout.worktrees];
}
