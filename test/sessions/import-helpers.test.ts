import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { ImportReport } from '../../src/control/desk/exchange/import-tally.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import { geminiAnswer, geminiHeader, geminiPrompt } from '../support/gemini-lines.ts';
import { scratchEnvironment, scratchFolder } from '../support/scratch.ts';
import { stint, stintJson } from '../support/stint-here.ts';
import * as lines from '../support/transcript-lines.ts';

const { claudeAnswer, claudePrompt, codexEvent, codexMeta, codexSays, codexTokenCount, saying } = lines;

const threadOf = (n: number): string => `00000000-0000-4000-8000-00000000000${n}`;
const [ROOT, CHILD, GRANDCHILD] = [threadOf(1), threadOf(2), threadOf(3)];

/** A session of Codex that used so many tokens, or a helper of the named one. */
function rollout(thread: string, input: number, parent?: string): object[] {
  const spawned = { subagent: { thread_spawn: { parent_thread_id: parent, depth: 1 } } };
  return [
    codexMeta(thread, 0, parent === undefined ? {} : { source: spawned }),
    codexEvent(1, 'user_message', { message: 'look' }),
    codexTokenCount(5, [input, 0, 1], [input, 0, 1]),
    codexSays(6, 'Done.'),
    codexEvent(7, 'task_complete', { last_agent_message: 'Done.' }),
  ];
}

function placeWith(files: Readonly<Record<string, readonly object[]>>) {
  const folder = scratchFolder();
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }
  return { folder, env: scratchEnvironment(scratchFolder()) };
}

type Place = ReturnType<typeof placeWith>;
const imports = (place: Place, ...names: string[]) => stintJson<ImportReport>(place, 'import', ...names);
const usedIn = async (place: Place): Promise<unknown> =>
  (await stintJson<SessionRecord[]>(place, 'sessions')).map(({ usage }) => usage.input);

const family: Readonly<Record<string, readonly object[]>> = {
  'a/grandchild.jsonl': rollout(GRANDCHILD, 4, CHILD),
  'b/root.jsonl': rollout(ROOT, 1000),
  'c/child.jsonl': rollout(CHILD, 30, ROOT),
};

test('the helper of a helper belongs to the session at the root, in whatever folders they lie', async () => {
  const place = placeWith(family);
  const found = { sessions: 1, subagents: 2, subagentsAlone: 0 };
  expect(await imports(place, '.')).toMatchObject({ ...found, new: 1 });
  expect(await usedIn(place)).toEqual([1034]);
  expect(await imports(place, '.')).toMatchObject({ ...found, unchanged: 1, filesUnchanged: 3 });
});

test.each([
  ['a/grandchild.jsonl', 'c/child.jsonl', 'b/root.jsonl'],
  ['b/root.jsonl', 'a/grandchild.jsonl', 'c/child.jsonl'],
  ['c/child.jsonl', 'b/root.jsonl', 'a/grandchild.jsonl'],
])('the same where each is imported by itself: %s, %s, %s', async (...names) => {
  const place = placeWith(family);
  for (const name of names) await imports(place, name);
  await imports(place, '.');
  expect(await usedIn(place)).toEqual([1034]);
});

test.each<[string, Readonly<Record<string, readonly object[]>>, number]>([
  ['of Codex', { 'child.jsonl': rollout(CHILD, 30, ROOT) }, 1],
  [
    'of Codex, and one of its own',
    { 'a.jsonl': rollout(CHILD, 30, ROOT), 'b.jsonl': rollout(GRANDCHILD, 4, CHILD) },
    2,
  ],
  [
    'of Codex that names no parent',
    {
      'review.jsonl': [
        codexMeta(CHILD, 0, { source: { subagent: 'review' } }),
        ...rollout(CHILD, 30).slice(1),
      ],
    },
    1,
  ],
  [
    'of Claude Code',
    {
      [`${ROOT}/subagents/agent-7.jsonl`]: [
        claudePrompt(ROOT, 0, 'look', { isSidechain: true, agentId: '7' }),
        claudeAnswer(ROOT, 1, 'm1', saying('Done.'), { isSidechain: true, agentId: '7' }),
      ],
    },
    1,
  ],
  [
    'of Gemini CLI',
    {
      [`chats/${ROOT}/${CHILD}.jsonl`]: [
        geminiHeader(CHILD, 0, { kind: 'subagent' }),
        geminiPrompt(1),
        geminiAnswer(2, 'Done.'),
      ],
    },
    1,
  ],
])(
  'a helper whose session has no file here is said, and is no session: one %s',
  async (_name, files, count) => {
    const place = placeWith(files);
    const found = { sessions: 0, subagents: count, subagentsAlone: count, formatUnknown: 0 };
    expect(await imports(place, '.')).toMatchObject(found);
    expect(await imports(place, '.')).toMatchObject(found);
    expect((await stint(place, 'import', '.')).stdout).toContain('of sessions whose own files are not here');
    expect(await usedIn(place)).toEqual([]);
  },
);

test('it counts for its session as soon as that has a file', async () => {
  const place = placeWith({ 'child.jsonl': rollout(CHILD, 30, ROOT) });
  expect(await imports(place, '.')).toMatchObject({ sessions: 0, subagentsAlone: 1 });
  const file = path.join(place.folder, 'root.jsonl');
  writeFileSync(
    file,
    rollout(ROOT, 1000)
      .map((line) => `${JSON.stringify(line)}\n`)
      .join(''),
  );
  expect(await imports(place, '.')).toMatchObject({ sessions: 1, subagents: 1, subagentsAlone: 0 });
  expect(await usedIn(place)).toEqual([1030]);
});
