import type { SessionId } from './ids.ts';
import type { SessionRecord, Judgement } from './record.ts';
import type { Verdict } from './verdict.ts';

/** A later correction of one field. The record as first written stays readable. */
export interface Amendment {
  readonly sessionId: SessionId;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly who: string;
  readonly why: string;
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** What became known later, by the record's fields; what was decided about them is the judge's. */
export type LaterFacts = Partial<Omit<SessionRecord, keyof Judgement | 'id' | 'source'>>;

/** What a record becomes: other facts, another verdict, or both. */
export interface Correction {
  readonly facts?: LaterFacts;
  readonly verdict?: Verdict;
}

/** Who corrects, why and when; the same for every field that changes. */
export interface AmendmentStamp {
  readonly sessionId: SessionId;
  readonly at: string;
  readonly who: string;
  readonly why: string;
}

/** One amendment for each field that a correction changes, none where the record says so already. */
export function listChanges(
  record: SessionRecord,
  correction: Correction,
  stamp: AmendmentStamp,
): Amendment[] {
  const before: Readonly<Record<string, unknown>> = { ...record };
  return Object.entries({ ...correction.facts, ...correction.verdict })
    .map(([field, to]) => ({ ...stamp, field, from: before[field] ?? null, to: to ?? null }))
    .filter(({ from, to }) => JSON.stringify(from) !== JSON.stringify(to));
}

/** Who amends when nobody is asked: what stint itself found out. */
export type StintAuthor =
  'stint:audit' | 'stint:delayed' | 'stint:import' | 'stint:judge' | 'stint:land' | 'stint:session';

/** Whether a person has said what the verdict is. Then no program says otherwise. */
export function isCorrectedByPerson(amendments: readonly Amendment[]): boolean {
  return amendments.some(({ who, field }) => VERDICT_FIELDS.has(field) && !who.startsWith('stint:'));
}

const VERDICT_FIELDS: ReadonlySet<string> = new Set([
  'outcome',
  'grade',
  'failureModes',
] satisfies (keyof Judgement)[]);

/** A record with its amendments applied in order. */
export function effectiveRecord(record: SessionRecord, amendments: readonly Amendment[]): SessionRecord {
  return amendments.reduce<SessionRecord>((current, each) => ({ ...current, [each.field]: each.to }), record);
}
