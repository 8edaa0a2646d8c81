// What an import of transcripts costs: the first one against readline and JSON.parse over the same bytes, one with nothing
// new against the start of the CLI and a bare walk with a stat of each file; and how much memory 1 × and 4 × the input
// need, transcripts and session records.
//   node bench/import.mjs [files] [MB a file]
import { spawn } from 'node:child_process';
import {
  createReadStream,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { makePublished } from '../tools/bundle.ts';

const TOP = path.resolve(import.meta.dirname, '..');
const FILES = Number(process.argv[2] ?? 200);
const MB = Number(process.argv[3] ?? 1);
/** A turn has about so many bytes. */
const TURN_BYTES = 3700;
const TURNS = Math.ceil((MB * 1_000_000) / TURN_BYTES);

const scratch = mkdtempSync(path.join(tmpdir(), 'stint-bench-'));
const program = path.join(scratch, 'stint');
mkdirSync(program);
try {
  await makePublished(TOP, program);
  const once = makeTranscripts('once', FILES);
  console.log(`Node ${process.version}, ${FILES} transcripts of ${MB} MB`);
  const bare = await readBare(once);
  const first = await runStint('1', ['import', once]);
  show('first import', first, bare, 'readline + JSON.parse');
  const start = (await runStint('1', ['--version'])).ms;
  const walk = walkBare(once);
  const again = await best(3, () => runStint('1', ['import', once]));
  show('nothing new', again, start + walk, 'start + walk and stat');
  const four = await runStint('4', ['import', makeTranscripts('four', 4 * FILES)]);
  console.log(`memory: ${mb(first)} for 1 ×, ${mb(four)} for 4 × (${(four.rss / first.rss).toFixed(2)} ×)`);
  const rows = await runStint('r1', ['import', makeRecords('r1.jsonl', 25_000)]);
  const moreRows = await runStint('r4', ['import', makeRecords('r4.jsonl', 100_000)]);
  console.log(
    `memory: ${mb(rows)} for 25000 records, ${mb(moreRows)} for 100000 (${(moreRows.rss / rows.rss).toFixed(2)} ×)`,
  );
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function makeTranscripts(name, count) {
  const folder = path.join(scratch, name);
  mkdirSync(folder);
  for (let number = 0; number < count; number++) {
    const thread = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
    writeFileSync(path.join(folder, `${thread}.jsonl`), transcript(thread));
  }
  return folder;
}

function transcript(thread) {
  const head = {
    sessionId: thread,
    cwd: '/gone',
    entrypoint: 'sdk-cli',
    isSidechain: false,
    version: '2.1.330',
  };
  const line = (minute, type, message) => {
    const timestamp = new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
    return `${JSON.stringify({ ...head, type, timestamp, message })}\n`;
  };
  const answer = (minute, block) => {
    const usage = { input_tokens: 10, output_tokens: 5, cache_read_input_tokens: 100 };
    const message = { id: `m${minute}`, model: 'a-model', role: 'assistant', content: [block], usage };
    return line(minute, 'assistant', message);
  };
  let text = line(0, 'user', { role: 'user', content: 'Go on.' });
  for (let turn = 1; turn <= TURNS; turn++) {
    const id = `c${turn}`;
    text += answer(turn, { type: 'tool_use', id, name: 'Bash', input: { command: `npm test -- ${turn}` } });
    const content = `line ${turn} of what a tool printed; `.repeat(95);
    text += line(turn, 'user', {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: id, content }],
    });
  }
  return text + answer(TURNS + 1, { type: 'text', text: 'Done.' });
}

function makeRecords(name, count) {
  const file = path.join(scratch, name);
  const row = (number) => ({
    session_id: `loop-${number}`,
    timestamp: new Date(Date.UTC(2026, 0, 1, 0, number)).toISOString(),
    outcome: 'productive',
    grades: { productivity: 0.5 },
    grade_reasons: { productivity: 'x'.repeat(400) },
  });
  writeFileSync(
    file,
    Array.from({ length: count }, (_, number) => `${JSON.stringify(row(number))}\n`).join(''),
  );
  return file;
}

async function readBare(folder) {
  const startMs = performance.now();
  let lines = 0;
  for (const name of readdirSync(folder))
    for await (const line of createInterface({ input: createReadStream(path.join(folder, name)) }))
      if (JSON.parse(line).type) lines++;
  return lines > 0 ? performance.now() - startMs : NaN;
}

function walkBare(folder) {
  const startMs = performance.now();
  for (const { parentPath, name } of readdirSync(folder, { recursive: true, withFileTypes: true }))
    statSync(path.join(parentPath, name), { bigint: true });
  return performance.now() - startMs;
}

/** Runs the CLI with a state of its own; `rss` is the most memory that it held, in bytes. */
function runStint(state, words) {
  const startMs = performance.now();
  const child = spawn(path.join(program, 'bin', 'stint'), words, {
    cwd: scratch,
    env: { ...process.env, XDG_STATE_HOME: path.join(scratch, 'state', state) },
    stdio: 'ignore',
  });
  let rss = 0;
  const timer = setInterval(() => {
    try {
      const most = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'));
      rss = Math.max(rss, Number(most?.[1] ?? 0) * 1024);
    } catch {
      // It has just ended.
    }
  }, 10);
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => {
      clearInterval(timer);
      if (code === 0) resolve({ ms: performance.now() - startMs, rss });
      else reject(new Error(`stint ${words.join(' ')} ended with ${code}`));
    });
  });
}

async function best(tries, run) {
  const all = [];
  for (let i = 0; i < tries; i++) all.push(await run());
  return all.toSorted((a, b) => a.ms - b.ms)[0];
}

function show(name, { ms }, bareMs, bareName) {
  const ratio = `${(ms / bareMs).toFixed(1)} × ${bareName} (${bareMs.toFixed(0)} ms)`;
  console.log(`${name.padEnd(14)} ${ms.toFixed(0).padStart(6)} ms, ${ratio}`);
}

function mb({ rss }) {
  return `${(rss / 1e6).toFixed(0)} MB`;
}
