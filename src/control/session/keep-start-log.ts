import { renameSync } from 'node:fs';
import { sessionFiles, startLog } from '../../domain/layout.ts';
import type { SessionId } from '../../domain/ids.ts';
import { messageOf, systemErrorCode } from '../../lib/problem.ts';
import { tellTrouble } from '../project/event-stream.ts';
import type { Project } from '../project/project.ts';

/**
 * Moves what a released process has printed so far into the folder of its session, which has begun; the open file goes
 * on. Most sessions have no such log: their supervisor prints to a terminal.
 */
export function keepStartLog(project: Project, id: SessionId): void {
  try {
    renameSync(startLog(project.layout, id), sessionFiles(project.layout, id).supervisorLog);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return;
    // The session is promised: a log in the wrong place must not keep it from its record.
    tellTrouble(project, `the start log of session ${id} stays where it is: ${messageOf(error)}`);
  }
}
