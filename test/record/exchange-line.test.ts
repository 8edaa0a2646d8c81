import { describe, expect, test } from 'vitest';
import type { Amendment } from '../../src/domain/amendment.ts';
import {
  amendmentLine,
  isExchangeLine,
  missingAmendments,
  readExchangeLine,
  recordLine,
} from '../../src/record/exchange-line.ts';
import { recordOf, sessionId } from '../support/records.ts';

const original = recordOf(1, { outcome: 'noop', grade: 0 });
const amendment: Amendment = {
  sessionId: original.id,
  at: '2026-02-01T00:00:00.000Z',
  who: 'mara',
  why: 'it had a PR',
  field: 'grade',
  from: 0,
  to: 0.8,
};

const parse = (line: string): Record<string, unknown> => JSON.parse(line);
const read = (line: string, given: Record<string, unknown> = {}) =>
  readExchangeLine({ ...parse(line), ...given });
const whyNot = (given: Record<string, unknown>, line = recordLine({ original, amendments: [] })) => {
  const found = read(line, given);
  return found.kind === 'unreadable' ? found.reason : found;
};

describe('the line of a record', () => {
  test('holds it once, where nothing was amended', () => {
    expect(parse(recordLine({ original, amendments: [] }))).toEqual({
      format: 'stint-record',
      version: 1,
      record: original,
      amendments: [],
    });
  });

  test('holds it as it stands and as it was first, where something was', () => {
    const line = recordLine({ original, amendments: [amendment] });
    expect(parse(line)).toEqual({
      format: 'stint-record',
      version: 1,
      record: { ...original, grade: 0.8 },
      original,
      amendments: [amendment],
    });
  });

  test('comes back as it went out', () => {
    for (const amendments of [[], [amendment]])
      expect(read(recordLine({ original, amendments }))).toEqual({
        kind: 'record',
        exchanged: { original, amendments },
      });
  });

  test('may have what a newer stint has added', () => {
    const newer = { ...original, mood: 'well' };
    expect(whyNot({ record: newer })).toEqual({
      kind: 'record',
      exchanged: { original: newer, amendments: [] },
    });
  });
});

test('the line of an amendment comes back as it went out', () => {
  const line = amendmentLine(amendment);
  expect(parse(line)).toEqual({ format: 'stint-amendment', version: 1, amendment });
  expect(read(line)).toEqual({ kind: 'amendment', amendment });
});

test('a line says itself that it is one', () => {
  expect(isExchangeLine({ format: 'stint-record', version: 9 })).toBe(true);
  expect(isExchangeLine({ format: 'stint-amendment' })).toBe(true);
  expect(isExchangeLine({ format: 'stint' })).toBe(false);
  expect(isExchangeLine({ outcome: 'noop' })).toBe(false);
});

describe('a line that cannot be trusted', () => {
  test('is of another version', () => {
    expect(whyNot({ version: 2 })).toBe('version: expected 1, received 2');
    expect(whyNot({ version: undefined })).toBe('version: expected 1, received none');
  });

  test('says where it is wrong', () => {
    expect(whyNot({ record: { ...original, grade: '0.5' } })).toBe(
      'record.grade: expected number, received string',
    );
    expect(whyNot({ record: { ...original, id: '../x' } })).toBe('record.id: expected a session id');
    expect(whyNot({ record: { ...original, startedAt: 'yesterday' } })).toBe(
      'record.startedAt: expected a time in ISO 8601 UTC',
    );
  });

  test('mixes two sessions', () => {
    const because = `it mixes ${original.id} with another session`;
    const other = { ...amendment, sessionId: sessionId(2) };
    expect(whyNot({ amendments: [amendment, other] })).toBe(because);
    expect(whyNot({ original, record: recordOf(2) })).toBe(because);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['names a field that no record has', { field: 'mood' }, 'amendment.field: '],
    ['renames the session', { field: 'id', to: sessionId(2) }, 'amendment.field: '],
    ['makes an import a run', { field: 'source', to: 'run' }, 'amendment.field: '],
    ['gives a field what it cannot hold', { to: 7 }, 'amendment: to: '],
    ['does not say what was before', { from: undefined }, 'amendment.from: expected a value'],
    ['does not say who', { who: null }, 'amendment.who: expected string, received null'],
  ])('is an amendment that %s', (_, given, because) => {
    const line = amendmentLine(amendment);
    expect(whyNot({ amendment: { ...amendment, ...given } }, line)).toMatch(because);
  });
});

test('amendments that are known already are not missing', () => {
  const other = { ...amendment, why: 'once more' };
  expect(missingAmendments([amendment], [{ ...amendment }, other])).toEqual([other]);
  expect(missingAmendments([amendment, other], [amendment])).toEqual([]);
});
