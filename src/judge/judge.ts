import { isByPersonAlone } from '../domain/deliverable.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { CategoryName } from '../domain/ids.ts';
import type { SessionRecord, Stop } from '../domain/record.ts';
import { brandVerdict, type Verdict } from '../domain/verdict.ts';
import { SCRIPT_HARNESS } from '../domain/wrapped-script.ts';
import { decideModes, isOthersFault } from './failure-modes.ts';
import { decideGrade } from './grade.ts';
import { openEnds } from './open-ends.ts';
import { applyOpinion } from './opinion.ts';
import { decideOutcome } from './outcome.ts';
import { revertedVerdict } from './reverted.ts';

/** Goes up whenever the same evidence could be judged differently. */
export const JUDGE_VERSION = 4;

/**
 * What happened, and was it good? The only derivation of an outcome in stint: pure, and the same for the same evidence
 * on any machine.
 *
 * @example judge('code', { reason: 'completed', … }, evidence).outcome // 'productive'
 */
export function judge(planned: CategoryName, stop: Stop, evidence: Evidence): Verdict {
  const { outcome, reason } = decideOutcome(stop, evidence);
  const open = openEnds(stop, evidence);
  const { grade, parts } = decideGrade(outcome, evidence, open.length > 0);
  // A person saw to its end: nothing that it left open is held against it, and its grade is not the agent's alone.
  const isByPerson = outcome === 'productive' && isByPersonAlone(evidence.commits, evidence.effects);
  const modes = isByPerson ? [] : decideModes(outcome, grade, stop, evidence, planned);
  return brandVerdict({
    outcome,
    grade,
    gradeParts: parts,
    failureModes: [...new Set(modes.map(({ mode }) => mode))],
    reasons: [
      `${outcome}: ${reason}`,
      `check: ${evidence.check.detail}`,
      ...(evidence.editsFound === undefined ? [] : [`edits: ${evidence.editsFound}`]),
      ...(open.length > 0 ? [`left open: ${open.join('; ')}`] : []),
      ...modes.map(({ mode, reason: why }) => `${mode}: ${why}`),
    ],
    feedsBelief: grade !== null && !isByPerson && !modes.some(({ mode }) => isOthersFault(mode)),
    judgeVersion: JUDGE_VERSION,
    opinion: null,
  });
}

/** The verdict of today's judge on the evidence of an older one; what became known since still holds. */
export function judgeAgain(record: SessionRecord, evidence: Evidence): Verdict {
  const { check, effects } = record;
  const commits = [...record.commitDetails.filter(({ source }) => source === 'forge'), ...evidence.commits];
  // The evidence of an older stint does not say that it was a script.
  const isScript = evidence.isScript || record.harness === SCRIPT_HARNESS;
  const own = judge(record.category, record.stop, { ...evidence, commits, check, effects, isScript });
  const verdict = record.opinion ? applyOpinion(own, record.opinion) : own;
  if (!record.failureModes.includes('reverted')) return verdict;
  const reason = record.reasons.find((each) => each.startsWith(REVERTED)) ?? REVERTED;
  return revertedVerdict(verdict, reason.slice(REVERTED.length));
}

const REVERTED = 'reverted: ';
