import { z } from 'zod';
import { brandVerdict, type Opinion, type Verdict } from '../domain/verdict.ts';
import { oneLine } from '../lib/plain-text.ts';
import { isLowGrade, LOW_GRADE } from './failure-modes.ts';
import { gradeBand } from './grade-band.ts';

const LONGEST_REASON = 500;

/** Whether an opinion could change anything: a grade that is there, and not the lowest of its outcome. */
export function canBeLowered({ outcome, grade }: Verdict): boolean {
  const band = gradeBand(outcome);
  return grade !== null && band !== null && grade > band.from;
}

const opinionSchema = z.object({
  grade: z.number().min(0).max(1),
  reason: z.string().trim().min(1),
});

/** What a judge command printed, or why it is no opinion. */
export function parseOpinion(text: string): Opinion | { readonly refused: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { refused: 'it printed no JSON' };
  }
  const parsed = opinionSchema.safeParse(value);
  if (!parsed.success) return { refused: 'it printed no {"grade": 0.0-1.0, "reason": "…"}' };
  return { grade: parsed.data.grade, reason: oneLine(parsed.data.reason, LONGEST_REASON) };
}

/** The verdict with an opinion heard: a lower grade within the outcome's band, never a higher one, the same outcome. */
export function applyOpinion(verdict: Verdict, opinion: Opinion): Verdict {
  const band = gradeBand(verdict.outcome);
  if (verdict.grade === null || band === null || !canBeLowered(verdict)) return verdict;
  const grade = Math.min(verdict.grade, Math.max(band.from, opinion.grade));
  const isLow = isLowGrade(verdict.outcome, grade);
  const isNewlyLow = isLow && !verdict.failureModes.includes('low_productivity');
  return brandVerdict({
    ...verdict,
    grade,
    failureModes: isNewlyLow ? [...verdict.failureModes, 'low_productivity'] : verdict.failureModes,
    reasons: [
      ...verdict.reasons,
      `judge command: ${opinion.grade} (${grade < verdict.grade ? `lowered from ${verdict.grade}` : 'not lower'}): ${opinion.reason}`,
      ...(isNewlyLow ? [`low_productivity: its grade is under ${LOW_GRADE}`] : []),
    ],
    opinion: { grade: opinion.grade, reason: opinion.reason, gradeBefore: verdict.grade },
  });
}
