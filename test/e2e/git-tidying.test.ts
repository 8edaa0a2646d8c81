import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { remoteProject, type RemoteProject } from '../support/remote.ts';
import { configOf, worktreesOf } from '../support/sessions.ts';
import { runSession } from '../support/stint.ts';

// git tidies up by itself now and then, after a commit, a fetch or a merge, and goes on with it in the background. Behind a
// session that would be ended with it, each time anew; behind a landing it stands in the worktree that has to go.

/** A repository in which the next git that looks would tidy up. Each one that does so notes where. */
function untidyProject(categories: Record<string, object>): RemoteProject & { tidied: () => string[] } {
  const project = remoteProject(configOf(categories));
  for (const name of ['one', 'two']) {
    project.write(name, name);
    project.git('add', name);
    project.git('commit', '--quiet', '--message', name);
    project.git('repack', '--quiet', '-d');
  }
  project.git('push', '--quiet', 'origin', 'main');
  project.git('config', 'gc.autoPackLimit', '1');
  const hook = path.join(project.folder, '.git/hooks/pre-auto-gc');
  const note = project.beside('tidied');
  mkdirSync(path.dirname(hook), { recursive: true });
  writeFileSync(hook, `#!/bin/sh\npwd >> '${note}'\n`);
  chmodSync(hook, 0o755);
  return { ...project, tidied: () => (existsSync(note) ? linesOf(note) : []) };
}

function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8').trim().split('\n');
}

function packsOf(project: RemoteProject): number {
  const names = readdirSync(path.join(project.folder, '.git/objects/pack'));
  return names.filter((name) => name.endsWith('.pack')).length;
}

test('what an agent’s commit sets off is done before it ends, and nothing of it is left behind', async () => {
  const project = untidyProject({ code: { prompt: 'echo a > a; git add a; git commit -qm a' } });
  expect(packsOf(project)).toBe(2);
  const record = await runSession(project, 'code');
  expect(record).toMatchObject({ outcome: 'productive', leftovers: [] });
  expect(project.tidied()).not.toEqual([]);
  expect(packsOf(project)).toBe(1);
});

test('setup, the agent and the command after it are all told so', async () => {
  const asked = 'git config --get gc.autoDetach >> "$SAID" || echo none >> "$SAID"';
  const project = untidyProject({
    code: {
      prompt: `${asked}; echo a > a; git add a; git -c gc.auto=0 commit -qm a`,
      setup: asked,
      shell: true,
      after: asked,
    },
  });
  const said = project.beside('said');
  await runSession({ ...project, env: { ...project.env, SAID: said } }, 'code');
  expect(linesOf(said)).toEqual(['false', 'false', 'false']);
});

test('stint’s own git sets off nothing, whichever way it lands', async () => {
  const commit = (name: string): string =>
    `echo ${name} > ${name}; git add ${name}; git -c gc.auto=0 commit -qm ${name}`;
  const project = untidyProject({
    code: { prompt: commit('a'), land: 'rebase', pull: 'in-place' },
    docs: { prompt: commit('b'), land: 'push', base: 'origin/main' },
  });
  project.push('theirs', 'theirs');
  for (const category of ['docs', 'code'])
    expect(await runSession(project, category)).toMatchObject({ landing: { kind: 'landed' }, warnings: [] });
  expect(project.tidied()).toEqual([]);
  expect(packsOf(project)).toBe(2);
  expect(worktreesOf(project)).toEqual([]);
});
