#!/usr/bin/env node
// A scripted agent for `stint demo`: a real program that reads its prompt, edits files, runs git, and speaks either
// Claude-Code-like stream-json or plain text. What it does stands in its prompt: "Scene: NAME".
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const isText = process.argv.includes('--text');
const prompt = readFileSync(0, 'utf8');
const scene = /^Scene: ([a-z-]+)$/m.exec(prompt)?.[1] ?? 'good';
const folder = /^Folder: ([a-z-]+)$/m.exec(prompt)?.[1] ?? 'src';
const other = /^Other folder: ([a-z-]+)$/m.exec(prompt)?.[1] ?? 'misc';
const id = process.env.STINT_SESSION_ID ?? 'nobody';
let messages = 0;
let calls = 0;

function emit(object) {
  if (!isText) process.stdout.write(`${JSON.stringify(object)}\n`);
}

function message(content) {
  const usage = {
    input_tokens: 1200 + 300 * messages,
    output_tokens: 150,
    cache_read_input_tokens: 8000,
    cache_creation_input_tokens: 0,
  };
  emit({
    type: 'assistant',
    message: { id: `msg_${id}_${++messages}`, model: 'demo-model', role: 'assistant', content, usage },
  });
}

function say(text) {
  if (isText) process.stdout.write(`${text}\n`);
  else message([{ type: 'text', text }]);
}

/** Emits a tool call, does the work, emits its result. */
async function tool(name, input, work) {
  const callId = `call_${id}_${++calls}`;
  message([{ type: 'tool_use', id: callId, name, input }]);
  const content = String((await work()) ?? '');
  emit({
    type: 'user',
    message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: callId, content }] },
  });
  return content;
}

function finish(text, extra = {}) {
  if (isText) process.stdout.write(`${text}\n`);
  emit({
    type: 'result',
    subtype: 'success',
    is_error: false,
    result: text,
    num_turns: messages,
    total_cost_usd: 0.01 * messages,
    session_id: `thread-${id}`,
    ...extra,
  });
}

const bash = (command) =>
  tool('Bash', { command }, () => execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' }));

/** A shell script of so many lines, which the project's check reads. */
function script(lines) {
  return Array.from({ length: lines }, (_, i) => `echo "${id} line ${i + 1}"`).join('\n') + '\n';
}

async function commitFile(path, content, subject) {
  mkdirSync(path.split('/').slice(0, -1).join('/'), { recursive: true });
  await tool('Write', { file_path: path }, () => writeFileSync(path, content));
  await bash(`git add -A && git commit -q -m '${subject}'`);
}

const good = (lines = 40) => commitFile(`${folder}/${id}.sh`, script(lines), `feat: ${folder} by ${id}`);

const SCENES = {
  good: () => good(),
  'two-commits': async () => {
    await commitFile(`${folder}/${id}-a.sh`, script(25), `feat: first half by ${id}`);
    await commitFile(`${folder}/${id}-b.sh`, script(30), `feat: second half by ${id}`);
  },
  amend: async () => {
    await good(30);
    appendFileSync(`${folder}/${id}.sh`, script(10));
    await bash('git commit -q -a --amend --no-edit');
  },
  tiny: () => commitFile(`${folder}/${id}.sh`, script(1), `fix: one line by ${id}`),
  nothing: async () => {
    await bash('git log --oneline -3');
    await bash('stint declare noop --reason "every task here is done"');
  },
  'open-todo': async () => {
    const todos = [
      { content: 'write the script', status: 'completed' },
      { content: 'write its help', status: 'pending' },
    ];
    await tool('TodoWrite', { todos }, () => 'ok');
    await good();
  },
  'breaks-check': () =>
    commitFile(`${folder}/${id}.sh`, `${script(39)}if true; then\n`, `feat: broken by ${id}`),
  'other-category': () => commitFile(`${other}/${id}.sh`, script(40), `feat: ${other} by ${id}`),
  crash: async () => {
    await tool('Write', { file_path: `${folder}/${id}.sh` }, () => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(`${folder}/${id}.sh`, script(20));
    });
    process.stderr.write('TypeError: cannot read properties of undefined\n');
    process.exit(7);
  },
  hang: () => new Promise(() => setInterval(() => undefined, 60_000)),
  'silent-tool': async () => {
    await bash('sleep 6');
    await good();
  },
  limit: () => {
    emit({
      type: 'rate_limit_event',
      rate_limit_info: {
        status: 'rejected',
        resetsAt: Math.floor(Date.now() / 1000) + 3600,
        rateLimitType: 'five_hour',
      },
    });
    finish("You've hit your session limit", { is_error: true });
    process.exit(1);
  },
  'prints-limit-text': async () => {
    writeFileSync('notes.txt', "Yesterday's log: You've hit your limit, resets 3pm\n");
    await bash('cat notes.txt');
    await good();
  },
  daemon: async () => {
    await good();
    spawn('setsid', ['sleep', '600'], { stdio: 'ignore', detached: true }).unref();
    spawnSync('sleep', ['0.1']);
  },
};

emit({
  type: 'system',
  subtype: 'init',
  session_id: `thread-${id}`,
  cwd: process.cwd(),
  model: 'demo-model',
  tools: ['Bash', 'Write', 'TodoWrite'],
});
if (scene !== 'hang' && scene !== 'limit') say(`Working on ${folder}.`);
await SCENES[scene]();
finish('Done.');
