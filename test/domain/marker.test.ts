import { describe, expect, test } from 'vitest';
import type { SessionId } from '../../src/domain/ids.ts';
import { isMarkerLabel, labelOfMarker, markerName } from '../../src/domain/marker.ts';

const ID = 'a000000001';
const THREAD = '0b5c-77';

test('a marker is named for its label, its session and one operation', () => {
  expect(markerName('make-bench', ID as SessionId, '1a2b3c4d')).toBe(
    'make-bench-in-progress-a000000001-1a2b3c4d.marker',
  );
});

describe('a label', () => {
  test.each(['a', 'bench', 'make_bench-2.1', 'A1', 'x'.repeat(64), 'in-progress'])('may be %s', (label) => {
    expect(isMarkerLabel(label)).toBe(true);
  });

  test.each([
    ['an empty text', ''],
    ['too long', 'x'.repeat(65)],
    ['a hidden file', '.bench'],
    ['a dash at its start, as an option has it', '-bench'],
    ['a dot at its end', 'bench.'],
    ['a dash at its end', 'b-'],
    ['another folder', '../bench'],
    ['a space', 'make bench'],
    ['a line after it', 'bench\n'],
  ])('is not %s', (_, label) => {
    expect(isMarkerLabel(label)).toBe(false);
  });
});

describe('the marker of a session', () => {
  const labelOf = (name: string): string | null => labelOfMarker(name, [ID, THREAD]);

  test('is read back to its label', () => {
    expect(labelOf(markerName('make-bench', ID as SessionId, '1a2b3c4d'))).toBe('make-bench');
    expect(labelOf(markerName('b', ID as SessionId, '1a2b3c4d'))).toBe('b');
  });

  test('may name the thread instead, and in the older form end in anything or nothing', () => {
    expect(labelOf(`bench-in-progress-${THREAD}-from the old days.marker`)).toBe('bench');
    expect(labelOf(`bench-in-progress-${THREAD}.marker`)).toBe('bench');
  });

  test.each([
    ['another session', 'bench-in-progress-b000000001-1a2b3c4d.marker'],
    ['an id that only begins alike', `bench-in-progress-${ID}9-1a2b3c4d.marker`],
    ['an id in another place', `bench-in-progress-x-${ID}.marker`],
    ['no label', `-in-progress-${ID}-1a2b3c4d.marker`],
    ['another kind of file', `bench-in-progress-${ID}-1a2b3c4d.marker.tmp`],
    ['other words', `bench-${ID}-1a2b3c4d.marker`],
    ['the id alone', `${ID}.marker`],
  ])('does not match %s', (_, name) => {
    expect(labelOf(name)).toBeNull();
  });
});
