import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { VERBS } from '../../src/cli/verbs.ts';
import { scratchProject, type ScratchProject } from '../support/scratch.ts';
import { configOf, recordedIds } from '../support/sessions.ts';
import { stint, STINT } from '../support/stint.ts';

function workingProject(): ScratchProject {
  const project = scratchProject(configOf({ code: { prompt: 'true' }, docs: { prompt: 'true' } }));
  project.env['PATH'] = `${path.dirname(STINT)}:${project.env['PATH']}`;
  return project;
}

/** What bash would offer for the last word, through the function that the script installs. */
function complete(project: Pick<ScratchProject, 'folder' | 'env'>, ...words: string[]): string[] {
  const script = `source <(stint completion bash)
COMP_WORDS=(stint "$@"); COMP_CWORD=$#
complete -p stint >/dev/null || exit 9
_stint
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const said = execFileSync('bash', ['-c', script, 'bash', ...words], {
    cwd: project.folder,
    env: project.env,
    encoding: 'utf8',
  });
  return said.split('\n').filter((line) => line !== '');
}

describe('bash', () => {
  test('verbs, their options, and what these take', () => {
    const project = workingProject();
    expect(complete(project, '')).toEqual([...VERBS.map(({ name }) => name), 'help']);
    expect(complete(project, 'de')).toEqual(['demo', 'declare']);
    expect(complete(project, 'xyzzy')).toEqual([]);
    expect(complete(project, 'help', 'rep')).toEqual(['report']);
    expect(complete(project, 'plan', '--')).toEqual(
      expect.arrayContaining(['--config', '--set', '--json', '--top', '--seed', '--exit-code', '--help']),
    );
    expect(complete(project, 'demo', '--')).toEqual(['--json', '--keep', '--seed', '--help']);
    expect(complete(project, 'config', '')).toEqual(['show', 'validate']);
    expect(complete(project, 'config', '--json', 'v')).toEqual(['validate']);
    expect(complete(project, 'report', '--last', '5', '')).toEqual([
      'reliability',
      'concurrency',
      'categories',
    ]);
    expect(complete(project, 'sessions', '--outcome', 'no')).toEqual(['noop', 'not-run']);
    expect(complete(project, 'init', '--permissions', '')).toEqual(['read', 'edit', 'full']);
    expect(complete(project, 'learn', '')).toEqual(['show', 'rebuild']);
    expect(complete(project, 'learn', 'show', '--category', 'd')).toEqual(['docs']);
    expect(complete(project, 'declare', '')).toEqual(['noop', 'blocked', 'done', 'open']);
    expect(complete(project, 'completion', '')).toEqual(['bash', 'zsh', 'fish']);
    expect(complete(project, 'audit', '--accept', 'noop')).toEqual([
      'noop-with-grade',
      'noop-with-deliverable',
      'noop-with-work',
    ]);
  });

  test('the categories of the configuration at hand', () => {
    const project = workingProject();
    expect(complete(project, 'run', '')).toEqual(['code', 'docs']);
    expect(complete(project, 'run', 'd')).toEqual(['docs']);
    expect(complete(project, 'run', 'code', '')).toEqual([]);
    expect(complete(project, 'run', '--wrap', '--', '')).toEqual([]);
    expect(complete(project, 'sessions', '--category', '')).toEqual(['code', 'docs']);
    project.write('other.yaml', configOf({ night: { prompt: 'true' } }));
    expect(complete(project, 'run', '--config', 'other.yaml', '')).toEqual(['night']);
    const outside = { ...project, folder: path.dirname(project.folder) };
    expect(complete(outside, 'run', '-C', 'project', '')).toEqual(['code', 'docs']);
  });

  test('session ids', async () => {
    const project = workingProject();
    for (const category of ['code', 'docs']) expect((await stint(project, 'run', category)).code).toBe(0);
    const ids = recordedIds(project).toSorted();
    expect(complete(project, 'show', '')).toEqual(ids);
    expect(complete(project, 'logs', '-f', ids[1]?.slice(0, 8) ?? '')).toEqual([ids[1]]);
  });

  test('nothing, and no word of an error, where there is nothing to offer', async () => {
    const project = workingProject();
    project.write('stint.yaml', 'version: [');
    expect(complete(project, 'run', '')).toEqual([]);
    expect(complete(project, 'run', '-C', '/nowhere', '')).toEqual([]);
    expect(complete({ ...project, folder: '/' }, 'show', '')).toEqual([]);
    const result = await stint(project, 'completion', '--words', '--', 'run', '');
    expect(result).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

test.for(['bash', 'zsh', 'fish'])('%s reads its script without an error', async (shell, context) => {
  const project = workingProject();
  const { code, stdout } = await stint(project, 'completion', shell);
  expect(code).toBe(0);
  if (spawnSync(shell, ['-c', 'exit 0']).error) return context.skip(`${shell} is not installed here`);
  const file = path.join(project.folder, 'script');
  writeFileSync(file, stdout);
  expect(spawnSync(shell, ['-n', file], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
});
