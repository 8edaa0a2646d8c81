// What a large store costs that was written before records had facts: the longest time for which its migration and the
// grouping keep the write lock, as another process sees it, and what reports cost afterwards.
//   node bench/group-records.ts [records]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { ReliabilityTally } from '../src/report/reliability.ts';
import { listFacts, visitRecent } from '../src/store/facts.ts';
import { groupRecords } from '../src/store/group-records.ts';
import { openStore } from '../src/store/store.ts';
import { EarlierBuild } from '../test/support/earlier-build.ts';
import { recordOf } from '../test/support/records.ts';

if (process.send) watchLock(process.argv[2] ?? '');
else await measure(Number(process.argv[2] ?? 1_000_000));

async function measure(records: number): Promise<void> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'stint-bench-'));
  try {
    const file = path.join(scratch, 'stint.db');
    fill(file, records);
    console.log(`Node ${process.version}, ${records} records, ${megabytes(file)}`);
    const rival = fork(import.meta.filename, [file]);
    await once(rival, 'message');
    const migrateMs = performance.now();
    const store = await openStore(file);
    const groupMs = performance.now();
    await groupRecords(store);
    const readMs = performance.now();
    rival.send('end');
    const [longestMs] = (await once(rival, 'message')) as [number];
    const tally = new ReliabilityTally(records / 2);
    await visitRecent(store, records, false, (group, own) => tally.add(group, own));
    const reportMs = performance.now();
    for (let seq = 0; seq < records; seq += 16_384) await listFacts(store, seq, seq + 16_384);
    const foldMs = performance.now();
    await store.destroy();
    console.log(`migrated in ${(groupMs - migrateMs).toFixed(0)} ms, grouped in ${seconds(groupMs, readMs)}`);
    console.log(`longest write lock ${longestMs.toFixed(0)} ms; afterwards ${megabytes(file)}`);
    console.log(
      `report over ${tally.report().sessions}: ${seconds(readMs, reportMs)}; facts of all: ${seconds(reportMs, foldMs)}`,
    );
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Another process that wants the write lock all the time, and says for how long it did not get it. */
function watchLock(file: string): void {
  const database = new SqliteDatabase(file, { timeout: 0 });
  let [freeMs, longestMs] = [performance.now(), 0];
  const timer = setInterval(() => {
    try {
      database.exec('begin immediate');
      database.exec('rollback');
      freeMs = performance.now();
    } catch {
      longestMs = Math.max(longestMs, performance.now() - freeMs);
    }
  }, 1);
  process.on('message', () => {
    clearInterval(timer);
    process.send?.(longestMs);
    process.disconnect();
  });
  process.send?.('ready');
}

/** Some records, and copies of them at other times. */
function fill(file: string, records: number): void {
  const earlier = new EarlierBuild(file);
  const kinds = 500;
  earlier.insertAll(
    Array.from({ length: kinds }, (_, number) =>
      recordOf(number, {
        model: `model-${number % 9}`,
        harness: `agent-${number % 5}`,
        grade: (number % 97) / 97,
        costUsd: (number % 31) / 10,
      }),
    ),
  );
  earlier.close();
  const database = new SqliteDatabase(file);
  const names = (database.pragma('table_info(records)') as { name: string }[])
    .map(({ name }) => name)
    .filter((name) => !['seq', 'session_id', 'started_at', 'ended_at'].includes(name));
  const copied = names.join(', ');
  const at = (minutes: string): string =>
    `strftime('%Y-%m-%dT%H:%M:%fZ', '2020-01-01', (${minutes}) || ' minutes')`;
  database.exec(`
    INSERT INTO records (session_id, started_at, ended_at, ${copied})
      WITH RECURSIVE copy(n) AS (SELECT ${kinds} UNION ALL SELECT n + 1 FROM copy WHERE n + 1 < ${records})
      SELECT 'c' || n, ${at('n * 3')}, ${at('n * 3 + 20')}, ${copied} FROM copy JOIN records ON seq = 1 + n % ${kinds}`);
  database.close();
}

function seconds(fromMs: number, toMs: number): string {
  return `${((toMs - fromMs) / 1000).toFixed(2)} s`;
}

function megabytes(file: string): string {
  return `${(statSync(file).size / 1e6).toFixed(0)} MB`;
}
