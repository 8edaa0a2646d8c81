import { isCorrectedByPerson, type Correction } from '../../../domain/amendment.ts';
import type { Evidence } from '../../../domain/evidence.ts';
import type { SessionId } from '../../../domain/ids.ts';
import type { SessionRecord } from '../../../domain/record.ts';
import type { Usage } from '../../../domain/session-event.ts';
import { correctVerdict } from '../../../judge/correct-verdict.ts';
import { isGradeOf } from '../../../judge/grade-band.ts';
import { judgeAgain } from '../../../judge/judge.ts';
import { importVerdict } from '../../../record/compose-record.ts';
import type { Project } from '../../project/project.ts';
import { proposeEach, type Proposal } from './amend.ts';

/**
 * What evidence decides of records that contradict themselves; what it does not decide stays named. Records that a
 * person has corrected stay as they said.
 *
 * @param threshold the grade from which one that another system gave is evidence of work
 */
export async function proposeRepairs(
  project: Project,
  ids: readonly SessionId[],
  threshold: number,
): Promise<Proposal[]> {
  const who = 'stint:audit';
  return proposeEach(project, who, ids, (history, evidence) => {
    if (isCorrectedByPerson(history.amendments)) return null;
    const why = explainRepair(history.record, evidence, threshold);
    if (why === null) return null;
    return { why, decide: (record) => repair(record, evidence, threshold, `${why} (${who})`) };
  });
}

/** The reason of a repair, null where evidence decides nothing. */
function explainRepair(record: SessionRecord, evidence: Evidence | null, threshold: number): string | null {
  const hasNoTokens = isZeroUsage(record.usage);
  if (isWorkByGrade(record, threshold))
    return `the grade that was given after the session, ${record.grade}, is evidence of work`;
  if (isGradeOfNothing(record)) return `a session that is ${record.outcome} has no grade, and 0 is one`;
  if (evidence) return 'judged again on the evidence that is stored with it';
  return hasNoTokens ? 'tokens that nobody reported are not 0' : null;
}

function repair(
  record: SessionRecord,
  evidence: Evidence | null,
  threshold: number,
  because: string,
): Correction {
  const facts = isZeroUsage(record.usage) ? { usage: withoutZeros(record.usage) } : {};
  if (isWorkByGrade(record, threshold))
    return { facts, verdict: correctVerdict(record, { outcome: 'productive' }, because) };
  if (isGradeOfNothing(record)) return { facts, verdict: correctVerdict(record, { grade: null }, because) };
  if (!evidence) return { facts };
  const verdict = judgeAgain(record, evidence);
  return { facts, verdict: record.source === 'import' ? importVerdict(verdict, record.reasons) : verdict };
}

/** An imported record that says nothing of what was delivered but its grade, which was given after the session. */
function isWorkByGrade({ source, outcome, grade }: SessionRecord, threshold: number): boolean {
  const isDenied = outcome === 'noop' || outcome === 'failed';
  return source === 'import' && isDenied && grade !== null && grade >= threshold;
}

function isGradeOfNothing({ outcome, grade }: SessionRecord): boolean {
  return grade === 0 && !isGradeOf(outcome, grade) && outcome !== 'productive';
}

function isZeroUsage({ input, output, cacheRead, cacheWrite }: Usage): boolean {
  const reported = [input, output, cacheRead, cacheWrite].filter((count) => count !== null);
  return reported.length > 0 && reported.every((count) => count === 0);
}

function withoutZeros(usage: Usage): Usage {
  const none = (count: number | null): number | null => (count === 0 ? null : count);
  return {
    input: none(usage.input),
    output: none(usage.output),
    cacheRead: none(usage.cacheRead),
    cacheWrite: none(usage.cacheWrite),
    peakContext: none(usage.peakContext),
    turns: usage.turns,
  };
}
