// The cost of an import whose files are copies of each other, as CLIs make them that keep a checkpoint of the session with
// each commit: CPU seconds of all its processes, git's too, against readline and JSON.parse over the same bytes in the same
// run. Goal with a repository: at most 4 times, one record of each session, and a memory that does not grow with the copies.
//   node bench/import-copies.mjs [sessions] [MB a session]
import { execFileSync, spawn } from 'node:child_process';
import {
  createReadStream,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { makePublished } from '../tools/bundle.ts';

const [, own, first = '80', second = '1'] = process.argv;
if (first === '--read-bare') await readBare(second);
else await main(Number(first), Number(second));

async function main(sessions, megabytes) {
  const scratch = mkdtempSync(path.join(tmpdir(), 'stint-bench-'));
  try {
    const program = path.join(scratch, 'stint');
    mkdirSync(program);
    await makePublished(path.resolve(import.meta.dirname, '..'), program);
    const repository = makeRepository(path.join(scratch, 'repository'), sessions);
    console.log(
      `Node ${process.version}, ${sessions} sessions of ${megabytes} MB, each with a commit and edits`,
    );
    for (const copies of [2, 8]) {
      const folder = path.join(scratch, `copies-${copies}`);
      const bytes = makeCheckpoints(folder, repository, { copies, megabytes });
      const bare = await run(scratch, process.execPath, [own, '--read-bare', folder]);
      const words = ['import', folder, '--repo', repository.folder, '--json'];
      const imported = await run(
        path.join(scratch, `state-${copies}`),
        path.join(program, 'bin/stint'),
        words,
      );
      const { new: records, files } = JSON.parse(imported.stdout);
      console.log(
        `${copies} copies (${files} files, ${(bytes / 1e6).toFixed(0)} MB): bare ${bare.seconds.toFixed(1)} s, ` +
          `import ${imported.seconds.toFixed(1)} s of CPU, ${(imported.seconds / bare.seconds).toFixed(2)} times; ` +
          `${records} records, memory ${imported.megabytes.toFixed(0)} MB`,
      );
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** A commit of each session, with the lines that its edit wrote. */
function makeRepository(folder, sessions) {
  mkdirSync(folder);
  const git = (...words) => execFileSync('git', ['-C', folder, ...words], { encoding: 'utf8' });
  git('init', '-q', '-b', 'main');
  for (const [key, value] of [
    ['user.name', 'Bench'],
    ['user.email', 'bench@example.invalid'],
  ])
    git('config', key, value);
  const commits = Array.from({ length: sessions }, (_, number) => {
    const name = `file-${number}.ts`;
    const text = linesOf(number);
    writeFileSync(path.join(folder, name), text);
    git('add', name);
    return { name, text, told: git('commit', '-m', `add ${name}`) };
  });
  return { folder, commits };
}

function linesOf(number) {
  return Array.from({ length: 40 }, (_, i) => `export const value${i}Of${number} = ${i * number};\n`).join(
    '',
  );
}

/** Checkpoints of each session that grow; every tenth session has them from another machine, whose lines differ. */
function makeCheckpoints(folder, { commits }, { copies, megabytes }) {
  let bytes = 0;
  for (const [number, commit] of commits.entries())
    for (let copy = 1; copy <= copies; copy++) {
      const place = number % 10 === 9 ? `/work/${copy}` : '/work/app';
      const lines = transcript(number, commit, place, megabytes * 1e6);
      const text = lines.slice(0, Math.ceil((lines.length * copy) / copies)).join('\n');
      const file = path.join(folder, `${copy}-${number}`, 'full.jsonl');
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, copy % 2 === 0 ? `${text}\n` : text);
      bytes += text.length;
    }
  return bytes;
}

function transcript(number, { name, text, told }, cwd, size) {
  const thread = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
  const lines = [];
  const add = (minute, type, message) => {
    const timestamp = new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
    const head = { sessionId: thread, cwd, entrypoint: 'cli', isSidechain: false, version: '2.1.330' };
    const uuid = `${thread.slice(0, 28)}${String(lines.length).padStart(8, '0')}`;
    lines.push(JSON.stringify({ ...head, uuid, type, timestamp, message }));
  };
  const call = (turn, tool, input, content) => {
    const usage = { input_tokens: 10, output_tokens: 5, cache_read_input_tokens: 100 };
    const block = { type: 'tool_use', id: `c${turn}`, name: tool, input };
    add(turn, 'assistant', { id: `m${turn}`, model: 'a-model', role: 'assistant', content: [block], usage });
    const result = { type: 'tool_result', tool_use_id: `c${turn}`, content };
    add(turn, 'user', { role: 'user', content: [result] });
  };
  add(0, 'user', { role: 'user', content: 'Go on.' });
  call(1, 'Write', { file_path: `${cwd}/${name}`, content: text }, 'File created.');
  call(2, 'Bash', { command: `git commit -am "add ${name}"` }, told);
  let written = 0;
  for (let turn = 3; written < size; turn++) {
    const answer = `line ${turn} of what a tool printed; `.repeat(1 + ((turn * 7919) % 190));
    call(turn, 'Bash', { command: `npm test -- ${turn}` }, answer);
    written += answer.length + 800;
  }
  return lines;
}

/**
 * Runs a program to its end. Its CPU seconds are those of its own processes too, as the shell adds them up. On standard
 * error the shell tells the program's process id first and the times last; `megabytes` is the most that the program held.
 */
function run(state, program, words) {
  mkdirSync(state, { recursive: true });
  const script = '"$@" & echo $! >&2; wait $! && times >&2';
  const env = { ...process.env, XDG_STATE_HOME: state };
  const child = spawn('sh', ['-c', script, 'sh', program, ...words], { cwd: state, env });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'])
    child[name].setEncoding('utf8').on('data', (text) => (said[name] += text));
  let kilobytes = 0;
  const timer = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${Number.parseInt(said.stderr, 10)}/status`, 'utf8');
      kilobytes = Math.max(kilobytes, Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0));
    } catch {
      // It has not begun, or has just ended.
    }
  }, 10);
  return new Promise((resolve, reject) => {
    child.once('close', (code) => {
      clearInterval(timer);
      const result = { stdout: said.stdout, seconds: secondsIn(said.stderr), megabytes: kilobytes / 1024 };
      if (code === 0) resolve(result);
      else reject(new Error(`${program} ${words.join(' ')} ended with ${code}: ${said.stderr}`));
    });
  });
}

/** Of the second line of what `times` prints: user and system, of the children. */
function secondsIn(text) {
  const [, children = ''] = text.trimEnd().split('\n').slice(-2);
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, m, s]) => sum + 60 * m + Number(s), 0);
}

async function readBare(folder) {
  for (const { parentPath, name } of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (name.endsWith('.jsonl'))
      for await (const line of createInterface({ input: createReadStream(path.join(parentPath, name)) }))
        JSON.parse(line);
}
