import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of its own, removed when the test is over. */
export function scratchFolder(): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'stint-test-')));
  onTestFinished(() => removeFolder(folder));
  return folder;
}

/** Removes a folder into which somebody who is just ending may still write a last line. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}

/** An environment without anything of the machine's own: no git settings, no outer session, no accounts. */
export function scratchEnvironment(folder: string): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(STINT_|GIT_|VITEST|NODE_OPTIONS)/.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    HOME: path.join(folder, 'home'),
    XDG_STATE_HOME: path.join(folder, 'state'),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Tester',
    GIT_AUTHOR_EMAIL: 'tester@example.invalid',
    GIT_COMMITTER_NAME: 'Tester',
    GIT_COMMITTER_EMAIL: 'tester@example.invalid',
    NO_COLOR: '1',
    // Tests run on machines that are busy, with tests say.
    STINT_ADMISSION__MEMORY: '100%',
    STINT_ADMISSION__DISK: '100%',
    STINT_ADMISSION__LOAD: '1000',
  };
}

/** One repository with a configuration, as a user has it. */
export interface ScratchProject {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stateFolder: string;
  git(...args: string[]): string;
  write(file: string, content: string): void;
}

export const AGENTS = path.resolve(import.meta.dirname, '../agents');

/** Makes a repository with one commit and, where given, a committed stint.yaml. */
export function scratchProject(config?: string): ScratchProject {
  const scratch = scratchFolder();
  const folder = path.join(scratch, 'project');
  const env = scratchEnvironment(scratch);
  mkdirSync(path.join(scratch, 'home'), { recursive: true });
  mkdirSync(folder);
  const git = (...args: string[]): string =>
    execFileSync('git', args, {
      cwd: folder,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  const write = (file: string, content: string): void => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), content);
  };
  git('init', '--quiet', '--initial-branch=main');
  write('README.md', '# scratch\n');
  if (config !== undefined) write('stint.yaml', config);
  git('add', '--all');
  git('commit', '--quiet', '--message', 'start');
  return { folder, env, stateFolder: path.join(folder, '.git', 'stint'), git, write };
}
