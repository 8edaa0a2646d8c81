import { groupRecords } from '../../store/group-records.ts';
import type { Project } from './project.ts';

/**
 * Gives each record its facts, and reports progress. Records lack facts after an update of stint, and where an older
 * process wrote meanwhile. Reports are right without this call; it explains a long wait.
 */
export async function groupFacts({ store, events }: Pick<Project, 'store' | 'events'>): Promise<void> {
  await groupRecords(store, (done, total) => events.emit({ name: 'records.grouped', done, total }));
}
