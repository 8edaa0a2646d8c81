// `npm run test:systemd`: `stint fanout --systemd` against a real user manager of systemd. Where none answers, one is
// started for the tests; where none can be, that is said and nothing is tested.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Its presence says that systemd may be asked; where nobody booted with it, a user manager works all the same. */
const BOOTED = '/run/systemd/system';
const MANAGERS = ['/usr/lib/systemd/systemd', '/lib/systemd/systemd'];
const START_LIMIT_MS = 120_000;

function answers(env) {
  const asked = spawnSync('systemctl', ['--user', 'show', '--property=Version'], { env, stdio: 'ignore' });
  return asked.status === 0;
}

function skip(why) {
  console.log(`The tests with systemd were skipped: ${why}.`);
  process.exit(0);
}

async function startManager(folder) {
  const program = MANAGERS.find((file) => existsSync(file));
  if (program === undefined) skip('there is no systemd here');
  if (!existsSync(BOOTED)) {
    if (process.getuid() !== 0)
      skip(`this machine did not boot with systemd, and only root can make ${BOOTED}`);
    mkdirSync(BOOTED, { recursive: true });
  }
  const env = { ...process.env, XDG_RUNTIME_DIR: folder, HOME: folder };
  delete env.DBUS_SESSION_BUS_ADDRESS;
  const child = spawn(program, ['--user'], { env, stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (said += text));
  const end = performance.now() + START_LIMIT_MS;
  while (!answers(env)) {
    if (child.exitCode !== null || performance.now() > end) {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
      skip(`no user manager could be started: ${said.trim().split('\n').at(-1) || 'it did not answer'}`);
    }
    await delay(50);
  }
  return { env: { ...process.env, XDG_RUNTIME_DIR: folder }, child };
}

const folder = mkdtempSync(path.join(tmpdir(), 'stint-systemd-'));
const own = answers(process.env) ? null : await startManager(folder);
const vitest = path.resolve(import.meta.dirname, '../../node_modules/vitest/vitest.mjs');
const config = path.join(import.meta.dirname, 'vitest.config.ts');
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', '--config', config, ...process.argv.slice(2)],
  { stdio: 'inherit', env: own?.env ?? process.env },
);
if (own) {
  own.child.kill('SIGTERM');
  await Promise.race([once(own.child, 'exit'), delay(5000, null, { ref: false })]);
}
rmSync(folder, { recursive: true, force: true });
process.exit(status ?? 1);
