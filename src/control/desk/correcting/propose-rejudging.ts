import { isCorrectedByPerson, type StintAuthor } from '../../../domain/amendment.ts';
import type { SessionId } from '../../../domain/ids.ts';
import { JUDGE_VERSION, judgeAgain } from '../../../judge/judge.ts';
import { findEvidence } from '../../../store/evidence.ts';
import { findRecord, listRecords } from '../../../store/records.ts';
import type { Proposal } from './amend.ts';
import type { Project } from '../../project/project.ts';

interface Rejudging {
  readonly proposals: readonly Proposal[];
  /** Sessions of an older judge that stay as they are, and why. */
  readonly left: readonly { readonly id: SessionId; readonly because: string }[];
}

/** One session, or those that started at or after a time (ISO 8601 UTC); all of them when it says neither. */
interface Selection {
  readonly id?: SessionId | undefined;
  readonly since?: string | undefined;
}

/**
 * Judges again what an older judge has judged, from the evidence that was stored with it.
 */
export async function proposeRejudging(project: Project, only: Selection): Promise<Rejudging> {
  const who: StintAuthor = 'stint:judge';
  const at = project.clock.now().toISOString();
  const proposals: Proposal[] = [];
  const left: { id: SessionId; because: string }[] = [];
  for (const id of await listOlder(project, only)) {
    const [history, evidence] = [await findRecord(project.store, id), await findEvidence(project.store, id)];
    if (!history) continue;
    if (isCorrectedByPerson(history.amendments)) left.push({ id, because: 'a person has corrected it' });
    else if (!evidence) left.push({ id, because: 'no evidence is stored with it' });
    else
      proposals.push({
        stamp: {
          sessionId: id,
          at,
          who,
          why: `judged again by version ${JUDGE_VERSION} on the evidence of version ${history.record.judgeVersion}`,
        },
        decide: (record) => ({ verdict: judgeAgain(record, evidence) }),
      });
  }
  return { proposals, left };
}

async function listOlder(project: Project, { id, since }: Selection): Promise<SessionId[]> {
  const history = id === undefined ? null : await findRecord(project.store, id);
  const records = id === undefined ? await listRecords(project.store) : history ? [history.record] : [];
  return records
    .filter(({ source, judgeVersion }) => source === 'run' && judgeVersion < JUDGE_VERSION)
    .filter(({ startedAt }) => since === undefined || startedAt >= since)
    .map((record) => record.id);
}
