import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { ImportReport } from '../../src/control/desk/exchange/import-tally.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import { scratchEnvironment, scratchFolder } from '../support/scratch.ts';
import { stintJson } from '../support/stint-here.ts';
import { claudeLine, claudePrompt, saying } from '../support/transcript-lines.ts';

const THREAD = '00000000-0000-4000-8000-000000000001';

/** One state of a message, as a line has it: what came in, from the cache, into it, and what went out. */
function state(
  minute: number,
  id: string,
  [input, read, written, output]: readonly [number, number, number, number],
  more: object = {},
): object {
  const usage = {
    input_tokens: input,
    cache_read_input_tokens: read,
    cache_creation_input_tokens: written,
    output_tokens: output,
  };
  const message = { id, model: 'a-model', role: 'assistant', content: [saying('Done.')], usage };
  return claudeLine(THREAD, minute, 'assistant', { message, ...more });
}

const prompt = claudePrompt(THREAD, 0, 'Go on.');
const HELPER = { isSidechain: true, agentId: 'acompact-1' };
const ofHelper = claudePrompt(THREAD, 0, 'Go on.', HELPER);

const OWN = `${THREAD}.jsonl`;
/** Names that are read before the session's own file, and after it. */
const [BEFORE, AFTER] = ['agent-a.jsonl', 'z.jsonl'];

// The first message used 3, 700, 40 and 436, the second 3, 0, 0 and 50.
const FIRST = [3, 700, 40, 436] as const;
const SECOND = state(2, 'm2', [3, 0, 0, 50]);

test.each<[string, Readonly<Record<string, readonly object[]>>]>([
  [
    'its helper has the larger count',
    {
      [BEFORE]: [ofHelper, state(1, 'm1', FIRST, HELPER)],
      [OWN]: [prompt, state(1, 'm1', [3, 700, 40, 1]), SECOND],
    },
  ],
  [
    'its helper has the smaller count',
    {
      [BEFORE]: [ofHelper, state(1, 'm1', [3, 700, 40, 1], HELPER)],
      [OWN]: [prompt, state(1, 'm1', FIRST), SECOND],
    },
  ],
  [
    'of three files the second has the largest, and the last ends latest',
    {
      [BEFORE]: [prompt, state(1, 'm1', [3, 700, 40, 1])],
      [OWN]: [prompt, state(1, 'm1', FIRST)],
      [AFTER]: [prompt, state(1, 'm1', [3, 0, 0, 1]), SECOND],
    },
  ],
  [
    'of two helpers the first has the largest',
    {
      [BEFORE]: [ofHelper, state(1, 'm1', FIRST, HELPER)],
      'agent-b.jsonl': [ofHelper, state(1, 'm1', [3, 0, 0, 8], { ...HELPER, agentId: 'acompact-2' })],
      [OWN]: [prompt, state(1, 'm1', [3, 0, 0, 1]), SECOND],
    },
  ],
  [
    'the lines of one file tell parts of it, and the last one the least',
    {
      [OWN]: [
        prompt,
        state(1, 'm1', [3, 0, 0, 1]),
        state(1, 'm1', FIRST),
        state(1, 'm1', [3, 700, 40, 2]),
        SECOND,
      ],
    },
  ],
  [
    'a stream that was kept names no request',
    {
      [AFTER]: [
        { type: 'system', subtype: 'init', session_id: THREAD, cwd: '/work/app' },
        { ...state(1, 'm1', [3, 700, 40, 1]), session_id: THREAD, sessionId: undefined },
      ],
      [OWN]: [prompt, state(1, 'm1', FIRST, { requestId: 'r1' }), SECOND],
    },
  ],
])('of a message the largest count stands: %s', async (_name, files) => {
  const scratch = scratchFolder();
  const place = { folder: scratch, env: scratchEnvironment(scratch) };
  const wanted = { input: 6, output: 486, cacheRead: 700, cacheWrite: 40 };
  // At once, and then each by itself, as they come: the later import amends the record.
  for (const [name, lines] of Object.entries(files))
    writeFileSync(path.join(scratch, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await stintJson<ImportReport>(place, 'import', scratch);
  expect(await stintJson<SessionRecord[]>(place, 'sessions')).toMatchObject([{ usage: wanted }]);

  const other = scratchFolder();
  const later = { folder: scratch, env: scratchEnvironment(other) };
  for (const name of Object.keys(files)) await stintJson<ImportReport>(later, 'import', name);
  expect(await stintJson<SessionRecord[]>(later, 'sessions')).toMatchObject([{ usage: wanted }]);
});
