import type { Selectable } from 'kysely';
import type { BootTime } from '../lib/process-table.ts';
import type { SessionRow, StoredSession, Workspace } from '../domain/session.ts';
import type { CategoryName, SessionId } from '../domain/ids.ts';
import { readPlan, type Plan } from '../domain/plan.ts';
import type { Stop, StopReason } from '../domain/record.ts';
import { INSERT_ORDER, jsonText, unindexed } from './dialect/fragments.ts';
import { insertLockEvent } from './lock-events.ts';
import type { Store } from './store.ts';
import type { Tables } from './tables.ts';

/** The circumstances of a promise. */
export interface Promising {
  /** The machine that promises; see host.ts. */
  readonly host?: string;
  /** The newest promise when it was decided that there is room: `lastPromise`. */
  readonly after?: number;
  /** The moment of the promise by the time since boot. */
  readonly boot?: BootTime | null;
}

/**
 * The promise of a session, written before anything of it starts, and with it that it has its category's lock.
 *
 * @returns false, with nothing written, where another session was promised since `after`: the decision was made without it
 */
export async function insertIntent(
  store: Store,
  id: SessionId,
  plan: Plan,
  startedAt: string,
  { host, after, boot = null }: Promising = {},
): Promise<boolean> {
  return store.transaction().execute(async (transaction) => {
    if (after !== undefined && (await lastPromise(transaction)) !== after) return false;
    await insertSession(transaction, id, plan, startedAt, boot);
    if (host !== undefined)
      await transaction.insertInto('session_hosts').values({ session_id: id, host }).execute();
    const taken = { at: startedAt, lock: plan.category, sessionId: id, kind: 'acquired' } as const;
    await insertLockEvent(transaction, taken);
    return true;
  });
}

/** The place of the newest promise of a session; 0 before the first. It goes up with each. */
export async function lastPromise(store: Store): Promise<number> {
  const last = await store
    .selectFrom('lock_events')
    .select('seq')
    // From the newest event back: the index over kinds would have all promises sorted.
    .where(unindexed<string>('kind'), '=', 'acquired')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last?.seq ?? 0;
}

async function insertSession(
  store: Store,
  id: SessionId,
  plan: Plan,
  startedAt: string,
  boot: BootTime | null,
): Promise<void> {
  const { category, harness, account, model, key } = plan;
  const times = { started_at: startedAt, ...(boot && { boot: JSON.stringify(boot) }) };
  const start = { run_type: plan.runType, ...times, state: 'intended' as const };
  await store
    .insertInto('sessions')
    .values({ id, category, harness, account, model, ...start, plan: JSON.stringify(plan), key })
    .execute();
}

export async function setWorkspace(store: Store, id: SessionId, workspace: Workspace): Promise<void> {
  await store
    .updateTable('sessions')
    .set({ workspace: JSON.stringify(workspace) })
    .where('id', '=', id)
    .execute();
}

export async function setRunning(store: Store, id: SessionId): Promise<void> {
  await store
    .updateTable('sessions')
    .set({ state: 'running' })
    .where('id', '=', id)
    .where('state', '=', 'intended')
    .execute();
}

type ClaimedStop = Pick<Stop, 'reason' | 'because'>;

/**
 * Writes why a session ends, unless somebody has already: the first reason stands.
 *
 * @returns the reason that stands
 */
export async function claimStop(
  store: Store,
  id: SessionId,
  reason: StopReason,
  because: string,
): Promise<ClaimedStop> {
  await store
    .updateTable('sessions')
    .set({ stop_reason: reason, stop_because: because })
    .where('id', '=', id)
    .where('stop_reason', 'is', null)
    .execute();
  return (await findStop(store, id)) ?? { reason, because };
}

export async function findStop(store: Store, id: SessionId): Promise<ClaimedStop | null> {
  const stops = store.selectFrom('sessions').select(['stop_reason as reason', 'stop_because as because']);
  const { reason, because } = (await stops.where('id', '=', id).executeTakeFirst()) ?? {};
  return reason ? { reason, because: because ?? '' } : null;
}

/** Every session without a record, oldest first. */
export async function listUnsettled(store: Store): Promise<StoredSession[]> {
  const open = store.selectFrom('sessions').selectAll().where('state', '<>', 'recorded');
  return (await open.orderBy('started_at').execute()).map(toSession);
}

export async function findSession(store: Store, id: SessionId): Promise<StoredSession | null> {
  const row = await store.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? toSession(row) : null;
}

/** The last session that got a folder which several get one after the other: attempts at one key. */
export async function findLastIn(store: Store, folder: string): Promise<StoredSession | null> {
  const row = await store
    .selectFrom('sessions')
    .selectAll()
    .where('key', 'is not', null)
    .where(jsonText('workspace', 'folder'), '=', folder)
    .orderBy(INSERT_ORDER, 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? toSession(row) : null;
}

/** The ids that start with `prefix`, at most `limit`. */
export async function findIds(store: Store, prefix: string, limit: number): Promise<SessionId[]> {
  const from = prefix as SessionId;
  const end = `${prefix}\u{10ffff}` as SessionId;
  // A record that was imported has no session of ours.
  const rows = await store
    .selectFrom('sessions')
    .select('id')
    .where('id', '>=', from)
    .where('id', '<', end)
    .union(
      store
        .selectFrom('records')
        .select('session_id as id')
        .where('session_id', '>=', from)
        .where('session_id', '<', end),
    )
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

/** Sessions that have no record yet, newest first. */
export async function listOpen(store: Store): Promise<SessionRow[]> {
  return store
    .selectFrom('sessions')
    .select(['id', 'category', 'harness', 'account', 'model', 'run_type as runType'])
    .select(['started_at as startedAt', 'state', 'stop_reason as stopReason'])
    .where('state', '<>', 'recorded')
    .orderBy('started_at', 'desc')
    .$narrowType<{ category: CategoryName }>()
    .execute();
}

function toSession({
  id,
  category,
  started_at,
  boot,
  plan,
  workspace,
}: Selectable<Tables['sessions']>): StoredSession {
  return {
    id,
    category: category as CategoryName,
    startedAt: started_at,
    boot: boot === null ? null : (JSON.parse(boot) as BootTime),
    plan: readPlan(plan),
    workspace: workspace === null ? null : (JSON.parse(workspace) as Workspace),
  };
}

/** Every attempt at a piece of work that a caller named, newest first. */
export async function listAttempts(store: Store, key: string): Promise<StoredSession[]> {
  const attempts = store.selectFrom('sessions').selectAll().where('key', '=', key);
  return (await attempts.orderBy('started_at', 'desc').orderBy('id').execute()).map(toSession);
}
