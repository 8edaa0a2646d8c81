import { reliability, type ReliabilityReport } from '../../report/reliability.ts';
import { listRecentFacts } from '../../store/records.ts';
import type { Project } from '../project/project.ts';

/** The reliability report over the newest unattended sessions; or over those that a person steered, or may have. */
export async function reportReliability(
  project: Project,
  last: number,
  recent: number,
  isAttended = false,
): Promise<ReliabilityReport> {
  return reliability(await listRecentFacts(project.store, last, isAttended), recent);
}
