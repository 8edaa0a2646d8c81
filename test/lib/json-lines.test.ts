import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fc } from '../support/fixed-seed.ts';
import { expect, test } from 'vitest';
import { JsonLines, type JsonLine } from '../../src/lib/json-lines.ts';
import { scratchFolder } from '../support/scratch.ts';

const MEGABYTE = 1 << 20;

function readAll(reader: JsonLines): JsonLine[] {
  const found: JsonLine[] = [];
  for (let part = reader.read(MEGABYTE); part !== null; part = reader.read(MEGABYTE)) found.push(...part);
  return found;
}

function fileOf(content: string | Buffer): string {
  const file = path.join(scratchFolder(), 'lines.jsonl');
  writeFileSync(file, content);
  return file;
}

test('a byte order mark, carriage returns, blank lines and NULs are passed over', () => {
  const file = fileOf('\ufeff{"a":1}\r\n\r\n\n\0\0\0{"a":2}\n');
  expect(readAll(new JsonLines(file))).toEqual([
    { line: 1, value: { a: 1 } },
    { line: 4, value: { a: 2 } },
  ]);
});

test('glued objects are both read, whatever their strings hold', () => {
  const file = fileOf('{"a":"}{\\"{"} {"b":{"c":"\\\\"}}\n{"a":1}{"b":\n');
  expect(readAll(new JsonLines(file))).toEqual([
    { line: 1, value: { a: '}{"{' } },
    { line: 1, value: { b: { c: '\\' } } },
    { line: 2, value: { a: 1 } },
    { line: 2, reason: 'no JSON' },
  ]);
});

test.each([
  ['text', 'hello', 'no JSON'],
  ['half an object', '{"a":', 'no JSON'],
  ['another value', '[{}]', 'no JSON object'],
  ['null', 'null', 'no JSON object'],
  ['NULs', '\0\0', 'nothing but NULs'],
  ['a deep one', '{"a":'.repeat(5000) + '1' + '}'.repeat(5000), 'nested too deeply'],
  ['deep lists', `{"a":${'['.repeat(90_000)}${']'.repeat(90_000)}}`, 'nested too deeply'],
])('%s is told with its place', (_, text, reason) => {
  expect(readAll(new JsonLines(fileOf(`{}\n${text}\n`)))).toEqual([
    { line: 1, value: {} },
    { line: 2, reason },
  ]);
});

test('a line of 17 MB is counted and not given', () => {
  const file = fileOf(`{"a":"${'x'.repeat(17 * MEGABYTE)}"}\n{"a":1}\n`);
  expect(readAll(new JsonLines(file))).toEqual([
    { line: 1, reason: 'longer than 16 MB' },
    { line: 2, value: { a: 1 } },
  ]);
});

test('half an object at the end waits for its other half, and a whole one does not', () => {
  const file = fileOf('{"a":1}\n{"a":');
  const reader = new JsonLines(file);
  expect(readAll(reader)).toEqual([{ line: 1, value: { a: 1 } }]);
  expect(reader.place).toEqual({ offset: 8, lines: 1 });
  expect(reader.rest()).toEqual({ found: [], isTorn: true });
  appendFileSync(file, '2}');
  const later = new JsonLines(file, { offset: 8, lines: 1 });
  expect(readAll(later)).toEqual([]);
  expect(later.rest()).toEqual({ found: [{ line: 2, value: { a: 2 } }], isTorn: false });
});

test('wherever a reader goes on, it gives what it had not given', () => {
  const line = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 });
  const folder = scratchFolder();
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), fc.nat(20), (values, cut) => {
      const file = path.join(folder, 'cut.jsonl');
      const texts = values.map((value) => `${JSON.stringify(value)}\n`);
      writeFileSync(file, texts.slice(0, cut).join(''));
      const first = new JsonLines(file);
      const before = readAll(first);
      appendFileSync(file, texts.slice(cut).join(''));
      const after = readAll(new JsonLines(file, first.place));
      expect([...before, ...after]).toEqual(
        values.map((_, index) => ({ line: index + 1, value: JSON.parse(texts[index] ?? '') as unknown })),
      );
    }),
  );
});
