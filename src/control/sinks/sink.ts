import type { SessionId } from '../../domain/ids.ts';
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
