import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { scratchProject, type ScratchProject } from './scratch.ts';

/** A project whose `main` follows a real remote, and a neighbour who pushes there. */
export interface RemoteProject extends ScratchProject {
  /** A file beside the checkout. */
  beside(name: string): string;
  /** The neighbour writes a file, commits and pushes it. Returns the commit. */
  push(file: string, content: string): string;
  /** Puts a shell script between this checkout and the remote; it may go on with `exec git-upload-pack "$@"`. */
  intercept(script: string): void;
}

export function remoteProject(config: string): RemoteProject {
  const project = scratchProject(config);
  const beside = (name: string): string => path.join(project.folder, '..', name);
  const git = (folder: string, ...args: string[]): string =>
    execFileSync('git', args, { cwd: folder, env: project.env, encoding: 'utf8', stdio: 'pipe' }).trim();
  const [origin, neighbour] = [beside('origin.git'), beside('neighbour')];
  mkdirSync(origin);
  git(origin, 'init', '--quiet', '--bare', '--initial-branch=main');
  project.git('remote', 'add', 'origin', origin);
  project.git('push', '--quiet', '--set-upstream', 'origin', 'main');
  git(beside('.'), 'clone', '--quiet', origin, neighbour);
  return {
    ...project,
    beside,
    push: (file, content) => {
      git(neighbour, 'pull', '--quiet', '--rebase');
      writeFileSync(path.join(neighbour, file), content);
      git(neighbour, 'add', file);
      git(neighbour, 'commit', '--quiet', '--message', `the neighbour's ${file}`);
      git(neighbour, 'push', '--quiet', 'origin', 'HEAD:main');
      return git(neighbour, 'rev-parse', 'HEAD');
    },
    intercept: (script) => {
      const program = beside('upload-pack');
      writeFileSync(program, `#!/bin/sh\n${script}\n`);
      chmodSync(program, 0o755);
      project.git('config', 'remote.origin.uploadpack', program);
    },
  };
}

/** How many processes wait for a lock file just now. */
export function waitersOf(file: string): number {
  const inode = statSync(file, { throwIfNoEntry: false })?.ino;
  if (inode === undefined) return 0;
  return readFileSync('/proc/locks', 'utf8')
    .split('\n')
    .filter((line) => line.includes(' -> FLOCK ') && line.includes(`:${inode} `)).length;
}
