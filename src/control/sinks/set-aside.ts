import type { SessionId } from '../../domain/ids.ts';
import { listSetAside, reopenSetAside } from '../../store/outbox.ts';
import type { Project } from '../project/project.ts';

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
