// What redaction costs, as a ratio of JSON.parse over the same bytes: machines differ, and so do their moods.
//   node bench/redact.ts
import { createRedactor } from '../src/lib/redact.ts';

const ROUNDS = 15;
const redactor = createRedactor({ values: [{ name: 'SOME_TOKEN', value: 'a-value-that-is-nowhere' }] });

const event = (text: string): string =>
  JSON.stringify({
    type: 'assistant',
    message: { id: 'm1', content: [{ type: 'text', text }], usage: { input_tokens: 10 } },
  });
const prose =
  'The test failed because the lock was held; I moved the release behind the write and ran it again. ';
const SAMPLES: Readonly<Record<string, string>> = {
  'a transcript': event(prose.repeat(20)),
  'source with names of secrets': event(
    'const token = readToken(files.token); // https://example.com/a/b\n'.repeat(30),
  ),
  'a transcript full of secrets': event(`${prose} token=ghp_${'a1B2'.repeat(9)} `.repeat(10)),
  'one long line of base64': event('iVBORw0KGgoAAAANSUhEUgAAAAUA'.repeat(80)),
};

for (const [name, line] of Object.entries(SAMPLES)) {
  const lines = Array.from({ length: Math.ceil(2e6 / line.length) }, () => line);
  const bare = median(lines, (each) => JSON.parse(each) as unknown);
  const text = median(lines, (each) => redactor.text(each));
  const value = median(lines, (each) => redactor.value(JSON.parse(each) as unknown));
  console.log(
    `${name.padEnd(30)} text ${(text / bare).toFixed(1)} ×, parse and value ${(value / bare).toFixed(1)} × JSON.parse`,
  );
}

/** Milliseconds of a pass over all lines; the first round warms up and does not count. */
function median(lines: readonly string[], work: (line: string) => unknown): number {
  const times = Array.from({ length: ROUNDS + 1 }, () => {
    const startMs = performance.now();
    for (const line of lines) work(line);
    return performance.now() - startMs;
  });
  return times.slice(1).toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
}
