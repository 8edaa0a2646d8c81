// How long stint takes to start, as a ratio of a Node that does nothing: from this checkout, and from the built package
// as npm installs it. Machines differ and so do their moods: every round runs each command once, and medians count.
//   npm run bench:start -- [rounds]
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const TOP = path.resolve(import.meta.dirname, '..');
const ROUNDS = Number(process.argv[2] ?? 25);
const VERBS = ['--version', '--help', 'status'];

const scratch = mkdtempSync(path.join(tmpdir(), 'stint-bench-'));
try {
  const project = makeProject(path.join(scratch, 'project'));
  const bare = { name: 'node -e 0', command: [process.execPath, '-e', '0'] };
  const places = { checkout: path.join(TOP, 'bin', 'stint'), package: installPackage(scratch) };
  const commands = Object.entries(places).flatMap(([place, stint]) =>
    VERBS.map((verb) => ({ name: `stint ${verb} (${place})`, command: [stint, verb] })),
  );
  report(measure([bare, ...commands], project), bare.name);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Milliseconds of each run, by name. The first round fills the compile cache and does not count. */
function measure(commands, folder) {
  const env = {
    ...process.env,
    // The same Node for all.
    PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`,
    XDG_STATE_HOME: path.join(scratch, 'state'),
    NODE_COMPILE_CACHE: path.join(scratch, 'cache'),
  };
  const times = new Map(commands.map(({ name }) => [name, []]));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const { name, command } of commands) {
      const [program, ...args] = command;
      const startMs = performance.now();
      const done = spawnSync(program, args, { cwd: folder, env, encoding: 'utf8' });
      const tookMs = performance.now() - startMs;
      if (done.status !== 0) throw new Error(`${name} ended with ${done.status}: ${done.stderr}`);
      if (round > 0) times.get(name).push(tookMs);
    }
  }
  return times;
}

function report(times, base) {
  const unit = median(times.get(base));
  console.log(`Node ${process.version}, medians of ${ROUNDS} interleaved rounds`);
  for (const [name, all] of times) {
    const ms = median(all);
    console.log(
      `${name.padEnd(28)} ${ms.toFixed(1).padStart(7)} ms ${(ms / unit).toFixed(2).padStart(6)} × bare`,
    );
  }
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** The built package in a folder of its own, with links to this checkout's dependencies: npm's layout, without a network. */
function installPackage(folder) {
  execFileSync('npm', ['run', 'build'], { cwd: TOP, stdio: ['ignore', 'ignore', 'inherit'] });
  const { files, dependencies } = JSON.parse(readFileSync(path.join(TOP, 'package.json'), 'utf8'));
  const modules = path.join(folder, 'node_modules');
  for (const file of [...files, 'package.json'])
    cpSync(path.join(TOP, file), path.join(modules, 'stint', file), { recursive: true });
  for (const name of Object.keys(dependencies))
    symlinkSync(path.join(TOP, 'node_modules', name), path.join(modules, name));
  const bin = path.join(modules, '.bin', 'stint');
  mkdirSync(path.dirname(bin));
  symlinkSync('../stint/bin/stint', bin);
  return bin;
}

function makeProject(folder) {
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', folder]);
  writeFileSync(
    path.join(folder, 'stint.yaml'),
    `version: 1
permissions: edit
harnesses:
  plain: { command: [cat], format: text }
categories:
  code: { harness: plain, prompt: Nothing. }
`,
  );
  return folder;
}
