import type { Evidence } from '../domain/evidence.ts';
import type { SessionRecord } from '../domain/record.ts';
import { parkAccount } from '../store/accounts.ts';
import type { Project } from './project.ts';

/** How long an account rests when its provider did not say until when. */
const UNKNOWN_RESET_MS = 3_600_000;

/** Keeps everybody on this machine from starting into a usage limit until it is over. */
export async function parkForLimit(
  project: Project,
  record: SessionRecord,
  evidence: Evidence,
): Promise<void> {
  const now = project.clock.now();
  const resetsAt = evidence.transcript.limit?.resetsAt ?? null;
  const until = resetsAt ?? new Date(now.getTime() + UNKNOWN_RESET_MS).toISOString();
  const reason = evidence.transcript.limit?.detail ?? 'usage limit';
  await parkAccount(
    project.host,
    { name: record.account, until, reason, sessionId: record.id },
    now.toISOString(),
  );
}
