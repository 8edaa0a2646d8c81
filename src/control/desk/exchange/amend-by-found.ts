import { isCorrectedByPerson, listChanges, type Amendment } from '../../../domain/amendment.ts';
import type { Evidence } from '../../../domain/evidence.ts';
import type { SessionId } from '../../../domain/ids.ts';
import { judgeAgain } from '../../../judge/judge.ts';
import { IMPORTER } from '../../../record/amend-reread.ts';
import { importVerdict } from '../../../record/compose-record.ts';
import { writeAmendments } from '../../../store/amendments.ts';
import { saveFoundWork, type FoundWork } from '../../../store/edited-lines.ts';
import { findEvidence, insertEvidence } from '../../../store/evidence.ts';
import { findRecord } from '../../../store/records.ts';
import type { Store } from '../../../store/store.ts';
import type { Project } from '../../project/project.ts';

/** The evidence of a session with what a search found of its work. Pure. */
export function withFound(evidence: Evidence, found: FoundWork | null): Evidence {
  const { editsFound: _before, ...rest } = evidence;
  const effects = evidence.effects.filter(({ kind }) => kind !== 'delivered-by-person');
  if (found === null) return { ...rest, effects };
  const more = found.effect === null ? [] : [found.effect];
  return { ...rest, effects: [...effects, ...more], editsFound: found.because };
}

/**
 * Amends the record of a session by what a search found of its work, in a transaction of the caller's. What a person
 * said of its verdict stays said.
 */
export async function amendByFound(
  transaction: Store,
  { redactor, clock }: Pick<Project, 'redactor' | 'clock'>,
  sessionId: SessionId,
  found: FoundWork,
): Promise<readonly Amendment[]> {
  await saveFoundWork(transaction, sessionId, found);
  const history = await findRecord(transaction, sessionId);
  const stored = await findEvidence(transaction, sessionId);
  if (history === null || stored === null || isCorrectedByPerson(history.amendments)) return [];
  const { record } = history;
  const evidence = withFound(stored, found);
  const { effects } = evidence;
  const verdict = importVerdict(judgeAgain({ ...record, effects }, evidence), record.reasons);
  const after = { effects, ...verdict };
  const at = clock.now().toISOString();
  const why =
    found.effect === null ? 'its work was searched for in a repository' : 'a person committed its work';
  const stamp = { sessionId, at, who: IMPORTER, why };
  const { effects: facts, ...judged } = redactor.value(after);
  const changes = listChanges(record, { facts: { effects: facts }, verdict: judged }, stamp);
  await insertEvidence(transaction, sessionId, evidence);
  await writeAmendments(transaction, record, changes);
  return changes;
}
