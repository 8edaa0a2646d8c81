import type { AcceptedFinding, Finding } from '../../../domain/finding.ts';
import type { SessionId } from '../../../domain/ids.ts';
import type { Outcome } from '../../../domain/record-words.ts';
import type { GradedNoops } from '../../../domain/noop-grades.ts';
import { listAccepted } from '../../../store/accepted-findings.ts';
import { countRecords, listFindings } from '../../../store/audit.ts';
import { listOpenSessions } from '../../custody/find-sessions.ts';
import { groupFacts } from '../../project/group-facts.ts';
import type { Project } from '../../project/project.ts';
import { amend, type AmendedSession } from './amend.ts';
import { findMissingSalvage } from './find-missing-salvage.ts';
import { proposeRepairs } from './propose-repairs.ts';

/** A finding that no person has accepted. */
export interface NamedFinding extends Finding {
  /** Whether evidence decides it: `--fix` amends it. */
  readonly isDecided: boolean;
}

export interface AuditReport {
  /** Records. */
  readonly checked: number;
  /** What is wrong and not accepted; after `--fix` what still is. */
  readonly findings: readonly NamedFinding[];
  /** How many of the findings evidence does not decide: a person amends or accepts them. */
  readonly undecided: number;
  /** How many more findings a person has accepted. */
  readonly accepted: number;
  /** How many records this call amended. */
  readonly fixed: number;
  /** Of all records. */
  readonly noopWithGrade: GradedNoops;
  readonly productiveRate: ProductiveRate;
  /** What was amended, or would be. */
  readonly repairs: readonly AmendedSession[];
  readonly isFixed: boolean;
}

/**
 * The share of productive sessions among those whose outcome is known: as the records say it, and as they would when what
 * evidence decides was repaired. Null where no outcome is known.
 */
export interface ProductiveRate {
  readonly shown: number | null;
  readonly true: number | null;
  /** How many sessions `shown` is of. */
  readonly of: number;
  /** How many sessions it leaves out, because their outcome is unknown. */
  readonly unknown: number;
}

/** A report as callers get it: a repaired record shows only its amendments. */
export interface AuditResult extends Omit<AuditReport, 'repairs'> {
  readonly repairs: readonly Omit<AmendedSession, 'record'>[];
}

export function auditResult(report: AuditReport): AuditResult {
  return { ...report, repairs: report.repairs.map(({ id, amendments }) => ({ id, amendments })) };
}

export interface AuditOptions {
  /** The grade from which one that another system gave is evidence of work. */
  readonly threshold: number;
}

/** What the records say against themselves: what is open, and what a person has accepted of it. */
export interface Contradictions {
  readonly open: readonly Finding[];
  readonly accepted: readonly Finding[];
}

/**
 * What the records say against themselves, and sessions that are over and wait for theirs. It asks git nothing.
 *
 * @param others findings that something else than the records has shown
 */
export async function findContradictions(
  project: Project,
  others: readonly Finding[] = [],
): Promise<Contradictions> {
  await groupFacts(project);
  const open = await listOpenSessions(project);
  const orphaned = open.filter(({ care }) => care === 'orphaned');
  return splitAccepted(
    [
      ...(await listFindings(project.store)),
      ...orphaned.map(({ id }): Finding => ({
        kind: 'without-record',
        severity: 'warning',
        sessionId: id,
        detail: 'it is over and has no record yet; the next start writes it',
        query: 'sessions without a record whose locks nobody holds',
      })),
      ...others,
    ],
    await listAccepted(project.store),
  );
}

function splitAccepted(
  findings: readonly Finding[],
  acceptances: readonly AcceptedFinding[],
): Contradictions {
  const nameOf = ({ kind, sessionId, detail }: Pick<Finding, 'kind' | 'sessionId' | 'detail'>): string =>
    JSON.stringify([kind, sessionId, detail]);
  const seen = new Set(acceptances.map(nameOf));
  const { open = [], accepted = [] } = Object.groupBy(findings, (finding) =>
    seen.has(nameOf(finding)) ? 'accepted' : 'open',
  );
  return { open, accepted };
}

/** Compares the records with themselves, and says what evidence decides. Writes nothing. */
export async function auditRecords(project: Project, { threshold }: AuditOptions): Promise<AuditReport> {
  const { open, accepted } = await findContradictions(project, await findMissingSalvage(project));
  const { all: checked, outcomes, gradedNoops } = await countRecords(project.store);
  const repairs = await amend(project, await proposeRepairs(project, idsOf(open), threshold), false);
  const decided = new Set(repairs.map(({ id }) => id));
  const findings = open.map((finding) => ({ ...finding, isDecided: decided.has(finding.sessionId) }));
  const productive = outcomes.get('productive') ?? 0;
  const unknown = outcomes.get('unknown') ?? 0;
  const known = checked - unknown;
  const rate = (count: number, of: number): number | null => (of === 0 ? null : count / of);
  return {
    checked,
    findings,
    undecided: findings.filter(({ isDecided }) => !isDecided).length,
    accepted: accepted.length,
    fixed: 0,
    noopWithGrade: gradedNoops,
    productiveRate: {
      shown: rate(productive, known),
      true: rate(productive + countGained(repairs, 'productive'), known - countGained(repairs, 'unknown')),
      of: known,
      unknown,
    },
    repairs,
    isFixed: false,
  };
}

/** Amends what evidence decides; `findings` are those that remain. */
export async function repairRecords(project: Project, options: AuditOptions): Promise<AuditReport> {
  const before = await auditRecords(project, options);
  const proposals = await proposeRepairs(project, idsOf(before.findings), options.threshold);
  const repairs = await amend(project, proposals, true);
  const after = await auditRecords(project, options);
  const productiveRate = { ...before.productiveRate, true: after.productiveRate.shown };
  return { ...after, productiveRate, repairs, fixed: repairs.length, isFixed: true };
}

/** How many more sessions have this outcome with these repairs; negative when they are fewer. */
function countGained(repairs: readonly AmendedSession[], outcome: Outcome): number {
  const outcomes = repairs.flatMap(({ amendments }) => amendments.filter(({ field }) => field === 'outcome'));
  const gained = outcomes.filter(({ to }) => to === outcome).length;
  return gained - outcomes.filter(({ from }) => from === outcome).length;
}

function idsOf(findings: readonly Finding[]): SessionId[] {
  return [...new Set(findings.map(({ sessionId }) => sessionId))];
}
