import { execFileSync, spawnSync } from 'node:child_process';
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
  expect(result.stderr).toMatch(/not a terminal.*--yes/);
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

test('without an agent and without a commit it says what comes first', async () => {
  const scratch = scratchProject();
  const folder = path.join(scratch.folder, '..', 'new');
  scratch.git('init', '--quiet', '--initial-branch=trunk', folder);
  const env = { ...scratch.env, PATH: '/usr/bin:/bin' };
  const init = await stint({ folder, env }, 'init', '--yes');
  expect(init.code).toBe(0);
  expect(init.stderr).toMatch(/default branch trunk/);
  expect(init.stdout).toMatch(/^First: put the command of your agent .* my-agent/m);
  expect(init.stdout).toMatch(/^First: make a commit, .*git commit/m);
  expect(commandsAfter(init.stdout)).toEqual(['doctor', 'plan', 'run code']);
  expect((await stint({ folder, env }, 'doctor')).stdout).toMatch(/^! repository .*no commit yet/m);
});

test('a bare repository is named as what it is', async () => {
  const project = scratchProject();
  const folder = path.join(project.folder, '..', 'bare.git');
  project.git('init', '--quiet', '--bare', folder);
  for (const words of [['init', '--yes'], ['status']]) {
    const result = await stint({ folder, env: project.env }, ...words);
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(/bare\.git is a bare git repository.* Clone it/);
  }
});

test.each([
  [
    'npm without a lock file brings its packages and leaves no lock file',
    { 'package.json': '{"scripts": {"test": "ava"}, "devDependencies": {"ava": "1"}}' },
    ['setup: npm install --no-package-lock', 'check: npm test'],
  ],
  [
    'npm without packages needs none',
    { 'package.json': '{"scripts": {"test": "node t.js"}}' },
    ['check: npm test'],
  ],
  [
    'Python with tests',
    { 'pyproject.toml': '[project]\n', 'tests/test_a.py': '' },
    ['check: python3 -m pytest'],
  ],
  ['Python without tests, which pytest calls a failure', { 'pyproject.toml': '[project]\n' }, []],
  ['Go', { 'go.mod': 'module x\n' }, ['check: go test ./...']],
])('%s', async (_, files, lines) => {
  const project = scratchProject();
  for (const [name, text] of Object.entries(files)) project.write(name, text);
  expect((await stint(project, 'init', '--yes')).code).toBe(0);
  const config = readFileSync(path.join(project.folder, 'stint.yaml'), 'utf8');
  const [code = ''] = config.split('  docs:').map((part) => part.slice(part.indexOf('  code:')));
  const found = code.split('\n').filter((line) => /^ +(setup|check):/.test(line));
  expect(found.map((line) => line.replace(/ #.*/, '').trim())).toEqual(lines);
});

test('Windows is refused with a sentence', () => {
  const preload = path.join(scratchFolder(), 'windows.cjs');
  writeFileSync(preload, "Object.defineProperty(process, 'platform', { value: 'win32' });");
  const bin = path.resolve(import.meta.dirname, '../../bin/stint');
  const { status, stderr } = spawnSync(process.execPath, ['--require', preload, bin, '--version'], {
    encoding: 'utf8',
  });
  expect(status).toBe(2);
  expect(stderr).toMatch(/^stint: it does not run on Windows: .* WSL 2.*\.\n$/);
});
