import type { OpenOptions, Project, ProjectPlace } from '../control/project/project.ts';
import type { StintEvent } from '../domain/event.ts';
import type { Clock } from '../lib/clock.ts';
import type { Listener } from '../lib/listeners.ts';
import { Problem, systemErrorCode } from '../lib/problem.ts';
import type { Redactor } from '../lib/redact.ts';

/** The place where use cases work, and the listener of their events. */
export interface StintPlace {
  /** Absolute; any folder of a checkout. */
  readonly folder: string;
  /** Absolute; read instead of `stint.yaml` at the top of the repository. */
  readonly configFile?: string | undefined;
  /** Settings over the configuration: `supervise.silence=5m`. */
  readonly set: readonly string[];
  /** The environment of agents and git. */
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly clock: Clock;
  /** Aborts when the caller wants an orderly end. Its reason is a sentence. */
  readonly cancelled: AbortSignal;
  /** Called with the redactor that all output must pass. */
  readonly onRedactor: (redactor: Redactor) => void;
  /** Hears every event of the project while it is open. */
  readonly listener: Listener<StintEvent>;
}

/** `read` makes nothing; `write` needs a repository and a configuration; `wrap` writes and needs neither. */
export type Access = 'read' | 'write' | 'wrap';

/** Throws a Problem for a call that is wrong in this place, before anything is written. */
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
      ...optionsOf(place),
      access: access === 'read' ? 'read' : 'write',
      needsProject: access !== 'wrap',
      ...(refuse ? { refuse } : {}),
    });
    place.onRedactor(project.redactor);
    project.events.subscribe(place.listener);
    try {
      return await explaining(project, async () => {
        const result = await work(project);
        if (access !== 'read') await catchUpMirror(project);
        return result;
      });
    } finally {
      await project.close();
    }
  };
}

/** A project that stays open for several use cases. */
export interface KeptProject {
  readonly withProject: WithProject;
  /** @returns the end of the subscription */
  readonly subscribe: (listener: Listener<StintEvent>) => () => void;
  readonly close: () => Promise<void>;
}

/**
 * Opens the project once, for a program that runs for long. Each use case that writes gets the settings and the commit
 * of now.
 *
 * @param access `read` makes nothing, and refuses what would write
 */
export async function keepOpen(place: StintPlace, access: 'read' | 'write'): Promise<KeptProject> {
  const { openProject } = await import('../control/project/project.ts');
  const { followProject } = await import('../control/project/follow-project.ts');
  // A wrapped command needs neither a repository nor a configuration; other writing use cases ask for both themselves.
  const project = await openProject({ ...optionsOf(place), access, needsProject: access === 'read' });
  place.onRedactor(project.redactor);
  project.events.subscribe(place.listener);
  const current = followProject(project, place.set);
  return {
    withProject: async (needed, work, refuse) => {
      if (needed === 'read') return explaining(project, work);
      if (access === 'read')
        throw new Problem(
          'read_only',
          'This project was opened for reading.',
          "Open it with access: 'write'.",
        );
      const now = await current();
      if (needed === 'write') requireRepository(now);
      await refuse?.(now);
      return explaining(now, work);
    },
    subscribe: (listener) => project.events.subscribe(listener),
    close: () => project.close(),
  };
}

function requireRepository({ repository }: Project): void {
  if (repository.commonDir !== null) return;
  throw new Problem(
    'no_repository',
    `There is no git repository in ${repository.top}.`,
    'Name a folder of one, or run `git init`.',
  );
}

function optionsOf(place: StintPlace): Omit<OpenOptions, 'access'> {
  const { folder, configFile, set, env, clock, cancelled } = place;
  return { folder, configFile, assignments: set, env, clock, cancelled };
}

/** When a use case ends, the mirror has everything that it wrote. */
async function catchUpMirror(project: Project): Promise<void> {
  const { mirrorRecords } = await import('../control/sinks/mirror.ts');
  const trouble = await mirrorRecords(project);
  if (trouble !== null) project.events.emit({ name: 'trouble.met', sentence: trouble });
}

/** Runs the work. A failure of the disk or the database file becomes a `Problem` with the file's name. */
async function explaining<T>(project: Project, work: (project: Project) => Promise<T>): Promise<T> {
  try {
    return await work(project);
  } catch (error) {
    const code = systemErrorCode(error) ?? '';
    if (!/^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB)/.test(code)) throw error;
    const { unusable } = await import('../store/dialect/unusable.ts');
    throw unusable(project.layout.database, error);
  }
}
