import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { SessionFiles } from '../../domain/layout.ts';
import { readPlan, type Plan } from '../../domain/plan.ts';
import { atomicWrite } from '../../lib/atomic-write.ts';
import { hasRedaction, type Redactor } from '../../lib/redact.ts';

/** Keeps a plan as it is beside its session's output, where the store's own copy loses a secret (a command's token). */
export function keepWholePlan(files: SessionFiles, plan: Plan, redactor: Redactor): void {
  if (!isDeepStrictEqual(redactor.value(plan), plan)) atomicWrite(files.plan, JSON.stringify(plan));
}

/**
 * The plan with what the stored one has lost. The file counts only where it differs by nothing but secrets: what a
 * session is judged by stands in the store.
 */
export function readWholePlan(files: SessionFiles, stored: Plan, redactor: Redactor): Plan {
  if (!hasRedaction(JSON.stringify(stored))) return stored;
  try {
    const whole = readPlan(readFileSync(files.plan, 'utf8'));
    return isDeepStrictEqual(redactor.value(whole), redactor.value(stored)) ? whole : stored;
  } catch {
    return stored;
  }
}
