import type { Concluded } from '../../domain/record.ts';
import { messageOf } from '../../lib/problem.ts';
import { tellTrouble } from '../project/event-stream.ts';
import type { Project } from '../project/project.ts';
import { after } from './after.ts';
import { mirror } from './mirror.ts';
import type { DrainOptions, Sink } from './deliver-items.ts';

/** Every sink: a new one is a file that exports it, and a line here. */
const SINKS: readonly Sink[] = [mirror, after];

/** Gives every sink what is due now. Never throws: the records stand, and a later drain does the rest. */
export async function drainOutbox(
  project: Project,
  options: DrainOptions = {},
  sinks: readonly Sink[] = SINKS,
): Promise<void> {
  await Promise.all(
    sinks.map((sink) =>
      sink
        .drain(project, options)
        .catch((error: unknown) =>
          tellTrouble(project, `${sink.name} could not be brought up to date: ${messageOf(error)}`),
        ),
    ),
  );
}

/**
 * Runs the work of a verb that starts sessions, then delivers all due items, also where the work failed: an item that
 * waits for its retry needs no further session.
 */
export async function drainAfter<T>(
  project: Project,
  cancelled: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } finally {
    await drainOutbox(project, { cancelled });
  }
}

/**
 * The deliveries of one call of stint. They begin when a record is in the store, and are waited for when no lock is
 * held any more: a slow sink keeps no session from the category.
 */
export class Outbox {
  readonly #project: Project;
  readonly #running: Promise<void>[] = [];

  constructor(project: Project) {
    this.#project = project;
  }

  /** Begins to deliver all that is due, whichever process wrote it. @param cancelled begins no further item */
  drain(cancelled: AbortSignal): void {
    this.#running.push(drainOutbox(this.#project, { cancelled }));
  }

  /** Begins to deliver one record. The process that wrote a record is the one that tries its items at once. */
  deliver({ record, isNew }: Concluded): void {
    if (!isNew) return;
    this.#running.push(drainOutbox(this.#project, { sessionId: record.id }));
  }

  async finish(): Promise<void> {
    await Promise.all(this.#running);
  }
}
