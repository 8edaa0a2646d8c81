import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SessionRecord } from '../../src/domain/record.ts';

/** An import of one set into a state of its own. */
export interface ImportedSet {
  readonly records: readonly SessionRecord[];
  /** What `import --json` printed. */
  readonly report: Readonly<Record<string, unknown>>;
  /** Processor time of the import and all that it started. */
  readonly cpuS: number;
}

/** @throws Error with what stint said, when an import fails */
export function importSet(stint: string, folder: string, repository: string | null): ImportedSet {
  const scratch = mkdtempSync(path.join(tmpdir(), 'stint-transcripts-'));
  try {
    const [home, work] = [path.join(scratch, 'home'), path.join(scratch, 'work')];
    for (const each of [home, work]) mkdirSync(each);
    const place = {
      cwd: work,
      env: { ...cleanEnvironment(), HOME: home, XDG_STATE_HOME: path.join(scratch, 'state') },
    };
    const asked = repository === null ? [] : ['--repo', repository];
    const done = timed([stint, 'import', '--json', folder, ...asked], place);
    const records = timed([stint, 'sessions', '--json'], place);
    return {
      report: JSON.parse(done.stdout) as ImportedSet['report'],
      records: JSON.parse(records.stdout) as SessionRecord[],
      cpuS: done.cpuS,
    };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The processor time of a bare parse of the same files: `readline` and `JSON.parse`, and nothing else. */
export function parseBare(folder: string): number {
  const script = path.join(import.meta.dirname, 'parse-bare.ts');
  return timed([process.execPath, script, folder], { cwd: folder, env: process.env }).cpuS;
}

function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(STINT_|GIT_|XDG_)/.test(name)),
  );
}

const MOST_OUTPUT = 1 << 30;

/** The shell counts what the command and its children used. */
function timed(
  command: readonly string[],
  place: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): { readonly stdout: string; readonly cpuS: number } {
  const script = '"$@"; code=$?; times >&2; exit $code';
  const { stdout, stderr, status } = spawnSync('/bin/sh', ['-c', script, 'sh', ...command], {
    ...place,
    encoding: 'utf8',
    maxBuffer: MOST_OUTPUT,
  });
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}: ${stderr.slice(-2000)}`);
  const [children = ''] = stderr.trimEnd().split('\n').slice(-1);
  const parts = [...children.matchAll(/(\d+)m([\d.]+)s/g)];
  return {
    stdout,
    cpuS: parts.reduce((sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds), 0),
  };
}
