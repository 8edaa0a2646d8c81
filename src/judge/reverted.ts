import type { FailureMode } from '../domain/failure-mode.ts';
import { brandVerdict, type Verdict } from '../domain/verdict.ts';
import type { Judgement } from '../domain/record.ts';
import { isLowGrade } from './failure-modes.ts';
import { composeGrade } from './grade.ts';

const QUALITY_OF_REVERTED = 0.1;

/**
 * The verdict of work that was taken back later: it stays productive, with little quality and the mode `reverted`. A
 * grade that a person gave has no parts, and stays as they said. Said twice it changes nothing.
 */
export function revertedVerdict(verdict: Judgement, because: string): Verdict {
  if (verdict.outcome !== 'productive' || verdict.failureModes.includes('reverted'))
    return brandVerdict(verdict);
  const gradeParts = verdict.gradeParts && { ...verdict.gradeParts, quality: QUALITY_OF_REVERTED };
  // What a judge command said of the work still holds.
  const grade = gradeParts ? Math.min(composeGrade(gradeParts), verdict.grade ?? 1) : verdict.grade;
  const added: FailureMode[] = isLowGrade(verdict.outcome, grade)
    ? ['reverted', 'low_productivity']
    : ['reverted'];
  return brandVerdict({
    outcome: verdict.outcome,
    grade,
    gradeParts,
    failureModes: [...new Set([...verdict.failureModes, ...added])],
    reasons: [...verdict.reasons, `reverted: ${because}`],
    feedsBelief: verdict.feedsBelief,
    judgeVersion: verdict.judgeVersion,
    opinion: verdict.opinion,
  });
}
