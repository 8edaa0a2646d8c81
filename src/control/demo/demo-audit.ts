import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { EVIDENT_GRADE } from '../../domain/verdict.ts';
import { auditRecords, repairRecords, type AuditReport } from '../desk/correcting/audit.ts';
import { checkImport, importInto } from '../desk/exchange/import-files.ts';
import { openProject, type OpenOptions } from '../project/project.ts';
import { makeFolder } from '../../lib/make-folder.ts';

/** What another run loop says of four sessions; the second was graded as work, and is called noop. */
const HISTORY: readonly (readonly [thread: string, outcome: string, productivity: number])[] = [
  ['planted-1', 'productive', 0.62],
  ['planted-2', 'noop', 0.71],
  ['planted-3', 'noop', 0],
  ['planted-4', 'productive', 0.35],
];

/** The thread of the one record that lies. */
const LIE = 'planted-2';

export interface DemoAudit {
  /** As imported: exactly the planted lie is found. */
  readonly found: AuditReport;
  /** After its repair nothing is. */
  readonly repaired: AuditReport;
  readonly isRight: boolean;
}

/**
 * Imports a small history with one planted lie into a state of its own, so that the day's records stay what they are,
 * and has the audit find and repair it.
 */
export async function playAudit(options: OpenOptions, scratch: string): Promise<DemoAudit> {
  makeFolder(scratch);
  const file = path.join(scratch, 'history.jsonl');
  writeFileSync(file, HISTORY.map((row, hour) => `${historyRow(row, hour)}\n`).join(''));
  const env = { ...options.env, STINT_STATE_DIR: path.join(scratch, 'state') };
  const project = await openProject({ ...options, env });
  try {
    const cancelled = new AbortController().signal;
    const request = { paths: [file], isAll: false, repositories: [], isAgain: false };
    await importInto(project, await checkImport(scratch, request), cancelled);
    const found = await auditRecords(project, { threshold: EVIDENT_GRADE });
    const repaired = await repairRecords(project, { threshold: EVIDENT_GRADE });
    const threads = repaired.repairs.map(({ record }) => record.thread);
    const isRight =
      found.checked === HISTORY.length &&
      found.findings.length === 1 &&
      repaired.findings.length === 0 &&
      threads.join() === LIE;
    return { found, repaired, isRight };
  } finally {
    await project.close();
  }
}

function historyRow([thread, outcome, productivity]: (typeof HISTORY)[number], hour: number): string {
  return JSON.stringify({
    session_id: thread,
    timestamp: new Date(Date.UTC(2026, 0, 1, hour)).toISOString(),
    duration_seconds: 600,
    harness: 'another-loop',
    category: 'code',
    outcome,
    grades: { productivity },
  });
}
