#!/usr/bin/env node
// Plays the JSON steps that its prompt holds, in Claude-Code-like stream-json:
//   {"say": "text"} · {"bash": "command"} (call, run, answer; with "shown": true the answer is what it printed) ·
//   {"open": "Bash"} (a call that is never answered)
//   {"raw": "a line as it is"} · {"sleepMs": 100} · {"await": "a file"} · {"hang": true} · {"exit": 3} · {"result": {…}} · {"stderr": "text"}
//   {"spawn": ["sleep", "60"]} (a child that stays) · {"ignoreTerm": true}
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeSync } from 'node:fs';
import { nameCommitter } from './committer.mjs';

nameCommitter();
const steps = JSON.parse(readFileSync(0, 'utf8').replace(/^[^[]*/, ''));
let count = 0;

const emit = (object) => writeSync(1, `${JSON.stringify(object)}\n`);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const usage = {
  input_tokens: 10,
  output_tokens: 5,
  cache_read_input_tokens: 0,
  cache_creation_input_tokens: 0,
};
const assistant = (content) =>
  emit({ type: 'assistant', message: { id: `m${++count}`, model: 'stub', content: [content], usage } });

async function play(step) {
  if (step.say !== undefined) assistant({ type: 'text', text: step.say });
  if (step.bash !== undefined) {
    const id = `c${++count}`;
    assistant({ type: 'tool_use', id, name: 'Bash', input: { command: step.bash } });
    // `spawn` and not `execFileSync`: the agent stays responsive while its tool runs.
    const child = spawn('/bin/sh', ['-c', step.bash], {
      stdio: ['ignore', step.shown ? 'pipe' : 'ignore', 'ignore'],
    });
    let printed = '';
    child.stdout?.on('data', (data) => (printed += data));
    const code = await new Promise((resolve) => child.once(step.shown ? 'close' : 'exit', resolve));
    emit({
      type: 'user',
      message: {
        content: [{ type: 'tool_result', tool_use_id: id, is_error: code !== 0, content: printed }],
      },
    });
  }
  if (step.open !== undefined)
    assistant({ type: 'tool_use', id: `c${++count}`, name: step.open, input: step.input ?? {} });
  if (step.raw !== undefined) writeSync(1, step.raw);
  if (step.stderr !== undefined) writeSync(2, step.stderr);
  if (step.spawn !== undefined) spawn(step.spawn[0], step.spawn.slice(1), { stdio: 'ignore' }).unref();
  if (step.ignoreTerm) process.on('SIGTERM', () => undefined);
  if (step.git !== undefined) execFileSync('git', step.git, { stdio: 'ignore' });
  if (step.result !== undefined)
    emit({
      type: 'result',
      subtype: 'success',
      is_error: false,
      result: 'done',
      num_turns: count,
      ...step.result,
    });
  if (step.sleepMs !== undefined) await sleep(step.sleepMs);
  if (step.await !== undefined) while (!existsSync(step.await)) await sleep(20);
  if (step.hang) await new Promise(() => setInterval(() => undefined, 3_600_000));
  if (step.exit !== undefined) process.exit(step.exit);
}

emit({ type: 'system', subtype: 'init', session_id: 'thread-1', model: 'stub' });
for (const step of steps) await play(step);
