import { appendFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fc } from '../support/fixed-seed.ts';
import { describe, expect, test } from 'vitest';
import { LineReader } from '../../src/lib/line-reader.ts';
import { scratchFolder } from '../support/scratch.ts';

function scratchFile(content?: string | Buffer): string {
  const file = path.join(scratchFolder(), 'lines');
  if (content !== undefined) writeFileSync(file, content);
  return file;
}

describe('a growing file', () => {
  test('a line counts when its newline is there', () => {
    const file = scratchFile('one\ntw');
    const reader = new LineReader(file);
    expect(reader.read()).toEqual(['one']);
    expect(reader.read()).toEqual([]);
    appendFileSync(file, 'o\nthree');
    expect(reader.read()).toEqual(['two']);
    expect(reader.rest()).toBe('three');
    expect(reader.rest()).toBeNull();
  });

  test('a character torn between two reads is whole', () => {
    const bytes = Buffer.from('ж€😀\n');
    const file = scratchFile(bytes.subarray(0, 1));
    const reader = new LineReader(file);
    for (const byte of bytes.subarray(1)) {
      expect(reader.read()).toEqual([]);
      appendFileSync(file, Buffer.from([byte]));
    }
    expect(reader.read()).toEqual(['ж€😀']);
  });

  test('one that is not there yet has no lines, and then it has', () => {
    const file = scratchFile();
    const reader = new LineReader(file);
    expect(reader.read()).toEqual([]);
    writeFileSync(file, 'here\n');
    expect(reader.read()).toEqual(['here']);
  });

  test('one that shrank is read from its start, without what was pending', () => {
    const file = scratchFile('one\ntwo\npending');
    const reader = new LineReader(file);
    expect(reader.read()).toEqual(['one', 'two']);
    truncateSync(file, 0);
    appendFileSync(file, 'new\n');
    expect(reader.read()).toEqual(['new']);
  });

  test('empty lines are lines', () => {
    expect(new LineReader(scratchFile('\n\na\n')).read()).toEqual(['', '', 'a']);
  });

  test('a carriage return belongs to the line’s end, and to no other place', () => {
    const reader = new LineReader(scratchFile('a\r\nb\rc\r\nrest\r'));
    expect(reader.read()).toEqual(['a', 'b\rc']);
    expect(reader.rest()).toBe('rest');
  });

  test('the offset is what was read', () => {
    const file = scratchFile('12345\n789');
    const reader = new LineReader(file);
    reader.read();
    expect(reader.offset).toBe(9);
  });

  test('`maxBytes` bounds one call, not the whole', () => {
    const file = scratchFile('x'.repeat(99).concat('\n').repeat(10_000));
    const reader = new LineReader(file);
    const first = reader.read(1);
    expect(first.length).toBeLessThan(10_000);
    let count = first.length;
    for (let lines = reader.read(1); lines.length > 0; lines = reader.read(1)) count += lines.length;
    expect(count).toBe(10_000);
  });
});

describe('a line that is too long', () => {
  test('is given as null, and the next one is whole', () => {
    const file = scratchFile(`ok\n${'x'.repeat(11)}\nfine\n`);
    expect(new LineReader(file, 10).read()).toEqual(['ok', null, 'fine']);
    expect(new LineReader(file, 11).read()).toEqual(['ok', 'x'.repeat(11), 'fine']);
  });

  test('in pieces, over several reads, and across the chunks of one', () => {
    const file = scratchFile('x'.repeat(300_000));
    const reader = new LineReader(file, 280_000);
    expect(reader.read()).toEqual([]);
    appendFileSync(file, 'y'.repeat(300_000));
    expect(reader.read()).toEqual([]);
    appendFileSync(file, '\nok\n');
    expect(reader.read()).toEqual([null, 'ok']);
  });

  test('without a newline it is not lost either: the reader says so', () => {
    const reader = new LineReader(scratchFile('x'.repeat(11)), 10);
    expect(reader.read()).toEqual([]);
    expect(reader.rest()).toBeNull();
    expect(reader.isRestTooLong).toBe(true);
    const short = new LineReader(scratchFile('x'), 10);
    short.read();
    expect(short.isRestTooLong).toBe(false);
  });
});

test('however the writes are cut, the lines are the same', () => {
  const file = scratchFile();
  const anyText = fc.string({
    unit: fc.constantFrom('a', 'ж', '😀', '\n', '\r', '\r\n', '{', '"'),
    maxLength: 60,
  });
  fc.assert(
    fc.property(anyText, fc.array(fc.nat(20), { maxLength: 10 }), (text, cuts) => {
      const bytes = Buffer.from(text);
      writeFileSync(file, '');
      const reader = new LineReader(file);
      const lines: (string | null)[] = [];
      let from = 0;
      for (const size of [...cuts, bytes.length]) {
        appendFileSync(file, bytes.subarray(from, from + size));
        from += size;
        lines.push(...reader.read());
      }
      const expected = text.split('\n').map((line) => line.replace(/\r$/, ''));
      const last = text.split('\n').at(-1) ?? '';
      expect(lines).toEqual(expected.slice(0, -1));
      expect(reader.rest()).toBe(last === '' ? null : last.replace(/\r$/, ''));
    }),
    { numRuns: 150 },
  );
});
