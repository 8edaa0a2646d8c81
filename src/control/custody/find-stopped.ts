import type { CategoryName, SessionId } from '../../domain/ids.ts';
import { categoryLockFile, sessionFiles } from '../../domain/layout.ts';
import {
  isAlive,
  isStopped,
  readProcess,
  readProcessTable,
  withDescendants,
} from '../../lib/process-table.ts';
import { isSameProcessAlive } from '../../lib/send-signal.ts';
import { readHolder } from '../../run/category-lock.ts';
import { readIdentity } from '../../run/start-agent.ts';
import type { Project } from '../project/project.ts';

/** A process that a signal or a debugger has stopped. A `tool` is what the agent started. */
export interface StoppedProcess {
  readonly who: 'supervisor' | 'shim' | 'agent' | 'tool';
  readonly pid: number;
}

/** The processes of a session that are stopped now, its supervisor first. */
export function findStopped(
  { layout }: Pick<Project, 'layout'>,
  { id, category }: { readonly id: SessionId; readonly category: CategoryName },
): StoppedProcess[] {
  const taker = readHolder(categoryLockFile(layout, category));
  const isSupervisor = taker?.sessionId === id && isSameProcessAlive(taker.taker);
  const supervisor = isSupervisor ? readProcess(taker.taker.pid) : null;
  const below = stoppedBelow(sessionFiles(layout, id));
  return supervisor && isStopped(supervisor) ? [{ who: 'supervisor', pid: supervisor.pid }, ...below] : below;
}

function stoppedBelow(files: ReturnType<typeof sessionFiles>): StoppedProcess[] {
  const shim = readIdentity(files);
  if (!shim || !isSameProcessAlive(shim)) return [];
  const { processes, children } = readProcessTable();
  return withDescendants(processes, new Set([shim.pid]), children)
    .filter((info) => isAlive(info) && isStopped(info))
    .map(({ pid, ppid }) => ({ pid, who: pid === shim.pid ? 'shim' : ppid === shim.pid ? 'agent' : 'tool' }));
}
