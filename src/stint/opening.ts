import type { Project, ProjectPlace } from '../control/project/project.ts';
import type { StintEvent } from '../domain/event.ts';
import type { Clock } from '../lib/clock.ts';
import type { Listener } from '../lib/listeners.ts';
import { systemErrorCode } from '../lib/problem.ts';
import type { Redactor } from '../lib/redact.ts';

/** Where use cases work, and who hears of them meanwhile. */
export interface StintPlace {
  /** Absolute; any folder of a checkout. */
  readonly folder: string;
  /** Absolute; read instead of `stint.yaml` at the top of the repository. */
  readonly configFile?: string | undefined;
  /** Settings over the configuration: `supervise.silence=5m`. */
  readonly set: readonly string[];
  /** What agents and git get as their environment. */
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly clock: Clock;
  /** Aborts when the caller wants an orderly end. Its reason is a sentence. */
  readonly cancelled: AbortSignal;
  /** Told of the redactor that everything has to pass before it is shown. */
  readonly onRedactor: (redactor: Redactor) => void;
  /** Told of everything that happens in the project while it is open. */
  readonly listener: Listener<StintEvent>;
}

/** `read` makes nothing; `write` needs a repository and a configuration; `wrap` writes and needs neither. */
export type Access = 'read' | 'write' | 'wrap';

/** Throws what makes a call wrong in a place, before anything is written. */
export type Refusal = (place: ProjectPlace) => void | Promise<void>;

/** Runs work on the project of a place. */
export type WithProject = <T>(
  access: Access,
  work: (project: Project) => Promise<T>,
  refuse?: Refusal,
) => Promise<T>;

/** Opens the project for each piece of work, and closes it whatever happens. */
export function openEachTime(place: StintPlace): WithProject {
  return async (access, work, refuse) => {
    const { openProject } = await import('../control/project/project.ts');
    const project = await openProject({
      folder: place.folder,
      configFile: place.configFile,
      assignments: place.set,
      env: place.env,
      clock: place.clock,
      cancelled: place.cancelled,
      access: access === 'read' ? 'read' : 'write',
      needsProject: access !== 'wrap',
      ...(refuse ? { refuse } : {}),
    });
    place.onRedactor(project.redactor);
    project.events.subscribe(place.listener);
    try {
      const result = await work(project);
      if (access !== 'read') await catchUpMirror(project);
      return result;
    } catch (error) {
      throw await explainStore(error, project);
    } finally {
      await project.close();
    }
  };
}

/** The mirror has all that a use case wrote by the time it ends. */
async function catchUpMirror(project: Project): Promise<void> {
  const { mirrorRecords } = await import('../control/sinks/mirror.ts');
  const trouble = await mirrorRecords(project);
  if (trouble !== null) project.events.emit({ name: 'trouble.met', sentence: trouble });
}

/** The database's file with what the disk or the file did to it; any other error as it is. */
async function explainStore(error: unknown, project: Project): Promise<unknown> {
  const code = systemErrorCode(error) ?? '';
  if (!/^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB)/.test(code)) return error;
  const { unusable } = await import('../store/unusable.ts');
  return unusable(project.layout.database, error);
}
