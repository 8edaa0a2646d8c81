import type { SessionId } from '../../domain/ids.ts';
import { sessionFiles } from '../../domain/layout.ts';
import type { EarlierUse } from '../../domain/own-use.ts';
import type { Plan } from '../../domain/plan.ts';
import type { EvidenceSources } from '../../evidence/gather-evidence.ts';
import { findOwners } from '../../store/commits.ts';
import { listFactsSince } from '../../store/facts.ts';
import { findRecord } from '../../store/records.ts';
import { findSession, listOpen } from '../../store/sessions.ts';
import type { Project } from '../project/project.ts';
import { checkPlace } from './landing-run.ts';

/** The sources of evidence in a project. */
export function evidenceSources(project: Project): EvidenceSources {
  const { repository, store, layout } = project;
  return {
    repository,
    others: {
      listOpen: async () => (await listOpen(store)).map(({ id }) => id),
      listRecordedSince: async (at) => (await listFactsSince(store, at)).map(({ id }) => id),
      findOwners: (shas) => findOwners(store, repository.commonDir ?? '', shas),
      filesOf: (id) => sessionFiles(layout, id),
    },
    checks: checkPlace(project),
  };
}

/** The sessions that a plan goes on from, newest first. */
export async function listEarlier({ store }: Project, plan: Plan): Promise<EarlierUse[]> {
  const earlier: EarlierUse[] = [];
  const seen = new Set<SessionId>();
  for (let id = plan.resume?.sessionId; id !== undefined && !seen.has(id);) {
    seen.add(id);
    const record = (await findRecord(store, id))?.record;
    if (record) earlier.push({ id, usage: record.usage, costUsd: record.costUsd });
    id = (await findSession(store, id))?.plan.resume?.sessionId;
  }
  return earlier;
}
