import { existsSync, mkdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { expect, onTestFinished, test, vi } from 'vitest';
import { removeLeftSpools } from '../../../../src/control/desk/exchange/spool-folders.ts';
import { spoolInput } from '../../../../src/control/desk/exchange/spool-input.ts';
import { geminiAnswer, geminiDocument, geminiHeader, geminiPrompt } from '../../../support/gemini-lines.ts';
import { scratchFolder } from '../../../support/scratch.ts';
import { piAnswer, piHeader, piPrompt, piSaying } from '../../../support/pi-lines.ts';
import {
  claudeAnswer,
  claudeLine,
  claudePrompt,
  codexMeta,
  codexSays,
  saying,
} from '../../../support/transcript-lines.ts';

const A = '00000000-0000-4000-8000-00000000000a';
const B = '00000000-0000-4000-8000-00000000000b';

const never = new AbortController().signal;

/** The texts of the files that are made of what comes, in these pieces. */
async function partsOf(pieces: readonly (string | Buffer)[]): Promise<string[]> {
  const spool = await spoolInput(Readable.from(pieces.map((piece) => Buffer.from(piece))), never);
  onTestFinished(spool.remove);
  return spool.files.map(({ file }) => readFileSync(file, 'utf8'));
}

const text = (lines: readonly object[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

const snapshot = { type: 'file-history-snapshot', messageId: 'm', snapshot: { trackedFileBackups: {} } };
const claude = (thread: string) =>
  text([snapshot, claudePrompt(thread, 0, 'go'), claudeAnswer(thread, 1, `m-${thread}`, saying('Done.'))]);
const codex = (thread: string, more: object = {}) =>
  text([codexMeta(thread, 0, more), codexSays(1, 'Done.')]);
const pi = (thread: string) => text([piHeader(thread, 0), piPrompt(1), piAnswer(2, [piSaying('Done.')])]);
const gemini = (thread: string) => text([geminiHeader(thread, 0), geminiPrompt(1), geminiAnswer(2, 'Done.')]);
const document = (thread: string) => {
  const lines = [geminiHeader(thread, 0), geminiPrompt(1), geminiAnswer(2, 'Done.')];
  return `${geminiDocument(lines).trimEnd()}\n`;
};
const record = text([{ format: 'stint-record', version: 1, record: {}, amendments: [] }]);
const spawned = (parent: string) => ({
  source: { subagent: { thread_spawn: { parent_thread_id: parent } } },
});

test.each<[string, readonly string[]]>([
  [
    'two sessions of Claude Code, of which the second begins with a line that names none',
    [claude(A), claude(B)],
  ],
  ['two rollouts of Codex', [codex(A), codex(B)]],
  ['two sessions of pi', [pi(A), pi(B)]],
  ['two sessions of Gemini CLI', [gemini(A), gemini(B)]],
  [
    'a document on many lines between other files',
    [claude(A), document(B), codex(A), document(A), document(B)],
  ],
  ['sessions of several CLIs, and records', [codex(A), claude(A), record, pi(B), gemini(B)]],
  ['a helper of Codex, and behind it the session that it helped', [codex(B, spawned(A)), codex(A)]],
])('each file is one again: %s', async (_name, files) => {
  expect(await partsOf([files.join('')])).toEqual(files);
  // In whatever pieces it comes, through the middle of a character too.
  const bytes = Buffer.from(files.join('').replaceAll('Done.', 'Tschüß.'));
  const pieces = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, at) =>
    bytes.subarray(at * 7, at * 7 + 7),
  );
  expect(await partsOf(pieces)).toEqual(files.map((file) => file.replaceAll('Done.', 'Tschüß.')));
  // A file without a newline at its end.
  expect(await partsOf([files.map((file) => file.trimEnd()).join('')])).toEqual(
    files.map((file, index) => (index < files.length - 1 ? file : file.trimEnd())),
  );
});

test.each<[string, string]>([
  [
    'a fork of Claude Code with the lines that it copied',
    text([
      claudePrompt(A, 0, 'go', { uuid: 'u1' }),
      claudeLine(B, 1, 'user', { uuid: 'u2', parentUuid: 'u1', message: { role: 'user', content: 'on' } }),
    ]),
  ],
  [
    'a fork of Codex with the history of its parent',
    text([codexMeta(B, 0, { forked_from_id: A }), codexMeta(A, 0), codexSays(1, 'Done.')]),
  ],
  [
    'a document on many lines',
    geminiDocument([geminiHeader(A, 0), geminiPrompt(1), geminiAnswer(2, 'Done.')]),
  ],
  ['a session that was continued', `${codex(A)}${codex(A)}`],
  ['lines of an unknown format', 'one\n{"two":2}\n\nthree'],
  ['records', `${record}${record}`],
])('one file stays one: %s', async (_name, file) => {
  expect(await partsOf([file])).toEqual([file]);
});

test('what is spooled is for its user alone, has a name by its content, and goes', async () => {
  const spools = [
    await spoolInput(Readable.from([Buffer.from(codex(A))]), never),
    await spoolInput(Readable.from([Buffer.from(codex(A))]), never),
  ];
  const files = spools.flatMap((spool) => spool.files);
  expect(new Set(files.map(({ shownAs }) => shownAs)).size).toBe(1);
  expect(new Set(files.map(({ file }) => file)).size).toBe(2);
  const folders = files.map(({ file }) => path.dirname(file));
  expect(files.map(({ file }) => statSync(file).mode & 0o077)).toEqual([0, 0]);
  expect(folders.map((folder) => statSync(folder).mode & 0o077)).toEqual([0, 0]);
  for (const { remove } of spools) remove();
  expect(folders.some(existsSync)).toBe(false);
});

test.each<[string, readonly (string | Buffer)[], RegExp]>([
  ['nothing', [], /is empty/],
  ['blank lines', ['\n', '  \n'], /is empty/],
  ['a stream of NULs', [Buffer.alloc(9000)], /it is binary/],
  ['a compressed file', [Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3])], /it is binary.*unpack it/],
])('%s on standard input is told in one sentence', async (_name, pieces, said) => {
  await expect(partsOf(pieces)).rejects.toThrow(said);
});

