import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { ImportReport } from '../../src/control/desk/exchange/import-tally.ts';
import { geminiAnswer, geminiDocument, geminiHeader, geminiPrompt } from '../support/gemini-lines.ts';
import { scratchEnvironment, scratchFolder } from '../support/scratch.ts';
import { stint, stintJson } from '../support/stint-here.ts';
import { claudeAnswer, claudePrompt, codexMeta, codexSays, saying } from '../support/transcript-lines.ts';

const threadOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const text = (lines: readonly object[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

function claude(number: number): string {
  const thread = threadOf(number);
  return text([claudePrompt(thread, 0, 'go'), claudeAnswer(thread, 1, `m${number}`, saying('Done.'))]);
}

/** A folder with these files, and an environment of its own. */
function placeWith(files: Readonly<Record<string, string | Buffer>>) {
  const folder = scratchFolder();
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, 'in', name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return { folder, env: scratchEnvironment(scratchFolder()) };
}

test('in a folder that is named, documents are read whatever their names', async () => {
  const document = geminiDocument([geminiHeader(threadOf(6), 0), geminiPrompt(1), geminiAnswer(2, 'Done.')]);
  const long = codexMeta(threadOf(8), 0, { base_instructions: { text: 'x'.repeat(100_000) } });
  const place = placeWith({
    'foo.log': claude(1),
    'x.txt': claude(2),
    'x.jsonl.1': claude(3),
    'deep/er/lines.ndjson': claude(4),
    noending: text([codexMeta(threadOf(5), 0), codexSays(1, 'Done.')]),
    'session.txt': document,
    'torn.log': `half a line"}\n${claude(7)}`,
    'long.log': text([long, codexSays(1, 'Done.')]),
    empty: '',
    'notes.md': 'nothing\n',
  });
  const found = {
    sessions: 8,
    formatUnknown: 0,
    skipped: [{ what: 'other file without a session', files: 2 }],
  };
  expect(await stintJson<ImportReport>(place, 'import', 'in')).toMatchObject({ ...found, new: 8 });
  expect(await stintJson<ImportReport>(place, 'import', 'in')).toMatchObject({ ...found, unchanged: 8 });
});

test('what CLIs keep beside their sessions is counted in one line, and tells of no error', async () => {
  const place = placeWith({
    '.claude/projects/-work-app/s.jsonl': claude(1),
    '.claude/history.jsonl': text([
      { display: 'go', pastedContents: {}, timestamp: 1, project: '/work/app' },
    ]),
    '.claude/projects/-work-app/sessions-index.json': text([{ version: 1, entries: [], originalPath: '/' }]),
    '.claude/todos/a.json': '[{"content":"x","status":"pending"}]',
    '.claude/settings.json': '{\n  "model": "opus"\n}\n',
    '.claude/projects/-work-app/a/subagents/agent-a.meta.json': '{"agentType":"Explore"}',
    '.claude/plans/one.md': '# Plan\n',
    '.codex/history.jsonl': text([{ session_id: threadOf(2), ts: 1, text: 'go' }]),
    '.codex/session_index.jsonl': text([{ id: threadOf(2), thread_name: 'go', updated_at: '2026-01-05' }]),
    '.gemini/tmp/app/logs.json': '[{"sessionId":"x","messageId":0,"type":"user","message":"go"}]',
    '.local/share/opencode/storage/session/ses_1.json': '{"id":"ses_1","time":{"created":1}}',
    '.local/share/opencode/opencode.db': Buffer.from('SQLite format 3\0\u0001'),
    'results.json': '{"outcome":"passed"}\n',
    'old.jsonl.gz': gzipSync(claude(3)),
    '.git/logs.jsonl': claude(4),
  });
  symlinkSync('.claude/settings.json', path.join(place.folder, 'in/link'));
  const result = await stint(place, 'import', 'in');
  expect(result).toMatchObject({ code: 0, stderr: '' });
  expect(result.stdout).toMatch(/^1 session: 1 new/);
  const [line, ...more] = result.stdout.split('\n').filter((each) => each.startsWith('skipped: '));
  expect(more).toEqual([]);
  expect(line?.replace('skipped: ', '').split('; ').toSorted()).toEqual([
    '1 binary file',
    '1 compressed file, to be unpacked first',
    '1 index of Claude Code',
    '1 index of Codex',
    '1 prompt history of Claude Code',
    '1 prompt history of Codex',
    '7 other files without a session',
  ]);
});

test.each(['auth.json', '.credentials.json', 'oauth_creds.json', '.env', 'id_ed25519', 'mcp-token.json'])(
  'a file that may hold secrets is not opened, also where it is named: %s',
  async (name) => {
    // An open would be told as a file that may not be read, or would find a session.
    const place = placeWith({ [name]: claude(1), 'own.jsonl': claude(2) });
    chmodSync(path.join(place.folder, 'in', name), 0);
    const skipped = [{ what: 'file that may hold secrets, not opened', files: 1 }];
    const report = await stintJson<ImportReport>(place, 'import', 'in');
    expect(report).toMatchObject({ sessions: 1, passedBy: [], skipped });
    const named = await stint(place, 'import', `in/${name}`, '--json');
    expect(named.code).toBe(1);
    expect(JSON.parse(named.stdout)).toMatchObject({ sessions: 0, passedBy: [], skipped });
  },
);

test('a file of an odd name that is named itself is read, or told as unknown', async () => {
  const place = placeWith({
    'foo.log': claude(1),
    'notes.md': 'nothing\n',
    'packed.gz': gzipSync(claude(2)),
  });
  expect(await stintJson<ImportReport>(place, 'import', 'in/foo.log', 'in')).toMatchObject({ sessions: 1 });
  expect(await stint(place, 'import', 'in/notes.md')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('notes.md: format unknown') as string,
  });
  expect(await stint(place, 'import', 'in/packed.gz')).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('skipped: 1 compressed file, to be unpacked first') as string,
  });
});
