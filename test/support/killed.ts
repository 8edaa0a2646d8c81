import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { ScratchProject } from './scratch.ts';
import { endTagged, recordedIds, rowsOf, taggedProcesses, worktreesOf } from './sessions.ts';
import type { StartedStint } from './stint.ts';

export async function killSupervisor(run: StartedStint): Promise<void> {
  run.child.kill('SIGKILL');
  await run.done;
}

/** Whatever a failed test leaves ends with it: only processes that carry the tag of its sessions. */
export function endLeftovers(project: ScratchProject): void {
  onTestFinished(() => endTagged(rowsOf(project).map(({ id }) => id)));
}

/** Every promise is kept once, and nothing of the sessions is left. */
export function expectSettled(project: ScratchProject): void {
  const rows = rowsOf(project);
  const ids = rows.map(({ id }) => id);
  expect(recordedIds(project).toSorted()).toEqual(ids.toSorted());
  expect(rows.filter(({ state }) => state !== 'recorded')).toEqual([]);
  expect(taggedProcesses(ids)).toEqual([]);
  expect(worktreesOf(project)).toEqual([]);
  expect(ids.filter((id) => existsSync(path.join(tmpdir(), `stint-${id}`)))).toEqual([]);
}
