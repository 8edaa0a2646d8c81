// What it costs to read transcripts, as a ratio of readline and JSON.parse over the same bytes in the same run, and how
// much memory that takes as files grow. Goal: 1.3 times, and flat.
//   npm run bench:transcripts -- [MB]          over files made here
//   STINT_TRANSCRIPTS=FOLDER npm run bench:transcripts    over those of a folder too
import { spawnSync } from 'node:child_process';
import { closeSync, createReadStream, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { readSessions } from '../src/harness/read-sessions.ts';
import { claudeFile, codexFile } from './transcript-lines.ts';
import { transcriptsIn } from '../test/transcripts/find-transcripts.ts';

const ROUNDS = 7;
const MB = 1 << 20;

if (process.argv[2] === '--measure-memory') measureMemory(process.argv[3] ?? '');
else await main(Number(process.argv[2] ?? 64));

async function main(size: number): Promise<void> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'stint-bench-'));
  try {
    console.log(`Node ${process.version}, medians of ${ROUNDS} rounds`);
    for (const [name, lines] of [
      ['Claude Code', claudeFile],
      ['Codex', codexFile],
    ] as const) {
      const file = path.join(scratch, `${name}.jsonl`);
      writeLines(file, lines(), size * MB);
      await compare(name, [file]);
      const small = path.join(scratch, 'small.jsonl');
      writeLines(small, lines(), (size / 8) * MB);
      console.log(
        `  memory at most: ${peakOf(small)} MB at ${size / 8} MB, ${peakOf(file)} MB at ${size} MB`,
      );
    }
    const folder = process.env['STINT_TRANSCRIPTS'];
    if (folder) await compare(folder, transcriptsIn(folder));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function writeLines(file: string, lines: Iterable<object>, bytes: number): void {
  const descriptor = openSync(file, 'w');
  let written = 0;
  for (const line of lines) {
    if (written >= bytes) break;
    written += writeSync(descriptor, `${JSON.stringify(line)}\n`);
  }
  closeSync(descriptor);
}

/** Both ways in turn, so that the machine's moods meet both. */
async function compare(name: string, files: readonly string[]): Promise<void> {
  const bare: number[] = [];
  const own: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    let startMs = performance.now();
    for (const file of files) await readBare(file);
    const bareMs = performance.now() - startMs;
    startMs = performance.now();
    for (const file of files) readSessions(file);
    // The first warms up.
    if (round === 0) continue;
    bare.push(bareMs);
    own.push(performance.now() - startMs);
  }
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  const ratio = median(own.map((ms, round) => ms / (bare[round] ?? Number.NaN)));
  console.log(
    `${name}: ${(bytes / MB).toFixed(1)} MB, bare ${median(bare).toFixed(0)} ms, readSessions ${median(own).toFixed(0)} ms, ${ratio.toFixed(2)} times`,
  );
}

async function readBare(file: string): Promise<number> {
  let objects = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    try {
      if (JSON.parse(line)) objects++;
    } catch {
      // Two objects on one line, or none.
    }
  }
  return objects;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** The most that a process of its own held while it read the file, in MB. */
function peakOf(file: string): string {
  const args = [import.meta.filename, '--measure-memory', file];
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return stdout.trim();
}

function measureMemory(file: string): void {
  readSessions(file);
  console.log((process.resourceUsage().maxRSS / 1024).toFixed(0));
}
