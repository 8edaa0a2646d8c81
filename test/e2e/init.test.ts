import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import {
  scratchEnvironment,
  scratchFolder,
  scratchProject,
  type ScratchProject,
} from '../support/scratch.ts';
import { stint } from '../support/stint.ts';

/** Puts a program on the project's PATH that says its version and, as an agent, commits. */
function install(project: ScratchProject, name: string, version: string): ScratchProject {
  const bin = path.join(project.folder, '..', 'bin');
  mkdirSync(bin, { recursive: true });
  const script = `#!/bin/sh\n[ "$1" = --version ] && { echo '${version} (${name})'; exit; }\ncat >/dev/null\nseq 40 >work.txt && git add work.txt && git commit -qm work\necho '{"type":"system","subtype":"init"}'\necho '{"type":"result","subtype":"success","is_error":false}'\n`;
  writeFileSync(path.join(bin, name), script);
  chmodSync(path.join(bin, name), 0o755);
  return { ...project, env: { ...project.env, PATH: `${bin}:${project.env['PATH']}` } };
}

const commandsAfter = (text: string): string[] =>
  text.split('\n').flatMap((line) => /^\s+\$ stint (.+)$/.exec(line)?.[1] ?? []);

test('init, then the three commands that it prints, as a stranger would', async () => {
  const project = install(scratchProject(), 'claude', '2.1.0');
  project.write('package.json', '{"scripts": {"test": "true"}}');
  project.write('package-lock.json', '{}');
  const init = await stint(project, 'init', '--yes');
  expect(init.code).toBe(0);
  expect(init.stderr).toMatch(/npm, set up with npm ci/);
  expect(init.stderr).toMatch(/claude-code 2\.1\.0/);
  const config = readFileSync(path.join(project.folder, 'stint.yaml'), 'utf8');
  expect(config).toMatch(/permissions: edit/);
  expect(config).toMatch(/check: npm test/);
  expect(existsSync(/\$schema=(\S+)/.exec(config)?.[1] ?? '')).toBe(true);
  const next = commandsAfter(init.stdout);
  expect(next).toEqual(['config show', 'plan', 'run code']);
  // The stub has no dependencies to install, and npm must not ask the network.
  writeFileSync(path.join(project.folder, 'stint.yaml'), config.replaceAll(/^ +(setup|check):.*\n/gm, ''));
  for (const line of next) {
    const result = await stint(project, ...line.split(' '));
    expect([line, result.code, result.stderr]).toEqual([line, 0, expect.any(String)]);
  }
});

test('init never overwrites, and says what to do', async () => {
  const project = scratchProject('version: 1 # mine\n');
  const result = await stint(project, 'init', '--yes');
  expect(result.code).toBe(2);
  expect(result.stderr).toMatch(/There is a stint\.yaml .* already\..*config validate/);
  expect(readFileSync(path.join(project.folder, 'stint.yaml'), 'utf8')).toBe('version: 1 # mine\n');
});

test('without a terminal and without --yes it asks nobody', async () => {
  const project = scratchProject();
  const result = await stint(project, 'init');
  expect(result.code).toBe(2);
  expect(result.stderr).toMatch(/no terminal.*--yes/);
  expect(existsSync(path.join(project.folder, 'stint.yaml'))).toBe(false);
});

test('outside a repository it writes nothing', async () => {
  const folder = scratchFolder();
  const result = await stint({ folder, env: scratchEnvironment(folder) }, 'init', '--yes');
  expect(result.code).toBe(2);
  expect(result.stderr).toMatch(/no git repository/);
});

test('on a terminal it asks, and takes the answer', () => {
  const project = scratchProject();
  const bin = path.resolve(import.meta.dirname, '../../bin/stint');
  // `script` gives the program a terminal of its own.
  execFileSync('script', ['-qec', `'${bin}' init`, '/dev/null'], {
    cwd: project.folder,
    env: project.env,
    input: 'maybe\nfull\n',
  });
  expect(readFileSync(path.join(project.folder, 'stint.yaml'), 'utf8')).toMatch(/^permissions: full/m);
});
