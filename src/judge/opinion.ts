import { z } from 'zod';
import { brandVerdict, type Opinion, type Verdict } from '../domain/verdict.ts';
import { oneLine } from '../lib/plain-text.ts';
import { isLowGrade, LOW_GRADE } from './failure-modes.ts';
import { gradeBand } from './grade-band.ts';

const LONGEST_REASON = 500;

/** Whether an opinion could change anything: a grade that is there, and not the lowest of its outcome. */
export function canBeLowered(verdict: Verdict): boolean {
  return gradesOpen(verdict) !== null;
}

/** From the lowest grade of its outcome to its own; null where these are one, or there is none. */
function gradesOpen({ outcome, grade }: Verdict): { readonly from: number; readonly to: number } | null {
  const band = gradeBand(outcome);
  const to = grade ?? 0;
  return band !== null && to > band.from ? { from: band.from, to } : null;
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
  const open = gradesOpen(verdict);
  if (open === null) return verdict;
  const grade = Math.min(open.to, Math.max(open.from, opinion.grade));
  const isLow = isLowGrade(verdict.outcome, grade);
  const isNewlyLow = isLow && !verdict.failureModes.includes('low_productivity');
  return brandVerdict({
    ...verdict,
    grade,
    failureModes: isNewlyLow ? [...verdict.failureModes, 'low_productivity'] : verdict.failureModes,
    reasons: [
      ...verdict.reasons,
      `judge command: ${opinion.grade} (${grade < open.to ? `lowered from ${open.to}` : 'not lower'}): ${opinion.reason}`,
      ...(isNewlyLow ? [`low_productivity: its grade is under ${LOW_GRADE}`] : []),
    ],
    opinion: { grade: opinion.grade, reason: opinion.reason, gradeBefore: open.to },
  });
}
