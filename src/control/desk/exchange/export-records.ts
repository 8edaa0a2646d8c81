import path from 'node:path';
import { atomicWriteParts } from '../../../lib/atomic-write.ts';
import { oneLine } from '../../../lib/plain-text.ts';
import { messageOf, Problem, systemErrorCode } from '../../../lib/problem.ts';
import { recordLine } from '../../../record/exchange-line.ts';
import { type ExportFilter, listStored } from '../../../store/records.ts';
import type { Project } from '../../project/project.ts';

/** Records in memory at once. */
const PART = 200;

/**
 * Every record with its history as lines of JSON, in the order in which they were written, without secrets. An older
 * stint may have stored secrets that only this version recognises; they are taken out too.
 */
export async function* exportRecords(project: Project, filter: ExportFilter): AsyncGenerator<string> {
  let after = 0;
  for (;;) {
    const part = await listStored(project.store, after, PART, filter);
    if (part.length === 0) return;
    const lines = part.map(({ original, amendments }) =>
      recordLine(project.redactor.value({ original, amendments })),
    );
    yield lines.map((line) => `${line}\n`).join('');
    after = part.at(-1)?.seq ?? after;
  }
}

/**
 * The same into a file, which is written as a whole or not at all.
 *
 * @returns how many records
 * @throws Problem `out_unwritable`
 */
export async function exportToFile(project: Project, filter: ExportFilter, file: string): Promise<number> {
  let count = 0;
  async function* counted(): AsyncGenerator<string> {
    for await (const part of exportRecords(project, filter)) {
      count += part.split('\n').length - 1;
      yield part;
    }
  }
  try {
    await atomicWriteParts(file, counted());
  } catch (error) {
    const isMissing = systemErrorCode(error) === 'ENOENT';
    const because = isMissing ? `there is no folder ${oneLine(path.dirname(file), 300)}` : messageOf(error);
    throw new Problem(
      'out_unwritable',
      `${oneLine(file, 300)} cannot be written: ${because}.`,
      isMissing ? 'Make the folder, or name another file with --out.' : 'Name another file with --out.',
      1,
    );
  }
  return count;
}
