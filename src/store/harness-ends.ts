import type { SessionEnd, SessionRecord } from '../domain/record.ts';
import { fromModeBits } from './mode-bits.ts';
import type { Store } from './store.ts';

/** How the last sessions of a harness ended that ran here, the last recorded one first. */
export async function listHarnessEnds(store: Store, harness: string, limit: number): Promise<SessionEnd[]> {
  const rows = await store
    .selectFrom('records')
    .select(['outcome', 'modes', 'body'])
    .where('harness', '=', harness)
    .where('source', '=', 'run')
    .where('is_imported', '=', 0)
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ outcome, modes, body }) => {
    const { stop, unreadableLines } = JSON.parse(body) as SessionRecord;
    return { outcome, failureModes: fromModeBits(modes), unreadableLines, stop };
  });
}
