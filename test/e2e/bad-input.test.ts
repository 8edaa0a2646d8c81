import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { findMisses, pathWithout, scratchOf, snapshot } from '../support/refusals.ts';
import { scratchProject } from '../support/scratch.ts';
import { configOf } from '../support/sessions.ts';
import { stint, STINT } from '../support/stint.ts';

// The program itself with wrong input; `test/cli/wrong-*.test.ts` have all of it, without a process for each call.

test.for([
  { call: '', exit: 2, code: 'usage', says: /A verb is missing\. See `stint --help`/ },
  { call: 'rnu', exit: 2, code: 'unknown_verb', says: /no verb "rnu"\. Did you mean "run"\?/ },
  { call: 'run cod', exit: 2, code: 'unknown_category', says: /no category "cod"\. Did you mean "code"\?/ },
  { call: 'pull', exit: 2, code: 'cannot_pull', says: /main in .* follows no branch of a remote/ },
  {
    call: 'run --wrap -- no-such-program',
    exit: 1,
    code: 'harness_missing',
    says: /no program "no-such-pro/,
  },
])('stint $call', async (refusal) => {
  const project = scratchProject(configOf({ code: { prompt: 'true' } }));
  const before = snapshot(scratchOf(project));
  expect(await findMisses(project, refusal, stint)).toEqual([]);
  expect(snapshot(scratchOf(project))).toEqual(before);
});

test('its own environment has a wrong setting, or lacks git', async () => {
  const project = scratchProject(configOf({ code: { prompt: 'true' } }));
  const wrong = { ...project.env, STINT_SUPERVISE__SILENCE: 'soon' };
  const refusal = { call: 'run code', exit: 2, code: 'config_invalid', says: /SILENCE: .*"soon"/ };
  expect(await findMisses({ ...project, env: wrong }, refusal, stint)).toEqual([]);
  const bare = { ...project.env, PATH: pathWithout(project, 'git') };
  const missing = { call: 'run code', exit: 1, code: 'git_missing', says: /There is no `git` on PATH\./ };
  expect(await findMisses({ ...project, env: bare }, missing, stint)).toEqual([]);
});

test('a configuration may come through a pipe that the shell hands over', () => {
  const project = scratchProject(configOf({ code: { prompt: 'true' } }));
  const said = execFileSync('sh', ['-c', `cat stint.yaml | '${STINT}' config validate --config /dev/stdin`], {
    cwd: project.folder,
    env: project.env,
    encoding: 'utf8',
  });
  expect(said).toMatch(/\/dev\/stdin is valid/);
});

test('what follows two dashes is not ours: its --json asks for nothing', async () => {
  const project = scratchProject();
  const result = await stint(project, 'run', '--wrap', '--', 'no-such-program', '--json');
  expect(result).toMatchObject({ code: 1, stdout: '' });
});
