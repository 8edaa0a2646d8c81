import type { Evidence } from '../domain/evidence.ts';
import { classOf, type FailureMode } from '../domain/failure-mode.ts';
import type { CategoryName } from '../domain/ids.ts';
import type { Stop } from '../domain/stop.ts';
import { brandVerdict, type Verdict } from '../domain/verdict.ts';
import { decideModes, openEnds } from './failure-modes.ts';
import { decideGrade } from './grade.ts';
import { decideOutcome } from './outcome.ts';
import { providerFault } from './provider-fault.ts';

/** Goes up whenever the same evidence could be judged differently. */
export const JUDGE_VERSION = 2;

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
  const modes = decideModes(outcome, grade, stop, evidence, planned);
  return brandVerdict({
    outcome,
    grade,
    gradeParts: parts,
    failureModes: [...new Set(modes.map(({ mode }) => mode))],
    reasons: [
      `${outcome}: ${reason}`,
      `check: ${evidence.check.detail}`,
      ...(open.length > 0 ? [`left open: ${open.join('; ')}`] : []),
      ...modes.map(({ mode, reason: why }) => `${mode}: ${why}`),
    ],
    feedsBelief:
      grade !== null &&
      providerFault(stop, evidence) === null &&
      !modes.some(({ mode }) => isOthersFault(mode)),
    judgeVersion: JUDGE_VERSION,
  });
}

/** Ends that the work is not to blame for; their grade must not move what is believed about it. */
function isOthersFault(mode: FailureMode): boolean {
  return ['provider', 'harness', 'host', 'none'].includes(classOf(mode));
}
