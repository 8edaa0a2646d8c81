import * as lines from '../test/support/transcript-lines.ts';

// Sessions without an end, in the mixture of real ones: many small lines, some large answers of tools, much chatter.

const WORDS =
  'the build passes, and the test that failed before reads the file anew each time it is asked for; ';
const CODE =
  'export function sizeOf(lines: readonly string[]): number {\n  return lines.length; // "as told"\n}\n';
const THREAD = '11111111-aaaa-4aaa-8aaa-111111111111';

const sized = (text: string, length: number): string =>
  text.repeat(Math.ceil(length / text.length)).slice(0, length);

export function* claudeFile(): Generator<object> {
  for (let turn = 0; ; turn++) {
    const call = `call-${turn}`;
    const message = `msg_${turn}`;
    if (turn % 40 === 0) yield lines.claudePrompt(THREAD, turn, sized(WORDS, 600));
    yield lines.claudeAnswer(THREAD, turn, message, {
      type: 'thinking',
      thinking: sized(WORDS, 900),
      signature: sized('Eo4DCkYI', 700),
    });
    yield lines.claudeAnswer(THREAD, turn, message, lines.saying(sized(WORDS, 300)));
    yield lines.claudeAnswer(
      THREAD,
      turn,
      message,
      lines.calling(call, sized('npm test -- --run src/size.test.ts; ', 200)),
    );
    for (let beat = 0; beat < turn % 4; beat++)
      yield lines.claudeLine(THREAD, turn, 'progress', {
        data: { type: 'bash_progress', output: sized(WORDS, 400) },
      });
    const answer = sized(CODE, turn % 25 === 0 ? 60_000 : 200 + ((turn * 7919) % 6000));
    const result = { stdout: answer, stderr: '', interrupted: false, isImage: false };
    yield lines.claudeResult(THREAD, turn, call, answer, { toolUseResult: result });
  }
}

export function* codexFile(): Generator<object> {
  yield lines.codexMeta(THREAD, 0, { base_instructions: { text: sized(WORDS, 20_000) } });
  for (let turn = 1; ; turn++) {
    const call = `call-${turn}`;
    if (turn % 40 === 1) yield lines.codexEvent(turn, 'user_message', { message: sized(WORDS, 600) });
    yield lines.codexItem(turn, 'reasoning', {
      summary: [],
      content: null,
      encrypted_content: sized('gAAAAABpFpIj', 1500),
    });
    yield lines.codexSays(turn, sized(WORDS, 300));
    const args = JSON.stringify({ cmd: sized('npm test -- --run src/size.test.ts; ', 200) });
    yield lines.codexItem(turn, 'function_call', { name: 'exec_command', arguments: args, call_id: call });
    const answer = sized(CODE, turn % 25 === 0 ? 60_000 : 200 + ((turn * 7919) % 6000));
    const head = 'Chunk ID: a1\nWall time: 0.1 seconds\nProcess exited with code 0\nOutput:\n';
    yield lines.codexItem(turn, 'function_call_output', { call_id: call, output: head + answer });
    yield lines.codexEvent(turn, 'item_completed', {
      item: { type: 'CommandExecution', aggregated_output: answer },
    });
    yield lines.codexTokenCount(turn, [turn * 1000, turn * 800, turn * 50], [1000, 800, 50]);
  }
}
