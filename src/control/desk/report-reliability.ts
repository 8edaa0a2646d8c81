import { ReliabilityTally, type ReliabilityReport } from '../../report/reliability.ts';
import { visitRecent } from '../../store/facts.ts';
import { groupFacts } from '../project/group-facts.ts';
import type { Project } from '../project/project.ts';

/** The reliability report over the newest unattended sessions; or over those that a person steered, or may have. */
export async function reportReliability(
  project: Project,
  last: number,
  recent: number,
  isAttended = false,
): Promise<ReliabilityReport> {
  await groupFacts(project);
  const tally = new ReliabilityTally(recent);
  await visitRecent(project.store, last, isAttended, (group, own) => tally.add(group, own));
  return tally.report();
}
