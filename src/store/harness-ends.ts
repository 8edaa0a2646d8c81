import { sql } from 'kysely';
import type { SessionEnd, StopReason } from '../domain/record.ts';
import type { Outcome } from '../domain/record-words.ts';
import { fromModeBits } from './mode-bits.ts';
import type { Store } from './store.ts';

/** How the last sessions of a harness ended that ran here, the last recorded one first. */
export async function listHarnessEnds(store: Store, harness: string, limit: number): Promise<SessionEnd[]> {
  const rows = await store
    .selectFrom('records')
    .select(['outcome', 'modes'])
    .select([
      sql<string>`json_extract(body, '$.stop.reason')`.as('reason'),
      sql<string>`json_extract(body, '$.stop.because')`.as('because'),
      sql<number | null>`json_extract(body, '$.stop.exitCode')`.as('exitCode'),
      sql<number>`json_extract(body, '$.unreadableLines')`.as('unreadableLines'),
    ])
    .where('harness', '=', harness)
    .where('source', '=', 'run')
    .where('is_imported', '=', 0)
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    outcome: row.outcome as Outcome,
    failureModes: fromModeBits(row.modes),
    unreadableLines: row.unreadableLines,
    stop: { reason: row.reason as StopReason, because: row.because, exitCode: row.exitCode },
  }));
}
