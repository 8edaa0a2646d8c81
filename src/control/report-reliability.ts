import { reliability, type ReliabilityReport } from '../report/reliability.ts';
import { listRecentFacts } from '../store/records.ts';
import type { Project } from './project.ts';

/** The reliability report over the newest unattended sessions. */
export async function reportReliability(
  project: Project,
  last: number,
  recent: number,
): Promise<ReliabilityReport> {
  return reliability(await listRecentFacts(project.store, last), recent);
}
