import type { SessionRecord } from '../../../domain/record.ts';
import { adviseRetry, type RetryAdvice } from '../../../domain/retry-advice.ts';
import { listParkings } from '../../../store/parkings.ts';
import { findSession } from '../../../store/sessions.ts';
import type { Project } from '../../project/project.ts';

/** What to do about a recorded session, with what this machine knows of its account now. */
export async function adviseOn(
  project: Pick<Project, 'store' | 'host'>,
  record: SessionRecord,
): Promise<RetryAdvice> {
  const session = await findSession(project.store, record.id);
  const parkings = await listParkings(project.host);
  const parked = parkings.find(
    ({ kind, name }) => kind === 'account' && name === (session?.plan.accountId ?? record.account),
  );
  return adviseRetry(record, parked?.until ?? null);
}