test('text without end is not written on for ever', async () => {
  const input = Readable.from(Array.from({ length: 100 }, () => Buffer.from('{"hello":"world"}\n')));
  await expect(spoolInput(input, never, 1000)).rejects.toThrow(/nothing at its beginning is a transcript/);
  const known = Readable.from(Array.from({ length: 100 }, () => Buffer.from(codex(A))));
  const { files, remove } = await spoolInput(known, never, 1000);
  onTestFinished(remove);
  expect(files).toHaveLength(1);
});

test('an interruption ends the wait for input, and nothing of it is taken', async () => {
  const cancel = new AbortController();
  const input = new Readable({ read: () => undefined });
  input.push(codex(A));
  const spooled = spoolInput(input, cancel.signal);
  cancel.abort();
  expect((await spooled).files).toEqual([]);
});

test('what an import left that was killed more than a day ago is removed, and nothing else', () => {
  const temporary = scratchFolder();
  vi.stubEnv('TMPDIR', temporary);
  onTestFinished(() => void vi.unstubAllEnvs());
  const now = new Date('2026-12-01T12:00:00.000Z');
  const make = (name: string, hours: number): string => {
    const folder = path.join(temporary, name);
    mkdirSync(folder);
    const at = new Date(now.getTime() - hours * 3_600_000);
    utimesSync(folder, at, at);
    return folder;
  };
  // No process has this number: it is larger than Linux gives.
  const killed = make('stint-import-4194999-abc', 25);
  const young = make('stint-import-4194998-abc', 23);
  const alive = make(`stint-import-${process.pid}-abc`, 100);
  const foreign = make('stint-import-x', 100);
  removeLeftSpools(now);
  expect([killed, young, alive, foreign].map((each) => existsSync(each))).toEqual([false, true, true, true]);
});
