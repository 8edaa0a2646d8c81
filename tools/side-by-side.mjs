// Runs scripts of package.json at the same time: `node tools/side-by-side.mjs test check:types check:lint`. The first one
// shows its output as it comes; each other one when all have ended. The exit code is 1 when any of them failed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const [shown, ...beside] = process.argv.slice(2);
if (shown === undefined) {
  console.error('Name the scripts of package.json that are to run.');
  process.exit(2);
}

// npm says where it is itself; a script that is started by hand takes that of the PATH.
const npm = process.env['npm_execpath'];
const [program, ...words] = npm ? [process.execPath, npm] : ['npm'];

/** Starts a script as the leader of a process group, so that all of it can be ended. */
function start(name, isShown) {
  const began = performance.now();
  const stdio = isShown ? 'inherit' : ['ignore', 'pipe', 'pipe'];
  const child = spawn(program, [...words, 'run', '--silent', name], { stdio, detached: !isShown });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text) => (output += text));
  const ended = once(child, 'close').then(([code]) => {
    const seconds = Math.round((performance.now() - began) / 1000);
    return { name, isWell: code === 0, output, seconds };
  });
  return { child, ended };
}

const first = start(shown, true);
const others = beside.map((name) => start(name, false));

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.once(signal, () => {
    first.child.kill(signal);
    // Hard: they only look, and some of them finish their work before they listen.
    for (const { child } of others) endGroup(child);
    process.exit(1);
  });

function endGroup(child) {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

const results = await Promise.all([first, ...others].map(({ ended }) => ended));
for (const { name, output } of results.slice(1))
  if (output.trim() !== '') console.log(`\n── npm run ${name}\n${output.trim()}`);
console.log('');
for (const { name, isWell, seconds } of results)
  console.log(`${isWell ? 'passed' : 'FAILED'}  ${name} (${seconds} s)`);
process.exitCode = results.every(({ isWell }) => isWell) ? 0 : 1;
