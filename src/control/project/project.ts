import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { CONFIG_NAME, loadConfig, type LoadedConfig } from '../../config/load.ts';
import type { Settings } from '../../config/settings.ts';
import type { StateLayout } from '../../domain/layout.ts';
import { findRepository, type Repository } from '../../git/repository.ts';
import type { Clock } from '../../lib/clock.ts';
import { requireFlock } from '../../lib/file-lock.ts';
import { makeFolder } from '../../lib/make-folder.ts';
import { withoutSessionMarks } from '../../harness/session-marks.ts';
import { Problem } from '../../lib/problem.ts';
import { readProcessTable } from '../../lib/process-table.ts';
import type { Redactor } from '../../lib/redact.ts';
import { Sampler } from '../../run/sampler.ts';
import { prepareStateFolder } from '../../run/session-folder.ts';
import { UserCommands } from '../../run/user-commands.ts';
import type { HostStore, Store } from '../../store/store.ts';
import { createEventStream, type EventStream } from './event-stream.ts';
import { claimState, placeState, stateHome } from './place-state.ts';
import { projectRedactor } from './project-redactor.ts';
import { look, noRepository, requireFolder } from './require-folder.ts';

/** Everything that a verb works on: one repository, its state, and this machine. */
export interface Project {
  readonly repository: Repository;
  readonly layout: StateLayout;
  readonly store: Store;
  readonly host: HostStore;
  /** The same stores for a wait without end; see `withPatience`. */
  readonly patient: Pick<Project, 'store' | 'host'>;
  readonly clock: Clock;
  /** Without the marks of an agent session that stint itself runs in. */
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly access: OpenOptions['access'];
  /** Looks at every session that this process supervises. */
  readonly sampler: Sampler;
  /** The events of this project. */
  readonly events: EventStream;
  /** Takes secrets out; both stores use it for what is written. */
  readonly redactor: Redactor;
  /** Runs the commands of the configuration. */
  readonly commands: UserCommands;
  readonly configFile: string;
  /** @throws Problem when there is no configuration or it is not valid */
  readonly settings: () => Settings;
  /** The same with where each value came from. */
  readonly config: () => LoadedConfig;
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly folder: string;
  readonly configFile?: string | undefined;
  /** Settings of the command line, `section.key=value`. */
  readonly assignments?: readonly string[];
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly clock: Clock;
  /** Ends a wait for a locked database early; its reason is a sentence. */
  readonly cancelled?: AbortSignal;
  /** Reading verbs make nothing: where there is no state yet they see an empty one. */
  readonly access: 'read' | 'write';
  /** False where neither a repository nor a configuration has to be there. */
  readonly needsProject?: boolean;
  /** Refuses, by throwing, what cannot be meant here. Asked before anything is written. */
  readonly refuse?: (place: ProjectPlace) => void | Promise<void>;
}

/** What is known of a project before its state is opened. */
export interface ProjectPlace extends Pick<Project, 'repository' | 'env' | 'settings' | 'config'> {}

/** Opens the project that a folder belongs to. @throws Problem with the sentence that a person needs */
export async function openProject(options: OpenOptions): Promise<Project> {
  // Loaded while git is asked: it is the largest part that a verb needs.
  const [stores, repository] = await Promise.all([import('../../store/store.ts'), findPlace(options)]);
  const { env, clock, access, assignments = [] } = options;
  const file = path.resolve(options.folder, options.configFile ?? path.join(repository.top, CONFIG_NAME));
  let loaded: LoadedConfig | null = null;
  const config = (): LoadedConfig => (loaded ??= loadConfig({ file, env, assignments }));
  const settings = (): Settings => config().settings;
  // Reading verbs work without a configuration, but one that is there decides where the state lies.
  const configured = needsConfig(options) || existsSync(file) ? settings() : null;
  const layout = placeState(repository, configured, env);
  const hostFolder = stateHome(env);
  if (access === 'write') {
    requireProc();
    requireFlock(repository.top, env);
  } else refuseFile(layout.folder);
  await options.refuse?.({ repository, env, settings, config });
  if (access === 'write') {
    prepareStateFolder([layout.folder, layout.sessions, layout.locks, hostFolder]);
    await claimState(layout, repository);
  }
  refuseEmptied(layout);
  const redactor = projectRedactor(configured, env);
  const opened = await openStores(stores, layout, hostFolder, redactor, options);
  // What is started for this project is no part of an agent session that may be around stint.
  const ownEnv = withoutSessionMarks(env);
  return {
    repository,
    layout,
    ...opened,
    clock,
    env: ownEnv,
    access,
    sampler: new Sampler(clock, readProcessTable),
    events: createEventStream(clock, redactor),
    redactor,
    commands: new UserCommands({ folder: repository.top, env: ownEnv, redactor, clock }),
    configFile: file,
    settings,
    config,
    close: async () => {
      await opened.store.destroy();
      await opened.host.destroy();
    },
  };
}

