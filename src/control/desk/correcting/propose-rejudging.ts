import { isCorrectedByPerson } from '../../../domain/amendment.ts';
import type { SessionId } from '../../../domain/ids.ts';
import { JUDGE_VERSION, judgeAgain } from '../../../judge/judge.ts';
import { findRecord, listRecords } from '../../../store/records.ts';
import { requireSession } from '../../custody/find-sessions.ts';
import type { Project } from '../../project/project.ts';
import { type AmendRequest, proposeEach, type Proposed } from './amend.ts';

type Selection = Extract<AmendRequest, { kind: 'rejudge' }>;

/** Judges again what an older judge has judged, from the evidence that was stored with it. */
export async function proposeRejudging(project: Project, selection: Selection): Promise<Proposed> {
  const left: { id: SessionId; because: string }[] = [];
  const older = await listOlder(project, selection);
  const proposals = await proposeEach(project, 'stint:judge', older, (history, evidence) => {
    const { record, amendments } = history;
    if (isCorrectedByPerson(amendments)) left.push({ id: record.id, because: 'a person has corrected it' });
    else if (!evidence) left.push({ id: record.id, because: 'no evidence is stored with it' });
    else
      return {
        why: `judged again by version ${JUDGE_VERSION} on the evidence of version ${record.judgeVersion}`,
        decide: (now) => ({ verdict: judgeAgain(now, evidence) }),
      };
    return null;
  });
  return { proposals, left };
}

async function listOlder(project: Project, { session, since }: Selection): Promise<SessionId[]> {
  const one =
    session === undefined ? null : await findRecord(project.store, await requireSession(project, session));
  const records = session === undefined ? await listRecords(project.store) : one ? [one.record] : [];
  return records
    .filter(({ source, judgeVersion }) => source === 'run' && judgeVersion < JUDGE_VERSION)
    .filter(({ startedAt }) => session !== undefined || since === undefined || startedAt >= since)
    .map((record) => record.id);
}
