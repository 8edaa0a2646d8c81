import { existsSync } from 'node:fs';
import { LiveConfig, type ConfigChange } from '../../config/live-config.ts';
import type { LoadedConfig } from '../../config/load.ts';
import type { EventBody } from '../../domain/event.ts';
import { findRepository } from '../../git/repository.ts';
import { placeState } from './place-state.ts';
import type { Project } from './project.ts';

/**
 * A project for a program that runs for long: each call gives it as it is now, with the branch that is checked out now
 * and the configuration as it stands now. What it gave before stays as it was, so that a session sees one configuration
 * from its start to its record. News of the files become events.
 */
export function followProject(project: Project, assignments: readonly string[]): () => Promise<Project> {
  const places = { file: project.configFile, env: project.env, assignments };
  const opened = existsSync(project.configFile) ? project.config() : null;
  const changes: ConfigChange[] = [];
  const live = new LiveConfig(places, opened, (change) => changes.push(change));
  return async () => {
    // Lazily, as with `project` itself: a wrapped command needs no configuration.
    const config = once(() => {
      const loaded = live.current();
      for (const change of changes.splice(0)) project.events.emit(toEvent(project, change, loaded));
      return loaded;
    });
    const repository =
      project.repository.commonDir === null ? null : await findRepository(project.repository.top);
    return {
      ...project,
      repository: repository ?? project.repository,
      config,
      settings: () => config().settings,
    };
  };
}

function toEvent(project: Project, change: ConfigChange, loaded: LoadedConfig): EventBody {
  const { kind, problem } = change;
  return {
    name: 'config.changed',
    kind,
    message: describe(project, change, loaded),
    problem: problem && {
      code: problem.code,
      message: problem.message,
      hint: problem.hint,
      exitCode: problem.exitCode,
    },
  };
}

function describe(project: Project, { kind, problem }: ConfigChange, { settings }: LoadedConfig): string {
  if (problem) return `${problem.message} ${problem.hint} Until then the last good configuration is kept.`;
  const layout = placeState(project.repository, settings, project.env);
  const isMoved = layout.folder !== project.layout.folder || layout.worktrees !== project.layout.worktrees;
  const late = isMoved ? ' Where state and worktrees lie changes only when the project is opened again.' : '';
  const what = kind === 'restored' ? 'the configuration is good again' : 'the configuration has changed';
  return `${project.configFile}: ${what}; it holds for sessions that start from now on.${late}`;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
