import { gitTry } from '../lib/git.ts';
import { startOfDay, summarizeDay, type DaySummary } from '../report/day.ts';
import { listParked, type ParkedAccount } from '../store/accounts.ts';
import { listFactsSince } from '../store/records.ts';
import { listOpenSessions, type OpenSession } from './open-sessions.ts';
import type { Project } from './project.ts';

/** What a person wants to know at a glance. Reads only. */
export async function readStatusNow(
  project: Project,
): Promise<{ today: DaySummary; running: OpenSession[]; parked: ParkedAccount[]; branches: string[] }> {
  const now = project.clock.now();
  const today = summarizeDay(await listFactsSince(project.store, startOfDay(now).toISOString()));
  const branches = await gitTry(project.repository.top, [
    'for-each-ref',
    '--format=%(refname:short)',
    '--no-merged',
    'HEAD',
    'refs/heads/stint/',
  ]);
  return {
    today,
    running: await listOpenSessions(project),
    parked: await listParked(project.host, now.toISOString()),
    branches: (branches ?? '').split('\n').filter((name) => name !== ''),
  };
}