/** Opens both databases, or neither. */
async function openStores(
  { openStore, openHostStore }: typeof import('../../store/store.ts'),
  layout: StateLayout,
  hostFolder: string,
  redactor: Redactor,
  { access, clock, cancelled }: OpenOptions,
): Promise<Pick<Project, 'store' | 'host' | 'patient'>> {
  const hostFile = databaseFile(path.join(hostFolder, 'host.db'), access);
  const store = await openStore(databaseFile(layout.database, access), redactor, { clock, cancelled });
  const host = await openHostStore(hostFile, redactor, { clock, cancelled }).catch(async (error: unknown) => {
    await store.destroy();
    throw error;
  });
  return { store, host, patient: { store: store.patient, host: host.patient } };
}

/**
 * The same project for work that must not be lost to a locked database: from the promise of a session until its record
 * is stored. Its stores wait without end where the project's own give up after 15 seconds.
 */
export function withPatience(project: Project): Project {
  return { ...project, ...project.patient };
}

/** The current settings; null without a configuration, because a look at records needs none. */
export function settingsIfAny({
  configFile,
  settings,
}: Pick<Project, 'configFile' | 'settings'>): Settings | null {
  return existsSync(configFile) ? settings() : null;
}

function requireProc(): void {
  if (existsSync('/proc/self/stat')) return;
  throw new Problem(
    'platform',
    'stint supervises processes through /proc, which this system does not have.',
    'Run it on Linux; looking at records works everywhere.',
    1,
  );
}

/** Whether a configuration has to be there: to run by, or because the call names it or changes it. */
function needsConfig(options: OpenOptions): boolean {
  const isNamed = options.configFile !== undefined || (options.assignments ?? []).length > 0;
  return isNamed || (options.access === 'write' && options.needsProject !== false);
}

/** The repository of a folder, or the folder itself where a script may be wrapped, or was. */
async function findPlace(options: OpenOptions): Promise<Repository> {
  const folder = requireFolder(options.folder);
  const repository = await findRepository(folder);
  if (repository) return repository;
  const alone: Repository = { top: folder, commonDir: null, branch: null, head: null };
  if (options.needsProject === false) return alone;
  if (options.access === 'read' && existsSync(placeState(alone, null, options.env).database)) return alone;
  throw await noRepository(options.folder);
}

/** An empty state and one that cannot be there are not the same: reading verbs must not take the second for the first. */
function refuseFile(stateFolder: string): void {
  const found = look(stateFolder);
  if (found === null || found.isDirectory()) return;
  throw new Problem(
    'state_unwritable',
    `${stateFolder} cannot be used: a file stands where a folder should be.`,
    'Put it aside, or set STINT_STATE_DIR to a folder.',
    1,
  );
}

/**
 * A database without a byte is a new one for SQLite. Where there were sessions it has been emptied (by a disk that was
 * full, say), and what they delivered would be done a second time.
 */
function refuseEmptied({ database, sessions }: StateLayout): void {
  const isEmpty = (): boolean => look(database)?.size === 0;
  const hasSessions = (): boolean =>
    look(sessions)?.isDirectory() === true && readdirSync(sessions).length > 0;
  // Asked again at last: another process may just have made it, and a first session in it.
  if (!isEmpty() || !hasSessions() || !isEmpty()) return;
  throw new Problem(
    'state_corrupt',
    `${database} is empty, and there were sessions: it has been damaged.`,
    'Put it back from a copy, or remove it; stint then starts a new one, which knows nothing of them.',
    1,
  );
}

function databaseFile(file: string, access: OpenOptions['access']): string {
  if (access === 'read') return existsSync(file) ? file : ':memory:';
  makeFolder(path.dirname(file));
  return file;
}
