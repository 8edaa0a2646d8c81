import type { SessionId } from '../../../domain/ids.ts';
import { countByOutcome, listFindings, type Finding } from '../../../store/audit.ts';
import { listOpenSessions } from '../../custody/find-sessions.ts';
import { amend, type AmendedSession } from './amend.ts';
import type { Project } from '../../project/project.ts';
import { proposeRepairs } from './propose-repairs.ts';

export interface AuditReport {
  /** Records. */
  readonly checked: number;
  /** What is wrong; after `--fix` what still is. */
  readonly findings: readonly Finding[];
  /** Of all records: as they say, and as they would when what evidence decides was repaired. Null where there is none. */
  readonly productiveRate: { readonly shown: number | null; readonly true: number | null };
  /** What was amended, or would be. */
  readonly repairs: readonly AmendedSession[];
  readonly isFixed: boolean;
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

/** What the records say against themselves, and sessions that are over and wait for theirs. */
export async function findContradictions(project: Project): Promise<Finding[]> {
  const open = await listOpenSessions(project);
  const orphaned = open.filter(({ care }) => care === 'orphaned');
  return [
    ...(await listFindings(project.store)),
    ...orphaned.map(({ id }): Finding => ({
      kind: 'without-record',
      severity: 'warning',
      sessionId: id,
      detail: 'it is over and has no record yet; the next start writes it',
      query: 'sessions without a record whose locks nobody holds',
    })),
  ];
}

/** Compares the records with themselves, and says what evidence decides. Writes nothing. */
export async function auditRecords(project: Project, { threshold }: AuditOptions): Promise<AuditReport> {
  const findings = await findContradictions(project);
  const outcomes = await countByOutcome(project.store);
  const checked = [...outcomes.values()].reduce((sum, count) => sum + count, 0);
  const repairs = await amend(project, await proposeRepairs(project, idsOf(findings), threshold), false);
  const productive = outcomes.get('productive') ?? 0;
  const rate = (count: number): number | null => (checked === 0 ? null : count / checked);
  return {
    checked,
    findings,
    productiveRate: { shown: rate(productive), true: rate(productive + countGained(repairs)) },
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
  const productiveRate = { shown: before.productiveRate.shown, true: after.productiveRate.shown };
  return { ...after, productiveRate, repairs, isFixed: true };
}

/** How many more sessions are productive with these repairs; negative when they are fewer. */
function countGained(repairs: readonly AmendedSession[]): number {
  const outcomes = repairs.flatMap(({ amendments }) => amendments.filter(({ field }) => field === 'outcome'));
  const gained = outcomes.filter(({ to }) => to === 'productive').length;
  return gained - outcomes.filter(({ from }) => from === 'productive').length;
}

function idsOf(findings: readonly Finding[]): SessionId[] {
  return [...new Set(findings.map(({ sessionId }) => sessionId))];
}
