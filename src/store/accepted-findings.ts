import type { AcceptedFinding } from '../domain/finding.ts';
import type { SessionId } from '../domain/ids.ts';
import type { Store } from './store.ts';

/** The findings that a person has accepted, of one session or of all. */
export async function listAccepted(store: Store, of?: SessionId): Promise<AcceptedFinding[]> {
  const all = store.selectFrom('accepted_findings').selectAll();
  const rows = await (of === undefined ? all : all.where('session_id', '=', of)).execute();
  return rows.map(({ session_id, ...row }) => ({ ...row, sessionId: session_id }));
}

/** Notes that a person has seen findings; what was accepted before keeps its reason. */
export async function acceptFindings(store: Store, findings: readonly AcceptedFinding[]): Promise<void> {
  await store.transaction().execute(async (transaction) => {
    for (const { sessionId, ...finding } of findings)
      await transaction
        .insertInto('accepted_findings')
        .values({ ...finding, session_id: sessionId })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
  });
}
