import type { Bookmark } from '../../../store/imports.ts';
import type { ImportTally } from './import-tally.ts';

/** Goes up when an older stint read less of the same file: then what is remembered of it does not hold. */
export const RECORDS_READER = 1;

/**
 * Tells a file of records that did not change as it was told when it was read. Loads nothing that reads files: an import
 * with nothing new is done in a moment.
 *
 * @returns false where it was none
 */
export function recallRecords(file: string, bookmark: Bookmark, tally: ImportTally): boolean {
  if (!bookmark.format.startsWith(`${RECORDS_READER}:`)) return false;
  tally.begin(file, bookmark.tally);
  tally.skip();
  return true;
}
