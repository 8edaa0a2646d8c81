import { sessionFiles } from '../../domain/layout.ts';
import { messageOf } from '../../lib/problem.ts';
import { outerEnvironment } from '../../run/session-environment.ts';
import { listTemporaries, removeTemporary } from '../../run/session-temporary.ts';
import { findRecord } from '../../store/records.ts';
import type { EndedSession } from '../custody/session-life.ts';
import { tellTrouble } from '../project/event-stream.ts';
import type { Project } from '../project/project.ts';

/** Removes the temporary folder of a session that has ended. @returns warnings for its record */
export async function clearTemporary({ id, files, ended }: EndedSession): Promise<string[]> {
  try {
    const kept = await removeTemporary(id, files, ended.survivors);
    return kept === null ? [] : [`its temporary folder ${kept.folder} is kept: ${kept.because}`];
  } catch (error) {
    // A shortage of the machine: the session gets its record all the same.
    return [`its temporary folder may still be there: ${messageOf(error)}`];
  }
}

/** Removes the temporary folders of recorded sessions that had to stay, once nothing stands in them any more. */
export async function clearStaleTemporaries(project: Project): Promise<void> {
  for (const id of listTemporaries(outerEnvironment(project.env))) {
    if (!(await findRecord(project.store, id))) continue;
    await removeTemporary(id, sessionFiles(project.layout, id)).catch((error: unknown) =>
      tellTrouble(project, `the temporary folder of session ${id} stays: ${messageOf(error)}`),
    );
  }
}
