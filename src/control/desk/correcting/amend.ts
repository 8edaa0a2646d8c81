import {
  effectiveRecord,
  listChanges,
  type Amendment,
  type AmendmentStamp,
  type Correction,
  type LaterFacts,
  type StintAuthor,
} from '../../../domain/amendment.ts';
import type { Evidence } from '../../../domain/evidence.ts';
import type { SessionId } from '../../../domain/ids.ts';
import type { SessionRecord } from '../../../domain/record.ts';
import type { SaidVerdict } from '../../../judge/correct-verdict.ts';
import { Problem } from '../../../lib/problem.ts';
import type { RecordHistory } from '../../../store/amendment-rows.ts';
import { insertAmendments } from '../../../store/amendments.ts';
import { insertOwners, ownedCommits } from '../../../store/commits.ts';
import { findRecord } from '../../../store/records.ts';
import type { Project } from '../../project/project.ts';
import { readStoredEvidence } from './stored-evidence.ts';

/** A correction to make. Sessions are named by the first letters of their id, times are ISO 8601 UTC. */
export type AmendRequest =
  /** A person's own values for one session. */
  | {
      readonly kind: 'said';
      readonly session: string;
      readonly verdict: SaidVerdict;
      readonly facts: LaterFacts;
      readonly why: string;
    }
  /** Judges again what an older judge judged: one session, those that started since, or all. */
  | { readonly kind: 'rejudge'; readonly session?: string | undefined; readonly since?: string | undefined }
  /** Takes in later news: reverts, pull requests, issues, CI. */
  | { readonly kind: 'delayed'; readonly since?: string | undefined };

/** A correction of one record that is not written yet: who, why, and what it becomes as it stands then. */
export interface Proposal {
  readonly stamp: AmendmentStamp;
  readonly decide: (record: SessionRecord) => Correction;
}

export interface Proposed {
  readonly proposals: readonly Proposal[];
  /** Sessions that stay as they are, and why. */
  readonly left: readonly { readonly id: SessionId; readonly because: string }[];
}

/** Corrections that stint makes of itself. @param consider gives null where a record stays as it is */
export async function proposeEach(
  { store, clock }: Pick<Project, 'store' | 'clock'>,
  who: StintAuthor,
  ids: Iterable<SessionId>,
  consider: (
    history: RecordHistory,
    evidence: Evidence | null,
  ) => (Pick<AmendmentStamp, 'why'> & Pick<Proposal, 'decide'>) | null,
): Promise<Proposal[]> {
  const at = clock.now().toISOString();
  const proposals: Proposal[] = [];
  for (const sessionId of ids) {
    const history = await findRecord(store, sessionId);
    const found = history && consider(history, await readStoredEvidence(store, sessionId));
    if (found) proposals.push({ stamp: { sessionId, at, who, why: found.why }, decide: found.decide });
  }
  return proposals;
}

/** What a proposal changes, and the record after it. */
export interface AmendedSession {
  readonly id: SessionId;
  readonly amendments: readonly Amendment[];
  readonly record: SessionRecord;
}

/**
 * What proposals change; sessions in which they change nothing are left out. Each is written in a transaction of its own
 * and decided anew in it: amendments that others made meanwhile count.
 *
 * @param isWritten false only says what they would change
 * @throws Problem `not_recorded` for a session without a record
 */
export async function amend(
  { store, repository, events }: Pick<Project, 'store' | 'repository' | 'events'>,
  proposals: readonly Proposal[],
  isWritten: boolean,
): Promise<AmendedSession[]> {
  const amended: AmendedSession[] = [];
  for (const { stamp, decide } of proposals) {
    const id = stamp.sessionId;
    const written = isWritten ? await insertAmendments(store, stamp, decide) : [];
    const history = await findRecord(store, id);
    if (!history || !written) throw notRecorded(id);
    const { record } = history;
    const amendments = isWritten ? written : listChanges(record, decide(record), stamp);
    if (amendments.length === 0) continue;
    amended.push({ id, amendments, record: isWritten ? record : effectiveRecord(record, amendments) });
    if (!isWritten) continue;
    if (amendments.some(({ field }) => field === 'commitDetails' || field === 'landing'))
      await insertOwners(store, repository.commonDir ?? '', id, ownedCommits(record));
    events.emit({ name: 'record.amended', sessionId: id, amendments });
  }
  return amended;
}

function notRecorded(id: SessionId): Problem {
  return new Problem(
    'not_recorded',
    `Session ${id} has no record yet.`,
    'Amend it when it has ended; see `stint status`.',
    1,
  );
}
