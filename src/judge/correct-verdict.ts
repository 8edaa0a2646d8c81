import { onlyOutcomeOf, type FailureMode } from '../domain/failure-mode.ts';
import type { SessionRecord } from '../domain/record.ts';
import { brandVerdict, type Verdict } from '../domain/verdict.ts';
import type { Outcome } from '../domain/record-words.ts';
import { Problem } from '../lib/problem.ts';
import { isLowGrade, isOthersFault } from './failure-modes.ts';
import { isLowImported } from './imported-modes.ts';
import { gradeBand, isGradeOf } from './grade-band.ts';

/** What somebody who knows better says of a session. What is left out follows. */
export interface SaidVerdict {
  readonly outcome?: Outcome;
  readonly grade?: number | null;
  readonly failureModes?: readonly FailureMode[];
}

/**
 * The verdict of a record after a correction, with all that follows from it: an outcome decides which grades and modes
 * it can have, and those decide whether it moves beliefs.
 *
 * @param because one sentence: who says so, and why
 * @throws Problem `contradiction` when what is said cannot be true together
 */
export function correctVerdict(record: SessionRecord, said: SaidVerdict, because: string): Verdict {
  const outcome = said.outcome ?? record.outcome;
  const grade = correctGrade(record, outcome, said);
  const failureModes = correctModes(record, outcome, grade, said.failureModes);
  const isSameGrade = outcome === record.outcome && grade === record.grade;
  const isSame = isSameGrade && failureModes.toSorted().join() === record.failureModes.toSorted().join();
  const kept = record.reasons.filter((reason) => stillHolds(reason, record, outcome, failureModes));
  return brandVerdict({
    outcome,
    grade,
    gradeParts: isSameGrade ? record.gradeParts : null,
    failureModes: isSame ? record.failureModes : failureModes,
    reasons: isSame ? record.reasons : [`${outcome}: ${because}`, ...kept],
    feedsBelief:
      record.source === 'import' ? record.feedsBelief : grade !== null && !failureModes.some(isOthersFault),
    judgeVersion: record.judgeVersion,
    opinion: isSameGrade ? record.opinion : null,
  });
}

function correctGrade(record: SessionRecord, outcome: Outcome, said: SaidVerdict): number | null {
  if (said.grade !== undefined) {
    if (isGradeOf(outcome, said.grade)) return said.grade;
    throw new Problem(
      'contradiction',
      `A grade of ${said.grade ?? 'none'} cannot be that of the outcome ${outcome}: ${describeBand(outcome)}.`,
      'Give both, outcome= and grade=, so that they agree.',
    );
  }
  if (isGradeOf(outcome, record.grade)) return record.grade;
  const band = gradeBand(outcome);
  if (band === null) return null;
  if (outcome === 'productive')
    throw new Problem(
      'contradiction',
      `A productive session has a grade, and ${record.grade ?? 'none'} is not one: ${describeBand(outcome)}.`,
      'Say which: grade=0.1 to grade=1.',
    );
  const isDeclared = record.declared?.kind === 'noop' && record.declared.reason.trim() !== '';
  return isDeclared ? band.to : band.from;
}

function describeBand(outcome: Outcome): string {
  const band = gradeBand(outcome);
  if (band === null) return 'it has none';
  return band.from === band.to ? `it is always ${band.to}` : `it is from ${band.from} to ${band.to}`;
}

function correctModes(
  record: SessionRecord,
  outcome: Outcome,
  grade: number | null,
  said: readonly FailureMode[] | undefined,
): FailureMode[] {
  const isImported = record.source === 'import';
  const isLow = isImported ? isLowImported(outcome, grade) : isLowGrade(outcome, grade);
  const isPossible = (mode: FailureMode): boolean =>
    (onlyOutcomeOf(mode, isImported) ?? outcome) === outcome && (mode !== 'low_productivity' || isLow);
  const wrong = (said ?? []).find((mode) => !isPossible(mode));
  if (wrong !== undefined)
    throw new Problem(
      'contradiction',
      `The mode ${wrong} cannot be that of a session with the outcome ${outcome} and grade ${grade ?? 'none'}.`,
      'Leave it out, or correct the outcome too.',
    );
  const modes = new Set((said ?? record.failureModes).filter(isPossible));
  if (outcome === 'noop' || outcome === 'blocked') modes.add(outcome);
  if (isLow) modes.add('low_productivity');
  return [...modes];
}

/** A reason begins with the outcome or the mode that it gives a reason for. */
function stillHolds(
  reason: string,
  record: SessionRecord,
  outcome: Outcome,
  modes: readonly FailureMode[],
): boolean {
  const [subject] = reason.split(':', 1);
  if (subject === record.outcome) return subject === outcome;
  return !record.failureModes.some((mode) => mode === subject && !modes.includes(mode));
}
