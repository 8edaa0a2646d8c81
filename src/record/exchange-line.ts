import { z } from 'zod';
import { effectiveRecord, type Amendment } from '../domain/amendment.ts';
import type { SessionRecord } from '../domain/record.ts';
import { recordSchema, sessionIdSchema, timeSchema } from '../domain/record-schema.ts';

// stint's own format of exchange, docs/interchange.md: what `export` writes, what `records.mirror` appends, and what
// `import` reads of both.

/** Goes up when an older stint could no longer read what a newer one writes. */
export const EXCHANGE_VERSION = 1;

const RECORD = 'stint-record';
const AMENDMENT = 'stint-amendment';

/** A record with all that was amended. */
export interface ExchangedRecord {
  readonly original: SessionRecord;
  readonly amendments: readonly Amendment[];
}

export type ExchangeLine =
  | { readonly kind: 'record'; readonly exchanged: ExchangedRecord }
  | { readonly kind: 'amendment'; readonly amendment: Amendment }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** `record` is as it stands; as first written it stands beside that only where the two differ. */
export function recordLine({ original, amendments }: ExchangedRecord): string {
  const head = { format: RECORD, version: EXCHANGE_VERSION };
  if (amendments.length === 0) return JSON.stringify({ ...head, record: original, amendments });
  return JSON.stringify({ ...head, record: effectiveRecord(original, amendments), original, amendments });
}

export function amendmentLine(amendment: Amendment): string {
  return JSON.stringify({ format: AMENDMENT, version: EXCHANGE_VERSION, amendment });
}

/** Whether an object says that it is a line of this format, of whatever version. */
export function isExchangeLine(object: { readonly [key: string]: unknown }): boolean {
  return object['format'] === RECORD || object['format'] === AMENDMENT;
}

/** Reads one line. What comes from a file is not trusted: every field is checked. */
export function readExchangeLine(object: { readonly [key: string]: unknown }): ExchangeLine {
  const { version } = object;
  if (version !== EXCHANGE_VERSION)
    return {
      kind: 'unreadable',
      reason: `version: expected ${EXCHANGE_VERSION}, received ${JSON.stringify(version) ?? 'none'}`,
    };
  // Checked, and then taken as it is: what a newer stint has added, and the order of keys, come through.
  const parsed = lineSchema.safeParse(object);
  if (!parsed.success) return { kind: 'unreadable', reason: describeFirst(parsed.error) };
  const line = object as unknown as z.output<typeof lineSchema>;
  if (line.format === AMENDMENT) return { kind: 'amendment', amendment: line.amendment };
  const original = line.original ?? line.record;
  const { id } = original;
  if (line.record.id !== id || line.amendments.some(({ sessionId }) => sessionId !== id))
    return { kind: 'unreadable', reason: `it mixes ${id} with another session` };
  return { kind: 'record', exchanged: { original, amendments: line.amendments } };
}

/** Those of `incoming` that a record does not have yet. Nothing is taken away: what happened here stays. */
export function missingAmendments(
  known: readonly Amendment[],
  incoming: readonly Amendment[],
): readonly Amendment[] {
  const has = new Set(known.map((each) => amendmentLine(each)));
  return incoming.filter((each) => !has.has(amendmentLine(each)));
}

/** The first thing that is wrong, and where. */
function describeFirst({ issues }: z.ZodError): string {
  const [first] = issues.map(({ path, message }) => {
    const what = message.replace(/Invalid (input|option): /, '');
    return `${path.map(String).join('.')}: ${what}`;
  });
  return String(first);
}

const present = z.unknown().refine((value) => value !== undefined, 'expected a value');

/** What may be amended: a field that records have, but for what names them; to what that field may hold. */
const amendmentSchema = z
  .looseObject({
    sessionId: sessionIdSchema,
    at: timeSchema,
    who: z.string(),
    why: z.string(),
    field: recordSchema.keyof().exclude(['id', 'source']),
    from: present,
    to: present,
  })
  .superRefine(({ field, to }, context) => {
    const { error } = recordSchema.shape[field].safeParse(to);
    if (error) context.addIssue(`to: ${describeFirst(error)}`);
  }) satisfies z.ZodType<Amendment>;

const lineSchema = z.discriminatedUnion('format', [
  z.looseObject({
    format: z.literal(RECORD),
    record: recordSchema,
    original: recordSchema.optional(),
    amendments: z.array(amendmentSchema),
  }),
  z.looseObject({ format: z.literal(AMENDMENT), amendment: amendmentSchema }),
]);
