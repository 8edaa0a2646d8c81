import { effectiveRecord, type Amendment, type AmendmentStamp } from '../domain/amendment.ts';
import type { StintAuthor } from '../domain/amendment.ts';
import type { SessionRecord } from '../domain/record.ts';

/** Who amends a record when the file that it came from says something else later. */
export const IMPORTER: StintAuthor = 'stint:import';

/** Says by which rules the session was judged, and nothing about the session. */
const RULES: keyof SessionRecord = 'judgeVersion';

/**
 * What an imported record lacks of the same session as it is read now. Compared with what imports said so far, not with
 * the record as it stands: what the audit or a person corrected stays corrected until the file itself changes.
 *
 * @returns null when the record is none that was imported from such a file
 */
export function amendReread(
  original: SessionRecord,
  amendments: readonly Amendment[],
  reread: SessionRecord,
  stamp: Omit<AmendmentStamp, 'who' | 'sessionId'>,
): readonly Amendment[] | null {
  if (original.source !== 'import') return null;
  const said = entriesOf(
    effectiveRecord(
      original,
      amendments.filter(({ who }) => who === IMPORTER),
    ),
  );
  const current = entriesOf(effectiveRecord(original, amendments));
  return Object.entries(reread)
    .filter(([field, to]) => field !== RULES && !isSame(said.get(field), to))
    .map(([field, to]) => ({
      ...stamp,
      sessionId: original.id,
      who: IMPORTER,
      field,
      from: current.get(field) ?? null,
      to: to as unknown,
    }))
    .filter(({ from, to }) => !isSame(from, to));
}

function entriesOf(record: SessionRecord): ReadonlyMap<string, unknown> {
  return new Map<string, unknown>(Object.entries(record));
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}
