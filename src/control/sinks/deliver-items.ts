import { rmSync } from 'node:fs';
import type { SessionId } from '../../domain/ids.ts';
import { workThrough } from '../../lib/at-once.ts';
import { tryLock } from '../../lib/file-lock.ts';
import { makeFolder } from '../../lib/make-folder.ts';
import { messageOf } from '../../lib/problem.ts';
import {
  type Delivery,
  type DueFilter,
  findDue,
  listDue,
  listSetAside,
  noteBegun,
  noteDelivered,
  noteFailed,
  noteNewItems,
  type Reader,
  reopenSetAside,
} from '../../store/outbox.ts';
import { tellTrouble } from '../project/event-stream.ts';
import type { Project } from '../project/project.ts';

/** A receiver outside stint that gets every record: a file, a command, a service. */
export interface Sink {
  /** Stored with its cursor: never change one. */
  readonly name: string;
  /**
   * Gives the sink all items that it lacks. An unconfigured sink does nothing, so its cursor begins with its configuration.
   *
   * @throws the error of the store or the disk; the next drain goes on
   */
  readonly drain: (project: Project, options: DrainOptions) => Promise<void>;
}

export interface DrainOptions {
  /** Only the items of this session, whatever else is due; without it all. */
  readonly sessionId?: SessionId;
  /** Once aborted, no further item is begun. One that has begun is not cut. */
  readonly cancelled?: AbortSignal;
}

// An item is a row of a stream; for one sink it is in one of these states:
//
//   new ──note──▶ open ──delivered──▶ done
//                 │  ▲
//          failed │  │ back-off over, or a person asks again
//                 ▼  │
//           waiting / aside
//
//   new      seq > cursor
//   open     a row in `deliveries`, due now
//   waiting  a row in `deliveries` with a later `next_at`
//   aside    the same after the last try; only a person opens it again
//   done     seq <= cursor and no row: delivered, or not for this sink
//
// `note` moves the cursor to the newest item and adds the rows in one transaction, so no item is in between. A process
// that tries an item holds a lock on a file of the item, looks again whether it is due, delivers, and notes the end
// before it lets go. The kernel frees the lock of a killed process; the row is still open, and the next drain tries it.

/** A sink that takes items one by one. */
export interface ItemSink extends Reader {
  /** @returns null when it was delivered */
  readonly deliver: (project: Project, item: Item) => Promise<Failure | null>;
}

export interface Item extends Delivery {
  /** The idempotency key of the item at this sink: the same for every try. */
  readonly id: string;
}

/** Why a try failed. */
export interface Failure {
  /** Stored; continues "after of session ID". */
  readonly because: string;
  /** A whole sentence for people. */
  readonly sentence: string;
}

const MINUTE_MS = 60_000;
/** The waits before the second and later tries. An item that fails after the last one is set aside. */
export const BACK_OFF_MS: readonly number[] = [MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, 120 * MINUTE_MS];
const LONGEST_WAIT_MS = Math.max(...BACK_OFF_MS);
/**
 * So many tries in a row without an end count as one failure. A delivery that ends stint itself would otherwise be the
 * first act of every start, and the last.
 */
const MOST_KILLS = 3;
/** Items of one drain that are under way at once. */
const PARALLEL = 4;
/** A drain begins no further item after this time: a long backlog of slow items is spread over several. */
const DRAIN_LIMIT_MS = 60_000;

/** A sink whose items are delivered one by one, each at least once and in no order. */
export function itemSink(sink: ItemSink): Sink {
  return {
    name: sink.name,
    drain: async (project, options) => {
      await noteNewItems(project.store, sink, options.sessionId);
      const filter = { ...dueNow(project), sessionId: options.sessionId };
      const queue = await listDue(project.store, sink.name, filter);
      const end = project.clock.monotonicMs() + DRAIN_LIMIT_MS;
      const goesOn = (): boolean => !options.cancelled?.aborted && project.clock.monotonicMs() < end;
      await workThrough(queue, PARALLEL, (item) => tryItem(project, sink, item), goesOn);
    },
  };
}

function dueNow({ clock }: Project): DueFilter {
  return { now: clock.now(), longestWaitMs: LONGEST_WAIT_MS };
}

/** Tries one item, unless another process is at it. Never throws: it must not keep the others from being tried. */
async function tryItem(project: Project, sink: ItemSink, listed: Delivery): Promise<void> {
  const file = `${project.layout.outbox}/${listed.sink}-${listed.stream}-${listed.seq}.lock`;
  try {
    makeFolder(project.layout.outbox);
    using lock = await tryLock(file);
    if (!lock) return;
    const item = await findDue(project.store, listed, dueNow(project));
    if (item) await deliver(project, sink, item);
    // Removed while it is held: a process that waits for the old file sees that it is gone, and looks again.
    rmSync(file, { force: true });
  } catch (error) {
    tellTrouble(
      project,
      `${nameOf(listed)} could not be finished; a later start tries it again: ${messageOf(error)}`,
    );
  }
}

async function deliver(project: Project, sink: ItemSink, item: Delivery): Promise<void> {
  // A delivery that is not noted would be repeated.
  const { store } = project.patient;
  const failure = await tryOnce(project, sink, item);
  if (failure === null) return noteDelivered(store, item);
  tellTrouble(project, failure.sentence);
  const waitMs = BACK_OFF_MS[item.attempts];
  const nextAt = waitMs === undefined ? null : new Date(project.clock.now().getTime() + waitMs);
  await noteFailed(store, item, failure.because, nextAt);
  if (nextAt === null)
    tellTrouble(
      project,
      `${nameOf(item)} failed ${item.attempts + 1} times and is set aside; see \`stint status\``,
    );
}

async function tryOnce(project: Project, sink: ItemSink, item: Delivery): Promise<Failure | null> {
  const failed = (because: string): Failure => ({ because, sentence: `${nameOf(item)} failed: ${because}` });
  if (item.begun >= MOST_KILLS) return failed(`stint was killed ${item.begun} times during its delivery`);
  await noteBegun(project.patient.store, item);
  return sink
    .deliver(project, { ...item, id: idOf(item) })
    .catch((error: unknown) => failed(messageOf(error)));
}

function idOf({ sink, stream, seq, sessionId }: Delivery): string {
  return stream === 'records' ? `${sink}:${sessionId}` : `${sink}:${sessionId}:${seq}`;
}

function nameOf({ sink, sessionId }: Delivery): string {
  return `${sink} of session ${sessionId}`;
}

/** An item that failed after its last retry (a dead letter); only a person has it tried again. */
export interface SetAside {
  readonly sink: string;
  /** The session whose item it is. */
  readonly id: SessionId;
  readonly attempts: number;
  /** Why the last try failed. */
  readonly because: string;
}

/** Every item that was set aside, oldest first in each sink. */
export async function findSetAside({ store }: Project): Promise<SetAside[]> {
  const items = await listSetAside(store);
  return items.map(({ sink, sessionId, attempts, because }) => ({
    sink,
    id: sessionId,
    attempts,
    because: because ?? '',
  }));
}

/** Lets the next drain try them all again. @returns those that were set aside */
export async function retrySetAside(project: Project): Promise<SetAside[]> {
  const items = await findSetAside(project);
  if (items.length > 0) await reopenSetAside(project.store);
  return items;
}
