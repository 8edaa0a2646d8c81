import type { Evidence } from '../../domain/evidence.ts';
import type { AcceptedFinding } from '../../domain/finding.ts';
import { concerns } from '../../domain/parking.ts';
import type { SessionRecord } from '../../domain/record.ts';
import { adviseRetry, type RetryAdvice } from '../../domain/retry-advice.ts';
import { listAccepted } from '../../store/accepted-findings.ts';
import { findEvidence } from '../../store/evidence.ts';
import { listSources } from '../../store/import-batches.ts';
import { listParkings } from '../../store/parkings.ts';
import type { RecordHistory } from '../../store/amendment-rows.ts';
import { findRecord } from '../../store/records.ts';
import { findSession } from '../../store/sessions.ts';
import { describeOpenSession, type OpenSession, requireSession } from '../custody/find-sessions.ts';
import type { Project } from '../project/project.ts';

/** A record with advice for the next step. */
export interface ShownRecord extends SessionRecord {
  readonly retry: RetryAdvice;
  /** Only where the verdict is to be explained; null when no evidence is stored. */
  readonly evidence?: Evidence | null;
  /** Only of an imported session: the files that it was read from, as far as they are remembered. */
  readonly files?: readonly string[];
}

/** The record as first written, each amendment, and the findings of the audit that a person has accepted. */
export interface ShownHistory extends RecordHistory {
  readonly accepted: readonly AcceptedFinding[];
}

/** One session: its record, or how it stands while it has none. */
export async function showSession(
  project: Project,
  prefix: string,
  isWhy: boolean,
): Promise<ShownRecord | OpenSession> {
  const id = await requireSession(project, prefix);
  const history = await findRecord(project.store, id);
  if (!history) return describeOpenSession(project, id);
  const { record } = history;
  return {
    ...record,
    retry: await adviseOn(project, record),
    ...(isWhy ? { evidence: await findEvidence(project.store, id) } : {}),
    ...(record.source === 'run' ? {} : { files: await listSources(project.store, id) }),
  };
}

/** The record as first written and each amendment, or how the session stands while it has none. */
export async function showHistory(project: Project, prefix: string): Promise<ShownHistory | OpenSession> {
  const id = await requireSession(project, prefix);
  const history = await findRecord(project.store, id);
  if (!history) return describeOpenSession(project, id);
  return { ...history, accepted: await listAccepted(project.store, id) };
}

/** What to do about a recorded session, with what this machine knows of its account now. */
async function adviseOn({ store, host }: Project, record: SessionRecord): Promise<RetryAdvice> {
  const session = await findSession(store, record.id);
  const parkings = await listParkings(host);
  const account = session?.plan.accountId ?? record.account;
  const model = session ? session.plan.model : record.model;
  const untils = parkings
    .filter((each) => each.kind === 'account' && each.name === account && concerns(each, model))
    .map(({ until }) => until);
  return adviseRetry(record, untils.toSorted().at(-1) ?? null);
}
