import type { ForeignRecord } from '../domain/foreign-record.ts';
import { brandVerdict, type Verdict } from '../domain/verdict.ts';
import { importedModes } from './imported-modes.ts';
import { JUDGE_VERSION } from './judge.ts';

/**
 * The verdict on a session of another system. Its outcome and its grade are what its record says: there is no evidence
 * here to know better, and what contradicts itself is the audit's to find. It moves no belief unless `learn.imported`
 * says so.
 */
export function judgeImported(session: ForeignRecord): Verdict {
  const modes = importedModes(session);
  return brandVerdict({
    outcome: session.outcome,
    grade: session.grade,
    gradeParts: null,
    failureModes: modes.map(({ mode }) => mode),
    reasons: [describeImported(session), ...modes.map(({ mode, reason: why }) => `${mode}: ${why}`)],
    feedsBelief: false,
    judgeVersion: JUDGE_VERSION,
    opinion: null,
  });
}

function describeImported({ outcome, outcomeWord }: ForeignRecord): string {
  if (outcomeWord === null) return `${outcome}: its record says no outcome`;
  if (outcome === 'unknown' && outcomeWord !== 'unknown')
    return `unknown: its record says ${JSON.stringify(outcomeWord.slice(0, 80))}, which is no outcome here`;
  return `${outcome}: its record says so`;
}
