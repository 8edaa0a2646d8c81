import { groupRecords } from '../../store/group-records.ts';
import type { Project } from './project.ts';

/**
 * Gives each record its facts and tells how far it is. There is work after an update of stint, and where an older process
 * wrote meanwhile. Facts are right without this call; it makes a long wait heard.
 */
export async function groupFacts({ store, events }: Pick<Project, 'store' | 'events'>): Promise<void> {
  await groupRecords(store, (done, total) => events.emit({ name: 'records.grouped', done, total }));
}
