// What an import of session records costs, as a ratio of readline and JSON.parse over the same file in the same run.
//   node bench/import-records.mjs [rows]
import { spawnSync } from 'node:child_process';
import { closeSync, createReadStream, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const TOP = path.resolve(import.meta.dirname, '..');
const ROWS = Number(process.argv[2] ?? 100_000);

const scratch = mkdtempSync(path.join(tmpdir(), 'stint-bench-'));
try {
  const file = path.join(scratch, 'records.jsonl');
  writeRows(file);
  console.log(`Node ${process.version}, ${ROWS} rows, ${(statSync(file).size / 1e6).toFixed(0)} MB`);
  const bare = await readBare(file);
  show('readline + JSON.parse', bare, bare);
  for (const [name, ...words] of [
    ['stint import', 'import', file],
    ['the same, unchanged', 'import', file],
    ['stint import --again', 'import', '--again', file],
    ['stint report --from', 'report', 'reliability', '--from', file],
  ])
    show(name, runStint(words), bare);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function writeRows(file) {
  const descriptor = openSync(file, 'w');
  for (let number = 0; number < ROWS; number++)
    writeSync(
      descriptor,
      `${JSON.stringify({
        session_id: `loop-${number}`,
        timestamp: new Date(Date.UTC(2026, 0, 1, 0, number)).toISOString(),
        duration_seconds: 1800,
        harness: 'claude-code',
        model: 'sonnet',
        category: 'code',
        outcome: number % 5 === 0 ? 'noop' : 'productive',
        grades: { productivity: (number % 100) / 100 },
        grade_reasons: { productivity: 'x'.repeat(400) },
        loop_status: number % 3 === 0 ? 'open' : 'closed',
      })}\n`,
    );
  closeSync(descriptor);
}

async function readBare(file) {
  const startMs = performance.now();
  let rows = 0;
  for await (const line of createInterface({ input: createReadStream(file) }))
    if (JSON.parse(line).session_id) rows++;
  return { ms: performance.now() - startMs, rows };
}

function runStint(words) {
  const startMs = performance.now();
  const done = spawnSync('/bin/sh', ['-c', 'exec "$0" "$@"', path.join(TOP, 'bin', 'stint'), ...words], {
    cwd: scratch,
    env: { ...process.env, XDG_STATE_HOME: path.join(scratch, 'state') },
    encoding: 'utf8',
  });
  if (done.status !== 0) throw new Error(`stint ${words[0]} ended with ${done.status}: ${done.stderr}`);
  return { ms: performance.now() - startMs };
}

function show(name, { ms }, bare) {
  console.log(
    `${name.padEnd(24)} ${ms.toFixed(0).padStart(7)} ms ${(ms / bare.ms).toFixed(1).padStart(6)} × bare`,
  );
}
