import { recordLine } from '../../../record/exchange-line.ts';
import { listStored } from '../../../store/records.ts';
import type { Project } from '../../project/project.ts';

export interface ExportFilter {
  /** ISO 8601 UTC: only sessions that started then or later. */
  readonly since?: string;
  readonly category?: string;
}

/** So many records are in memory at once. */
const PART = 200;

/**
 * Every record with its history as lines of JSON, in the order in which they were written, without secrets: also
 * without those that an older stint did not know as such when it wrote them.
 */
export async function* exportRecords(project: Project, filter: ExportFilter): AsyncGenerator<string> {
  let after = 0;
  for (;;) {
    const part = await listStored(project.store, after, PART, filter);
    if (part.length === 0) return;
    yield part.map((each) => `${recordLine(project.redactor.value(each))}\n`).join('');
    after = part.at(-1)?.seq ?? after;
  }
}
