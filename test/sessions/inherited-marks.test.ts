import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import { runInProcess } from '../support/in-process.ts';
import { scratchFolder, scratchProject } from '../support/scratch.ts';
import { configOf } from '../support/sessions.ts';

/** As the shell tool of an agent session would start stint, and inside a hook of git. */
const AROUND = { CLAUDECODE: '1', CODEX_THREAD_ID: 't1', GEMINI_CLI: '1', GIT_DIR: '/elsewhere/.git' };
const SETTINGS = { CLAUDE_CONFIG_DIR: '/claude', CODEX_HOME: '/codex' };

test('neither an agent nor a command of the project inherits the marks of a session around stint', async () => {
  const seen = scratchFolder();
  const write = (name: string): string => `env >'${path.join(seen, name)}'`;
  const agent = `${write('agent')}; echo x >f; git add f; git commit -qm f`;
  const shell = (name: string): string[] => ['sh', '-c', write(name)];
  const config = configOf({ code: { prompt: agent, setup: shell('setup'), check: shell('check') } });
  const project = scratchProject(config);
  const around = { ...project, env: { ...project.env, ...AROUND, ...SETTINGS } };
  await runInProcess(around, 'code', systemClock);
  for (const name of ['setup', 'agent', 'check']) {
    const env = readFileSync(path.join(seen, name), 'utf8').split('\n');
    for (const [mark, value] of Object.entries(AROUND)) expect(env).not.toContain(`${mark}=${value}`);
    for (const [setting, value] of Object.entries(SETTINGS)) expect(env).toContain(`${setting}=${value}`);
  }
});

test('what a command line sets itself is the agent’s', async () => {
  const seen = path.join(scratchFolder(), 'agent');
  const project = scratchProject(
    configOf(
      { code: { prompt: 'x', harness: 'own' } },
      { harnesses: { own: { command: ['env', 'CLAUDECODE=own', 'sh', '-c', `env >'${seen}'`] } } },
    ),
  );
  await runInProcess({ ...project, env: { ...project.env, CLAUDECODE: '1' } }, 'code', systemClock, 'own');
  expect(readFileSync(seen, 'utf8').split('\n')).toContain('CLAUDECODE=own');
});
