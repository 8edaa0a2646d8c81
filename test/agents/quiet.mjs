// Speaks a first line of stream-json, then nothing for some seconds. It may write what it does into the file that the CLI
// keeps of the conversation meanwhile.
//   node quiet.mjs SECONDS FILE|-
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const [seconds, file] = [Number(process.argv[2]), process.argv[3] ?? '-'];
const thread = path.basename(file, '.jsonl');
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

if (file !== '-') {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, '{}\n');
}
say({ type: 'system', subtype: 'init', session_id: thread, model: 'a-model' });
const writing = setInterval(() => file !== '-' && appendFileSync(file, '{}\n'), 250);
setTimeout(() => {
  clearInterval(writing);
  say({ type: 'result', subtype: 'success', is_error: false, result: 'Done.', num_turns: 1 });
}, seconds * 1000);
