import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

// The package as a stranger gets it: packed, installed into an empty folder, run on every Node that it promises.

const TOP = path.resolve(import.meta.dirname, '../..');
const OLDEST = '22.14.0';
/** The newest that the native database crashes on; the bin must stop it first. */
const LAST_REFUSED = '22.13.1';
const RUNS_ON = [OLDEST, '24', '26'];
const TOO_OLD = ['20', LAST_REFUSED];

interface Manifest {
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly exports: { readonly '.': { readonly types: string; readonly default: string } };
}

const scratch = realpathSync(mkdtempSync(path.join(tmpdir(), 'stint-package-')));
const consumer = path.join(scratch, 'consumer');
const installed = path.join(consumer, 'node_modules', 'stint');
const stint = path.join(consumer, 'node_modules', '.bin', 'stint');
let packed: readonly string[] = [];

beforeAll(() => {
  runIn(TOP, 'npm', ['run', 'build']);
  const out = runIn(TOP, 'npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', scratch]);
  const tarball = path.join(scratch, readdirSync(scratch).find((name) => name.endsWith('.tgz')) ?? out);
  packed = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' })
    .split('\n')
    .filter((name) => name !== '')
    .map((name) => name.replace(/^package\//, ''));
  makeFolder('consumer', { name: 'consumer', private: true, type: 'module' });
  runIn(consumer, 'npm', ['install', '--no-audit', '--no-fund', tarball]);
  copyFileSync(path.join(TOP, 'examples', 'run-a-session.mjs'), path.join(consumer, 'run-a-session.mjs'));
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** The environment of somebody who is not in this checkout. */
function environment(node?: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(STINT_|GIT_|VITEST|NODE_|npm_|TEST$|DEV$|PROD$)/.test(name),
  );
  const withoutCheckout = (process.env['PATH'] ?? '').split(':').filter((part) => !part.startsWith(TOP));
  return {
    ...Object.fromEntries(kept),
    PATH: [...(node ? [path.dirname(node)] : []), ...withoutCheckout].join(':'),
    XDG_STATE_HOME: path.join(scratch, 'state'),
    GIT_CONFIG_GLOBAL: '/dev/null',
    NO_COLOR: '1',
  };
}

/** Runs a command that must succeed. */
function runIn(folder: string, command: string, args: readonly string[], env?: NodeJS.ProcessEnv): string {
  const done = spawnSync(command, args, { cwd: folder, env: env ?? process.env, encoding: 'utf8' });
  if (done.status === 0) return done.stdout;
  throw new Error(`${command} ${args.join(' ')} ended with ${done.status}:\n${done.stdout}\n${done.stderr}`);
}

function makeFolder(name: string, manifest: object): string {
  const folder = path.join(scratch, name);
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
  return folder;
}

/** A Node of that version, from the registry; its program. */
function installNode(version: string): string {
  const folder = makeFolder(`node-${version}`, { private: true });
  const name = `node-linux-${process.arch}`;
  runIn(folder, 'npm', ['install', '--no-audit', '--no-fund', '--force', `${name}@${version}`]);
  return path.join(folder, 'node_modules', name, 'bin', 'node');
}

function readManifest(): Manifest {
  return JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8')) as Manifest;
}

describe('the tarball', () => {
  test('holds what is used and nothing else', () => {
    const allowed =
      /^(bin\/(stint|stint-hook|package\.json)|dist\/.+\.(js|d\.ts)|demo\/agent\.mjs|stint\.schema\.json|README\.md|LICENSE|CHANGELOG\.md|package\.json)$/;
    expect(packed.filter((name) => !allowed.test(name))).toEqual([]);
    for (const name of [
      'bin/stint',
      'dist/api/index.js',
      'dist/index.d.ts',
      'dist/cli/main.js',
      'CHANGELOG.md',
    ])
      expect(packed).toContain(name);
  });

  test('names no path of the machine that built it', () => {
    const telling = packed.filter((name) => readFileSync(path.join(installed, name), 'utf8').includes(TOP));
    expect(telling).toEqual([]);
  });

  test('runs nothing when it is installed, and brings no Node', () => {
    const { scripts, dependencies } = readManifest();
    expect(Object.keys(scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([]);
    expect(Object.keys(dependencies).filter((name) => /runtime|^node-/.test(name))).toEqual([]);
    expect(
      readdirSync(path.join(consumer, 'node_modules')).filter((name) => /^node-linux|runtime/.test(name)),
    ).toEqual([]);
  });

  test('every dependency runs on the Node that engines promises', () => {
    const { engines, dependencies } = readManifest();
    expect(engines.node).toBe(`>=${OLDEST.replace(/\.0$/, '')}`);
    const demands = Object.keys(dependencies).map((name) => {
      const file = path.join(consumer, 'node_modules', name, 'package.json');
      return (JSON.parse(readFileSync(file, 'utf8')) as Partial<Manifest>).engines?.node ?? '*';
    });
    const lowest = demands.map((range) => Number(/>=?\s*(\d+)/.exec(range)?.[1] ?? 0));
    expect(Math.max(...lowest)).toBeLessThanOrEqual(22);
  });
});

describe.each(RUNS_ON)('on Node %s', (version) => {
  let node = '';
  beforeAll(() => {
    node = installNode(version);
  });

  test('it says its version', () => {
    expect(runIn(consumer, node, ['--version']).trim()).toMatch(
      new RegExp(`^v${version.replaceAll('.', '\\.')}`),
    );
    expect(runIn(consumer, stint, ['--version'], environment(node))).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('the demo is recorded as scripted', () => {
    expect(runIn(consumer, stint, ['demo', '--seed', '1'], environment(node))).toContain(
      'as scripted: 24 of 24',
    );
  });

  test('the example runs', () => {
    const printed = runIn(consumer, node, ['run-a-session.mjs'], environment(node));
    expect(printed).toContain('docs: productive');
    expect(printed).toContain('commits: docs: write a page\ncheck: passed\n');
  });
});

test.each(TOO_OLD)('on Node %s it says one sentence and ends with 2', (version) => {
  const env = environment(installNode(version));
  const done = spawnSync(stint, ['--version'], { cwd: consumer, env, encoding: 'utf8' });
  expect(done.stdout).toBe('');
  expect(done.stderr).toMatch(/^stint: it needs Node 22\.14 or newer, and this is v\S+\. Install [^\n]+\n$/);
  expect(done.status).toBe(2);
});

describe('the types', () => {
  /** Everything of the door that a strict user may name. */
  const USE = `import { openStint, Problem, type SessionRecord, type SessionProgress, type Stint } from 'stint';
export async function work(signal: AbortSignal): Promise<readonly string[]> {
  await using stint: Stint = await openStint({ folder: '.', set: ['supervise.silence=5m'] });
  const show = ({ state, waitingOn, elapsedMs }: SessionProgress): string => state + waitingOn + elapsedMs.toFixed();
  const record: SessionRecord = await stint.run('code', { signal, onProgress: (progress) => void show(progress) });
  const { failing, dominant } = await stint.report({ last: 10 });
  const grade: number | null = record.grade;
  const low: number = failing.interval[0];
  const mode: 'noop' | string | undefined = dominant?.mode;
  const found = await stint.records({ outcome: 'productive', limit: 3 });
  return [String(grade), String(low), String(mode), ...found.map(({ id }) => id)];
}
export const isLater = (error: unknown): boolean => error instanceof Problem && error.exitCode === 75;
// @ts-expect-error There is no such outcome.
export const wrong = (stint: Stint): unknown => stint.records({ outcome: 'great' });
`;

  function compile(options: Readonly<Record<string, unknown>>): string {
    writeFileSync(path.join(consumer, 'use.ts'), USE);
    const settings = {
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
      ...options,
    };
    writeFileSync(
      path.join(consumer, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: settings, files: ['use.ts'] }),
    );
    const tsc = path.join(TOP, 'node_modules', '.bin', 'tsc');
    return spawnSync(tsc, ['-p', 'tsconfig.json'], { cwd: consumer, encoding: 'utf8' }).stdout;
  }

  test.each(['nodenext', 'bundler'])('are whole without any other types (%s)', (resolution) => {
    const module = resolution === 'bundler' ? 'esnext' : 'nodenext';
    expect(compile({ module, moduleResolution: resolution, target: 'es2022', types: [] })).toBe('');
  });

  test('suit those of Node', () => {
    runIn(consumer, 'npm', ['install', '--no-audit', '--no-fund', '@types/node@24']);
    expect(compile({ module: 'nodenext', lib: ['es2022'], target: 'es2022', types: ['node'] })).toBe('');
  });
});
