import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { CONFIG_NAME, loadConfig, type LoadedConfig } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import { stateLayout, type StateLayout } from '../domain/layout.ts';
import type { Clock } from '../lib/clock.ts';
import { Problem } from '../lib/problem.ts';
import type { ProcessInfo } from '../lib/process-table.ts';
import { findRepository, type Repository } from '../lib/repository.ts';
import { prepareStateFolder } from '../run/session-folder.ts';
import { processLooks } from '../run/session-tree.ts';
import { openHostStore, openStore, type HostStore, type Store } from '../store/store.ts';

/** Everything that a verb works on: one repository, its state, and this machine. */
export interface Project {
  readonly repository: Repository;
  readonly layout: StateLayout;
  readonly store: Store;
  readonly host: HostStore;
  readonly clock: Clock;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly looks: () => readonly ProcessInfo[];
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
  /** Reading verbs make nothing: where there is no state yet they see an empty one. */
  readonly access: 'read' | 'write';
}

/** Opens the project that a folder belongs to. @throws Problem with the sentence that a person needs */
export async function openProject(options: OpenOptions): Promise<Project> {
  const repository = await findRepository(requireFolder(options.folder));
  if (!repository) {
    throw new Problem(
      'no_repository',
      `There is no git repository in ${options.folder}.`,
      'Go to one, name it with -C DIR, or run `git init`.',
    );
  }
  const configFile = path.resolve(
    options.folder,
    options.configFile ?? path.join(repository.top, CONFIG_NAME),
  );
  let loaded: LoadedConfig | null = null;
  const readConfig = (): LoadedConfig =>
    (loaded ??= loadConfig({ file: configFile, env: options.env, assignments: options.assignments ?? [] }));
  const readSettings = (): Settings => readConfig().settings;
  // Reading verbs work without a configuration, but one that is there decides where the state lies.
  const configured = options.access === 'write' || existsSync(configFile) ? readSettings() : null;
  const layout = placeState(repository, configured, options.env);
  const hostFolder = path.join(stateHome(options.env), 'stint');
  if (options.access === 'write')
    prepareStateFolder([layout.folder, layout.sessions, layout.locks, hostFolder]);
  const store = openStore(databaseFile(layout.database, options.access));
  const host = openHostStore(databaseFile(path.join(hostFolder, 'host.db'), options.access));
  return {
    repository,
    layout,
    store,
    host,
    clock: options.clock,
    env: options.env,
    looks: processLooks(options.clock),
    configFile,
    settings: readSettings,
    config: readConfig,
    close: async () => {
      await store.destroy();
      await host.destroy();
    },
  };
}

function requireFolder(folder: string): string {
  if (existsSync(folder)) return folder;
  throw new Problem('no_folder', `There is no folder ${folder}.`, 'Name another one with -C DIR.');
}

/** Where programs keep what outlives them, by the XDG rules. */
function stateHome(env: Readonly<NodeJS.ProcessEnv>): string {
  const given = env['XDG_STATE_HOME'];
  return given && path.isAbsolute(given) ? given : path.join(env['HOME'] ?? homedir(), '.local', 'state');
}

/** The environment over the configuration over `<git folder>/stint`, which worktrees share and `git clean` leaves alone. */
function placeState(
  repository: Repository,
  settings: Settings | null,
  env: Readonly<NodeJS.ProcessEnv>,
): StateLayout {
  const chosen = env['STINT_STATE_DIR'] ? path.resolve(env['STINT_STATE_DIR']) : (settings?.stateDir ?? null);
  const folder = chosen ?? path.join(repository.commonDir, 'stint');
  // Not inside .git: test runners and bundlers pass over every path that has such a part.
  const name = `${path.basename(repository.top)}-${createHash('sha256').update(repository.commonDir).digest('hex').slice(0, 8)}`;
  const worktrees =
    settings?.worktreeDir ??
    (chosen ? path.join(chosen, 'worktrees') : path.join(stateHome(env), 'stint', 'worktrees', name));
  return stateLayout(folder, worktrees);
}

function databaseFile(file: string, access: OpenOptions['access']): string {
  if (access === 'read') return existsSync(file) ? file : ':memory:';
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  return file;
}
