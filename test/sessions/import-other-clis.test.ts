import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { ImportReport } from '../../src/control/desk/exchange/import-tally.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import {
  geminiAnswer,
  geminiCall,
  geminiDocument,
  geminiHeader,
  geminiPrompt,
} from '../support/gemini-lines.ts';
import { piAnswer, piCalling, piHeader, piPrompt, piResult, piSaying } from '../support/pi-lines.ts';
import { scratchProject } from '../support/scratch.ts';
import { stintJson } from '../support/stint-here.ts';

const PI = '11111111-aaaa-4aaa-8aaa-111111111111';
const GEMINI = '22222222-bbbb-4bbb-8bbb-222222222222';
const HELPER = '33333333-cccc-4ccc-8ccc-333333333333';
const OLD = '44444444-dddd-4ddd-8ddd-444444444444';

const jsonLines = (lines: readonly object[]): string =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join('');

test('sessions of pi and of Gemini CLI are found where they lie, each once, and judged by what git has', async () => {
  const project = scratchProject();
  const put = (name: string, text: string): void => {
    const file = path.join(project.env['HOME'] ?? '', name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  const commit = (name: string): { sha: string; told: string } => {
    project.write(name, 'one\ntwo\n');
    project.git('add', name);
    const told = project.git('commit', '-m', `add ${name}`);
    return { told, sha: project.git('rev-parse', 'HEAD').trim() };
  };
  const [byPi, byGemini] = [commit('pi.txt'), commit('gemini.txt')];
  const piSession = [
    piHeader(PI, 0, { cwd: project.folder }),
    piPrompt(1),
    piAnswer(2, [piCalling('c1', 'git commit -m work')], { stopReason: 'toolUse' }),
    piResult(3, 'c1', byPi.told),
    piAnswer(4, [piSaying('Done.')]),
  ];
  const folder = `--${project.folder.replace(/^\//, '').replaceAll('/', '-')}--`;
  put(`.pi/agent/sessions/${folder}/2026_${PI}.jsonl`, jsonLines(piSession));
  const call = geminiCall(3, 'c1', 'git commit -m work', `Output: ${byGemini.told}`);
  const geminiSession = [
    geminiHeader(GEMINI, 0),
    geminiPrompt(1),
    geminiAnswer(2, '', { toolCalls: [call] }),
    geminiAnswer(4, 'Done.'),
  ];
  put('.gemini/tmp/app/.project_root', project.folder);
  put('.gemini/tmp/app/chats/session-2026-01-05T12-00-22222222.jsonl', jsonLines(geminiSession));
  const helper = [geminiHeader(HELPER, 2, { kind: 'subagent' }), geminiPrompt(2), geminiAnswer(3, 'Seen.')];
  put(`.gemini/tmp/app/chats/${GEMINI}/${HELPER}.jsonl`, jsonLines(helper));
  put('.gemini/tmp/app/logs.json', '[]');
  put('.gemini/tmp/app/tool-outputs/x.jsonl', '{}\n');
  const old = geminiDocument([geminiHeader(OLD, 0), geminiPrompt(1), geminiAnswer(2, 'Done.')]);
  put('.gemini/tmp/0123abcd/chats/session-2026-01-05T12-00-44444444.json', old);

  const found = { sessions: 2, subagents: 1, elsewhere: 1, formatUnknown: 0, unreadableLines: 0 };
  const byHarness = { pi: 1, gemini: 1 };
  expect(await stintJson<ImportReport>(project, 'import')).toMatchObject({ ...found, new: 2, byHarness });
  expect(await stintJson<ImportReport>(project, 'import')).toMatchObject({
    ...found,
    unchanged: 2,
    byHarness,
  });
  const records = await stintJson<SessionRecord[]>(project, 'sessions');
  expect(records).toHaveLength(2);
  expect(records.find(({ thread }) => thread === PI)).toMatchObject({
    outcome: 'productive',
    commits: [byPi.sha],
    usage: { input: 20, turns: 2 },
  });
  // Two answers of its own, one of its helper.
  expect(records.find(({ thread }) => thread === GEMINI)).toMatchObject({
    outcome: 'productive',
    commits: [byGemini.sha],
    usage: { input: 3 * 31, turns: 2 },
  });
  // One that names no project is everybody's.
  expect(await stintJson<ImportReport>(project, 'import', '--all')).toMatchObject({
    sessions: 3,
    new: 1,
    elsewhere: 0,
  });
});
