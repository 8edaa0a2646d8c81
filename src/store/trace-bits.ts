import { isByPerson } from '../domain/deliverable.ts';
import { saysOddTimes } from '../domain/impossible-times.ts';
import { SALVAGE_REFS } from '../domain/layout.ts';
import type { SessionRecord } from '../domain/record.ts';

/** What a record names beside its outcome, as bits of `record_facts.traces`. The audit asks git and the outcome about them. */
export const TRACES = {
  /** Files that it changed and did not commit. */
  uncommitted: 1,
  /** Commits, of which none changes anything itself. */
  emptyCommits: 2,
  /** The ref that keeps what it had not committed. The pins of stash entries are a person's to delete. */
  salvage: 4,
  /** A base that is not the name of a git object. */
  oddBase: 8,
  /** A delivery that nothing but commits of a person shows. */
  byPerson: 16,
  /** Lines of its transcript whose times count for nothing. */
  oddTimes: 32,
} as const;

/** The name of an object, by SHA-1 or SHA-256. */
const OBJECT_NAME = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

type Named = Partial<
  Pick<SessionRecord, 'uncommitted' | 'commits' | 'effects' | 'salvage' | 'base' | 'warnings'>
>;

/** @param deliverables how much it delivered, by its column; a damaged body names nothing */
export function traceBits(
  { uncommitted, commits, effects, salvage, base, warnings }: Named,
  deliverables: number,
): number {
  const isSome = (list: unknown): boolean => Array.isArray(list) && list.length > 0;
  return (
    (isSome(uncommitted) ? TRACES.uncommitted : 0) |
    (isSome(commits) && deliverables === 0 ? TRACES.emptyCommits : 0) |
    (typeof salvage === 'string' && salvage.startsWith(SALVAGE_REFS) ? TRACES.salvage : 0) |
    (typeof base === 'string' && !OBJECT_NAME.test(base) ? TRACES.oddBase : 0) |
    (deliverables > 0 && countByPerson(effects) === deliverables ? TRACES.byPerson : 0) |
    (isSome(warnings) && warnings?.some(saysOddTimes) === true ? TRACES.oddTimes : 0)
  );
}

function countByPerson(effects: unknown): number {
  const all: unknown[] = Array.isArray(effects) ? effects : [];
  return all.filter((each) => each instanceof Object && isByPerson(each as SessionRecord['effects'][number]))
    .length;
}
