import { isByPersonAlone } from './deliverable.ts';
import type { FailureMode } from './failure-mode.ts';
import type { CategoryName, SessionId } from './ids.ts';
import { leakFacts, type RunType, type SessionRecord } from './record.ts';
import type { Outcome } from './record-words.ts';

/** A combination that many sessions share. The store keeps each once, and reports count sessions by it. */
export interface SessionGroup {
  readonly category: CategoryName;
  readonly harness: string;
  /** The model that answered, by the transcript; null where it is not known. */
  readonly model: string | null;
  /** The model that was asked for; null is the CLI's own default. */
  readonly modelAsked: string | null;
  readonly runType: RunType;
  readonly attended: string;
  /** How the record came here. A record that a run elsewhere made is `import` here. */
  readonly source: string;
  readonly outcome: Outcome;
  readonly failureModes: readonly FailureMode[];
  readonly feedsBelief: boolean;
  /** Whether a cgroup named every process; null where no agent was started here. */
  readonly isContained: boolean | null;
}

/** The numbers that one session adds to its group. */
export interface OwnFacts {
  readonly grade: number | null;
  /** Processes that had to be ended after the agent itself was gone. */
  readonly leftoverCount: number;
  /** Processes that could not be ended. */
  readonly survivorCount: number;
}

/** The part of a record, as it stands, from which reports and beliefs are made. */
export interface RecordFacts extends SessionGroup, OwnFacts {
  readonly id: SessionId;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  readonly endedAt: string;
  /** Nothing but commits of a person shows that it delivered: its grade is not the agent's alone. */
  readonly isByPerson: boolean;
}

/** The facts of a record that was read from a file. */
export function factsOf(record: SessionRecord): RecordFacts {
  const { id, category, harness, model, modelAsked, runType, attended, source, outcome } = record;
  const { failureModes, feedsBelief, grade, startedAt, endedAt } = record;
  const group = { category, harness, model, modelAsked, runType, attended, source, outcome };
  const isByPerson = isByPersonAlone(record.commitDetails, record.effects);
  const own = { failureModes, feedsBelief, grade, startedAt, endedAt, isByPerson };
  return { id, ...group, ...own, ...leakFacts(record) };
}
