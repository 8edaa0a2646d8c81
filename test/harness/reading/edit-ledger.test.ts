import { describe, expect, test } from 'vitest';
import type { FileEdit, SessionEvent } from '../../../src/domain/session-event.ts';
import { EditLedger } from '../../../src/harness/reading/edit-ledger.ts';
import { deleting, patching, replacing, writing } from '../../../src/harness/reading/file-edits.ts';
import { marksOf, sessionEdits } from '../../support/edits.ts';

const AT = '2026-01-05T12:01:00.000Z';
let calls = 0;

function called(callId: string, edits: readonly FileEdit[]): SessionEvent {
  return { kind: 'called', callId, tool: 'Edit', place: 'inProcess', summary: '', openTodos: null, edits };
}

function answered(
  callId: string,
  more: { isError?: boolean; edits?: readonly FileEdit[] } = {},
): SessionEvent {
  return { kind: 'answered', callId, isError: false, ...more };
}

/** The ledger after edits that went well, one call each. */
function afterEdits(...all: readonly (readonly FileEdit[])[]): EditLedger {
  const ledger = new EditLedger();
  for (const edits of all) {
    const callId = `call-${++calls}`;
    ledger.take(called(callId, edits), AT, '/work/app');
    ledger.take(answered(callId), AT, '/work/app');
  }
  return ledger;
}

describe('what the edits of a session left', () => {
  test('a line that one edit brings stands in its file', () => {
    const ledger = afterEdits(replacing('/work/app/a.ts', 'old line', 'new line\nother line'));
    expect(ledger.result()).toEqual(
      sessionEdits({ '/work/app/a.ts': ['new line', 'other line'] }, { '/work/app/a.ts': ['old line'] }),
    );
  });

  test('a line that a later edit takes out again is gone', () => {
    const ledger = afterEdits(
      replacing('/work/app/a.ts', 'old line', 'new line'),
      replacing('a.ts', 'new line', 'old line'),
    );
    expect(ledger.result()).toEqual(
      sessionEdits({ '/work/app/a.ts': ['old line'] }, { '/work/app/a.ts': ['new line'] }),
    );
  });

  test('a line that stands twice and is taken out once still stands', () => {
    const ledger = afterEdits(
      writing('a.ts', 'same line\nsame line'),
      replacing('a.ts', 'same line\nsame line', 'same line'),
    );
    expect(ledger.result()?.files.get('/work/app/a.ts')).toEqual(marksOf('same line'));
  });

  test('a file that is written as a whole has no other line', () => {
    const ledger = afterEdits(
      writing('a.ts', 'first line\nkept line'),
      writing('a.ts', 'kept line\nlast line'),
    );
    expect(ledger.result()?.files.get('/work/app/a.ts')).toEqual(marksOf('kept line', 'last line'));
  });

  test('a deleted file has no line, and was edited all the same', () => {
    const ledger = afterEdits(writing('a.ts', 'first line'), deleting('a.ts'));
    expect(ledger.result()?.files.get('/work/app/a.ts')).toBeUndefined();
    expect(ledger.result()?.firstAt).toBe(AT);
  });

  test('the lines of a moved file go with it', () => {
    const ledger = afterEdits(
      writing('a.ts', 'first line\nsecond line'),
      patching('a.ts', ['-second line', '+third line'], { movedTo: 'b.ts' }),
    );
    expect(ledger.result()?.files).toEqual(
      new Map([['/work/app/b.ts', marksOf('first line', 'third line')]]),
    );
  });
});

describe('which edits count', () => {
  test('neither one that met an error nor one without an answer', () => {
    const ledger = new EditLedger();
    ledger.take(called('failed', writing('a.ts', 'first line')), AT, null);
    ledger.take(answered('failed', { isError: true }), AT, null);
    ledger.take(called('open', writing('b.ts', 'first line')), AT, null);
    expect(ledger.result()).toBeNull();
  });

  test('the answer of another call brings nothing', () => {
    const ledger = new EditLedger();
    ledger.take(answered('stray', { edits: writing('a.ts', 'first line') }), AT, null);
    expect(ledger.result()).toBeNull();
  });

  test('an answer that knows the edit better replaces what the call said', () => {
    const ledger = new EditLedger();
    ledger.take(called('call', writing('a.ts', 'kept line\nnew line')), AT, '/work/app');
    ledger.take(
      answered('call', { edits: replacing('a.ts', 'kept line', 'kept line\nnew line') }),
      AT,
      '/work/app',
    );
    expect(ledger.result()?.files.get('/work/app/a.ts')).toEqual(marksOf('new line'));
  });
});

describe('bounds', () => {
  test('of very many lines and files a part is kept, and the cut is said', () => {
    const long = Array.from({ length: 15_000 }, (_, line) => `line number ${line}`).join('\n');
    const lines = afterEdits(writing('a.ts', long), writing('b.ts', long)).result();
    expect(lines?.isCut).toBe(true);
    expect([...(lines?.files.values() ?? [])].reduce((sum, { size }) => sum + size, 0)).toBe(20_000);

    const many = afterEdits(
      Array.from({ length: 2100 }, (_, file) => writing(`${file}.ts`, 'one line')).flat(),
    ).result();
    expect(many?.isCut).toBe(true);
    expect(many?.files.size).toBe(2000);
  });

  test('a call that is answered after many others still counts', () => {
    const ledger = new EditLedger();
    for (let call = 0; call < 100; call++)
      ledger.take(called(`${call}`, writing('a.ts', `line ${call}`)), AT, null);
    ledger.take(answered('0'), AT, null);
    ledger.take(answered('99'), AT, null);
    expect(ledger.result()).toMatchObject({ files: new Map([['a.ts', marksOf('line 99')]]), isCut: false });
  });

  test('of very many calls without an answer the oldest are forgotten', () => {
    const ledger = new EditLedger();
    const long = Array.from({ length: 1000 }, (_, line) => `line number ${line}`).join('\n');
    for (let call = 0; call < 40; call++)
      ledger.take(called(`${call}`, writing(`${call}.ts`, long)), AT, null);
    ledger.take(answered('0'), AT, null);
    expect(ledger.result()).toBeNull();
    ledger.take(answered('39'), AT, null);
    ledger.take(answered('20'), AT, null);
    expect([...(ledger.result()?.files.keys() ?? [])]).toEqual(['39.ts', '20.ts']);
    expect(ledger.result()?.isCut).toBe(true);
  });

  test.each(['', '\0', `/${'x'.repeat(5000)}`, null, 7])(
    'a call without a path edits nothing: %j',
    (path) => {
      expect(writing(path, 'a line')).toEqual([]);
    },
  );
});
