import type { SessionRecord } from '../domain/record.ts';
import { adviseRetry, type RetryAdvice } from '../domain/retry-advice.ts';
import { listParked } from '../store/accounts.ts';
import type { Project } from './project.ts';

/** What to do about a recorded session, with what this machine knows of its account now. */
export async function adviseOn(
  project: Pick<Project, 'host' | 'clock'>,
  record: SessionRecord,
): Promise<RetryAdvice> {
  const parked = await listParked(project.host, project.clock.now().toISOString());
  return adviseRetry(record, parked.find(({ name }) => name === record.account)?.until ?? null);
}
