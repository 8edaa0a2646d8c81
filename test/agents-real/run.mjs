// `npm run test:agents`: installs real agent CLIs of pinned versions from the package registry, and runs the tests beside
// this file with them. The agents get a network that holds nothing but this machine, where the machine allows one.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** `finish`: what the package's own install script would do, run here because npm may be told to run none. */
const AGENTS = {
  codex: { wanted: '@openai/codex@0.169.0', finish: null },
  'claude-code': {
    wanted: '@anthropic-ai/claude-code@2.1.330',
    finish: 'node_modules/@anthropic-ai/claude-code/install.cjs',
  },
};
const CACHE = path.join(tmpdir(), `stint-real-agents-${process.getuid()}`);

if (process.env['STINT_SKIP_REAL_AGENTS'] === '1') {
  console.log('The tests with real agents were skipped: STINT_SKIP_REAL_AGENTS=1.');
  process.exit(0);
}

/** The CLI's folder; installed once a version, and never half. */
function install(name, { wanted, finish }) {
  const folder = path.join(CACHE, wanted.replaceAll(/[@/]/g, '_'));
  if (existsSync(folder)) return folder;
  const draft = `${folder}.${process.pid}`;
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  writeFileSync(path.join(draft, 'package.json'), '{"private":true}');
  const npm = process.env['npm_execpath'];
  const [program, ...before] = npm ? [process.execPath, npm] : ['npm'];
  const args = ['install', wanted, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  runOrGiveUp(name, wanted, draft, program, [...before, ...args]);
  if (finish) runOrGiveUp(name, wanted, draft, process.execPath, [finish]);
  renameSync(draft, folder);
  return folder;
}

function runOrGiveUp(name, wanted, draft, program, args) {
  const { status, stderr } = spawnSync(program, args, { cwd: draft, encoding: 'utf8' });
  if (status === 0) return;
  rmSync(draft, { recursive: true, force: true });
  console.error(
    `${name} (${wanted}) could not be installed, so nothing was tested. Set STINT_SKIP_REAL_AGENTS=1 where there is no package registry.\n${stderr}`,
  );
  process.exit(1);
}

/** The words that start a program where only loopback is; none where the machine does not allow it. */
function loopbackOnly() {
  const words = [
    'unshare',
    process.getuid() === 0 ? '-n' : '-rn',
    'sh',
    '-c',
    'ip link set lo up && exec "$@"',
    'sh',
  ];
  const isAllowed = spawnSync(words[0], [...words.slice(1), 'true'], { stdio: 'ignore' }).status === 0;
  if (!isAllowed)
    console.log(
      'No network namespace is allowed here: the agents run with the whole network, and dummy keys.',
    );
  return isAllowed ? words : [];
}

const folders = Object.entries(AGENTS).map(([name, wanted]) => [name, install(name, wanted)]);
const vitest = path.resolve(import.meta.dirname, '../../node_modules/vitest/vitest.mjs');
const config = path.join(import.meta.dirname, 'vitest.config.ts');
const test = [process.execPath, vitest, 'run', '--config', config, ...process.argv.slice(2)];
const [program, ...args] = [...loopbackOnly(), ...test];
const { status } = spawnSync(program, args, {
  stdio: 'inherit',
  env: { ...process.env, STINT_REAL_AGENTS: JSON.stringify(Object.fromEntries(folders)) },
});
process.exit(status ?? 1);
