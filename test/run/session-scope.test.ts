import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { SessionId } from '../../src/domain/ids.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { randomWord } from '../../src/lib/random.ts';
import { readProcessTable } from '../../src/lib/process-table.ts';
import { endTree } from '../../src/run/end-tree.ts';
import { findScope, findScopeHome, makeScope, wordsInside } from '../../src/run/session-scope.ts';
import { SessionTree } from '../../src/run/session-tree.ts';
import { scratchFolder } from '../support/scratch.ts';
import { waitUntil } from '../support/wait-until.ts';

const HOME = findScopeHome();

function newId(): SessionId {
  return randomWord(10) as SessionId;
}

function noteWith(text: string): string {
  const file = path.join(scratchFolder(), 'cgroup');
  writeFileSync(file, text);
  return file;
}

test('only a cgroup with the session’s own id in its name is taken for its scope', () => {
  const id = newId();
  for (const hostile of [
    '/',
    '/init.scope',
    `/stint-${id}/..`,
    `/stint-${id}/other`,
    '',
    '\n',
    `stint-${newId()}`,
  ])
    expect(findScope(id, noteWith(`${hostile}\n`)), hostile).toBeNull();
  expect(findScope(id, path.join(scratchFolder(), 'missing'))).toBeNull();
  // Nobody waits for a pipe that an agent has put there.
  const pipe = path.join(scratchFolder(), 'cgroup');
  execFileSync('mkfifo', [pipe]);
  expect(findScope(id, pipe)).toBeNull();
});

test.runIf(HOME !== null)(
  'a scope: who is started inside is in it, and one of another session below is not',
  async () => {
    const [outer, inner] = [newId(), newId()];
    const scope = makeScope(outer);
    if (!scope) throw new Error('this machine gives scopes');
    const below = `${scope.folder}/stint-${inner}`;
    const own = `${scope.folder}/made-by-the-agent`;
    const children = [scope.folder, below, own].map((folder) => {
      mkdirSync(folder, { recursive: true });
      const [program, ...words] = wordsInside({ folder } as typeof scope, ['sleep', '300']);
      const child = spawn(program, words, { stdio: 'ignore', detached: true, env: {} });
      onTestFinished(() => void child.kill('SIGKILL'));
      return { folder, child };
    });
    const pids = children.map(({ child }) => child.pid ?? 0);
    await waitUntil('all are inside', () =>
      children.every(({ folder, child }) =>
        readFileSync(`${folder}/cgroup.procs`, 'utf8').includes(`${child.pid}`),
      ),
    );
    expect(scope.pids()).toEqual(new Set([pids[0], pids[2]]));
    // Made twice, it is the same one.
    expect(makeScope(outer)?.folder).toBe(scope.folder);

    const tree = new SessionTree(outer, null, { scope });
    const ended = await endTree(tree, null, 100, systemClock);
    expect(ended).toEqual({ leftovers: ['sleep', 'sleep'], survivors: [], isContained: true });
    const [, neighbour] = children;
    expect(neighbour?.child.signalCode).toBeNull();
    expect(existsSync(own)).toBe(false);
    // It holds a scope that is in use: it goes with that one.
    expect(existsSync(scope.folder)).toBe(true);
    neighbour?.child.kill('SIGKILL');
    await waitUntil('it is gone', () => readFileSync(`${below}/cgroup.procs`, 'utf8') === '');
    rmdirSync(below);
    scope.remove();
    expect(existsSync(scope.folder)).toBe(false);
  },
);

test.runIf(HOME !== null)(
  'a process without a tag is named by the scope alone, with its own identity',
  async () => {
    const id = newId();
    const scope = makeScope(id);
    if (!scope) throw new Error('this machine gives scopes');
    const [program, ...words] = wordsInside(scope, ['sleep', '300']);
    const child = spawn(program, words, { stdio: 'ignore', detached: true, env: {} });
    onTestFinished(() => void child.kill('SIGKILL'));
    await waitUntil('it is inside', () => scope.pids().has(child.pid ?? 0));
    const outside = new SessionTree(id, null);
    const inside = new SessionTree(id, null, { scope });
    expect(outside.findAll()).toEqual([]);
    const [found] = inside.findAll();
    expect(found?.pid).toBe(child.pid);
    expect(inside.sample(readProcessTable()).map(({ pid }) => pid)).toEqual([child.pid]);
    await endTree(inside, null, 100, systemClock);
    expect(existsSync(scope.folder)).toBe(false);
  },
);

test.runIf(HOME !== null)(
  'one that forks and ends all the time, each time in a session of its own, does not slip by',
  async () => {
    const id = newId();
    const scope = makeScope(id);
    if (!scope) throw new Error('this machine gives scopes');
    const [stop, hop] = [path.join(scratchFolder(), 'stop'), path.join(scratchFolder(), 'hop')];
    onTestFinished(() => writeFileSync(stop, ''));
    writeFileSync(hop, `#!/bin/sh\n[ -e ${stop} ] || setsid "$0" &\n`, { mode: 0o755 });
    const [program, ...words] = wordsInside(scope, [hop]);
    const child = spawn(program, words, {
      stdio: 'ignore',
      detached: true,
      env: { PATH: process.env['PATH'] },
    });
    await once(child, 'exit');
    expect(scope.isPopulated()).toBe(true);
    const tree = new SessionTree(id, null, { scope });
    expect(await endTree(tree, null, 100, systemClock)).toMatchObject({ survivors: [], isContained: true });
    expect(scope.isPopulated()).toBe(false);
    expect(existsSync(scope.folder)).toBe(false);
  },
);
