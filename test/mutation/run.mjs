// `npm run test:mutation`: changes the code of the pure rooms in one place at a time, and counts the changes that a test of
// those rooms notices. README.md beside this file says how to read the answer.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ROOMS } from './rooms.ts';

const FLOOR_PERCENT = 85;
const FELL = ['Killed', 'Timeout'];
const STAYED = ['Survived', 'NoCoverage'];

const TOP = path.resolve(import.meta.dirname, '../..');
const PACKAGES = path.join(import.meta.dirname, 'node_modules');
const REPORT = path.join(TOP, 'coverage/mutation.json');
const MEMORY = path.join(TOP, 'coverage/mutation-incremental.json');

function refuse(sentence) {
  console.error(
    `test:mutation: ${sentence} It takes rooms (${ROOMS.join(', ')}), files of them, and --fresh, which forgets earlier results.`,
  );
  process.exit(2);
}

function parse() {
  try {
    return parseArgs({ allowPositionals: true, options: { fresh: { type: 'boolean', default: false } } });
  } catch (error) {
    const [sentence] = error.message.split(/\.\s/);
    return refuse(`${sentence.replace(/\.$/, '')}.`);
  }
}

/** The source files that a word of the command line names, relative to the project. */
function filesOf(word) {
  if (ROOMS.includes(word)) return globSync(`src/${word}/**/*.ts`, { cwd: TOP });
  const file = path.relative(TOP, path.resolve(word));
  const [src, room] = file.split(path.sep);
  const isOurs =
    src === 'src' && ROOMS.includes(room) && file.endsWith('.ts') && existsSync(path.join(TOP, file));
  return isOurs ? [file] : refuse(`"${word}" is neither a pure room nor a file of one.`);
}

/** The packages are not those of the project: 180 of them, for this script alone. */
function install() {
  const done = path.join(PACKAGES, '.package-lock.json');
  const wanted = path.join(import.meta.dirname, 'package-lock.json');
  if (existsSync(done) && statSync(done).mtimeMs >= statSync(wanted).mtimeMs) return;
  const npm = process.env['npm_execpath'];
  const [program, ...before] = npm ? [process.execPath, npm] : ['npm'];
  // Vitest, which Stryker's runner asks for, is the project's own.
  const args = [
    'ci',
    '--legacy-peer-deps',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  const { status, error } = spawnSync(program, [...before, ...args], {
    cwd: import.meta.dirname,
    stdio: 'inherit',
  });
  if (status === 0) return;
  console.error(`Stryker could not be installed, so nothing was tested.${error ? ` ${error.message}` : ''}`);
  process.exit(1);
}

/** Of changes to constants Stryker does not know which tests read them: those that stayed alive are tried again. */
function forgetConstants() {
  const memory = JSON.parse(readFileSync(MEMORY, 'utf8'));
  for (const file of Object.values(memory.files))
    file.mutants = file.mutants.filter((each) => !each.static || !STAYED.includes(each.status));
  writeFileSync(MEMORY, JSON.stringify(memory));
}

function mutate(files) {
  rmSync(REPORT, { force: true });
  const stryker = path.join(PACKAGES, '@stryker-mutator/core/bin/stryker.js');
  const config = path.relative(TOP, path.join(import.meta.dirname, 'stryker.config.mjs'));
  const { status } = spawnSync(process.execPath, [stryker, 'run', config, '--mutate', files.join(',')], {
    cwd: TOP,
    stdio: 'inherit',
  });
  if (status !== 0 || !existsSync(REPORT)) process.exit(status || 1);
  return JSON.parse(readFileSync(REPORT, 'utf8')).files;
}

/** One line of the table: a mutant that no test reached is as alive as one that a test let pass. */
function score(room, mutants) {
  const count = (...statuses) => mutants.filter(({ status }) => statuses.includes(status)).length;
  const [killed, alive] = [count(...FELL), count(...STAYED)];
  const percent = killed + alive === 0 ? 100 : (100 * killed) / (killed + alive);
  return {
    room,
    killed,
    survived: count('Survived'),
    'not covered': count('NoCoverage'),
    ignored: count('Ignored'),
    percent,
  };
}

/** `src/plan/park.ts:44: a && b -> a || b`, the text of the source on one line. */
function describe(file, source, { location: { start, end }, replacement, status }) {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const last = lines.length - 1;
  lines[last] = lines[last].slice(0, end.column - 1);
  lines[0] = lines[0].slice(start.column - 1);
  const short = (text) => text.replaceAll(/\s+/g, ' ').replace(/^(.{70}).+$/, '$1…');
  const missed = status === 'NoCoverage' ? ' (no test comes here)' : '';
  return `${file}:${start.line}:${start.column}: ${short(lines.join('\n'))} -> ${short(replacement)}${missed}`;
}

const { values, positionals } = parse();
const named = (positionals.length > 0 ? positionals : ROOMS).flatMap(filesOf);
const files = [...new Set(named)].toSorted((a, b) => a.localeCompare(b));
install();
if (values.fresh) rmSync(MEMORY, { force: true });
if (existsSync(MEMORY)) forgetConstants();
const report = mutate(files);

const found = files.filter((file) => file in report).map((file) => ({ file, ...report[file] }));
for (const { file, source, mutants } of found)
  for (const mutant of mutants.filter(({ status }) => STAYED.includes(status)))
    console.log(describe(file, source, mutant));
const scores = [...Map.groupBy(found, ({ file }) => file.split('/')[1])].map(([room, inside]) =>
  score(
    room,
    inside.flatMap(({ mutants }) => mutants),
  ),
);
console.table(
  Object.fromEntries(
    scores.map(({ room, percent, ...counts }) => [room, { ...counts, '%': percent.toFixed(1) }]),
  ),
);
const low = scores.filter(({ percent }) => percent < FLOOR_PERCENT).map(({ room }) => room);
if (low.length > 0) console.error(`Below ${FLOOR_PERCENT} % of killed mutants: ${low.join(', ')}.`);
process.exitCode = low.length > 0 ? 1 : 0;
