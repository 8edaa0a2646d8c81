// What `stint report concurrency` costs over many lock events.
//   node bench/concurrency.mjs [events]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import SqliteDatabase from 'better-sqlite3';

const TOP = path.resolve(import.meta.dirname, '..');
const EVENTS = Number(process.argv[2] ?? 1_000_000);
const LOCKS = 20;

const scratch = mkdtempSync(path.join(tmpdir(), 'stint-bench-'));
try {
  spawnSync('git', ['init', '--quiet', scratch]);
  const env = { ...process.env, XDG_STATE_HOME: path.join(scratch, 'state') };
  // Makes the state with its newest tables.
  spawnSync(path.join(TOP, 'bin/stint'), ['run', '--wrap', '--', 'true'], { cwd: scratch, env });
  fill(path.join(scratch, '.git/stint/stint.db'));
  console.log(`Node ${process.version}, ${EVENTS} events of ${LOCKS} locks`);
  for (const since of ['3650d', '2h']) {
    const startMs = performance.now();
    const words = ['report', 'concurrency', '--since', since, '--json'];
    const { stdout } = spawnSync(path.join(TOP, 'bin/stint'), words, { cwd: scratch, env, encoding: 'utf8' });
    const { total_acquisitions, peak_concurrency, same_lock_violations } = JSON.parse(stdout);
    const seconds = ((performance.now() - startMs) / 1000).toFixed(2);
    console.log(
      `--since ${since}: ${seconds} s (${total_acquisitions} acquisitions, ${peak_concurrency} at once, ${same_lock_violations} violations)`,
    );
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Sessions of a minute one after the other on each lock, the newest now. */
function fill(file) {
  const database = new SqliteDatabase(file);
  const add = database.prepare('insert into lock_events (at, lock, session_id, kind) values (?, ?, ?, ?)');
  const rounds = Math.floor(EVENTS / 2 / LOCKS);
  const begin = Date.now() - rounds * 60_000;
  database.transaction(() => {
    for (let round = 0; round < rounds; round++)
      for (const kind of ['acquired', 'released'])
        for (let lock = 0; lock < LOCKS; lock++) {
          const ms = begin + round * 60_000 + lock * 100 + (kind === 'acquired' ? 0 : 50_000);
          add.run(new Date(ms).toISOString(), `lock${lock}`, `s${round}x${lock}`, kind);
        }
  })();
  database.close();
}
