import type { HostStore } from './store.ts';

export interface ParkedAccount {
  readonly name: string;
  /** ISO 8601 UTC. */
  readonly until: string;
  readonly reason: string;
  readonly sessionId: string;
}

/** Parks an account, or moves its end to the later of the two. */
export async function parkAccount(host: HostStore, parked: ParkedAccount, at: string): Promise<void> {
  await host
    .insertInto('accounts')
    .values({
      name: parked.name,
      parked_until: parked.until,
      reason: parked.reason,
      session_id: parked.sessionId,
      parked_at: at,
    })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet({
          parked_until: parked.until,
          reason: parked.reason,
          session_id: parked.sessionId,
          parked_at: at,
        })
        .where('accounts.parked_until', '<', parked.until),
    )
    .execute();
}

/** The accounts that are parked at `now`. */
export async function listParked(host: HostStore, now: string): Promise<ParkedAccount[]> {
  const rows = await host.selectFrom('accounts').selectAll().where('parked_until', '>', now).execute();
  return rows.map((row) => ({
    name: row.name,
    until: row.parked_until,
    reason: row.reason,
    sessionId: row.session_id,
  }));
}
