// Speaks stream-json with values that nobody means: calls and answers nested 100,000 deep, and numbers that count nothing.
// It commits all the same.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const deep = '['.repeat(100_000) + ']'.repeat(100_000);
const say = (text) => process.stdout.write(`${text}\n`);
const assistant = (id, content, usage) =>
  say(
    `{"type":"assistant","message":{"id":"${id}","model":"a-model","content":[${content}],"usage":${JSON.stringify(usage)}}}`,
  );

say(
  '{"type":"system","subtype":"init","session_id":"11111111-1111-4111-8111-111111111111","model":"a-model"}',
);
assistant('m1', `{"type":"tool_use","id":"c1","name":"Read","input":{"x":${deep}}}`, { input_tokens: 12.5 });
say(`{"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"c1","content":${deep}}]}}`);
writeFileSync('strange.txt', 'strange\n');
execFileSync('git', ['add', 'strange.txt']);
execFileSync('git', ['commit', '--quiet', '--message', 'feat: strange']);
assistant('m2', '{"type":"text","text":"Done."}', { input_tokens: 1e308, output_tokens: -5 });
say(
  '{"type":"result","subtype":"success","is_error":false,"result":"Done.","num_turns":1.5,"total_cost_usd":-1,"usage":{"input_tokens":12.5,"output_tokens":7}}',
);
