import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ImportReport } from '../../src/control/desk/exchange/import-tally.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import { scratchEnvironment, scratchFolder } from '../support/scratch.ts';
import { stint, stintJson } from '../support/stint-here.ts';
import { claudeAnswer, claudePrompt, claudeResult, saying } from '../support/transcript-lines.ts';

// What an import says of calls, and what a user may say of them: from files to records and reports.

function placeWith(files: Readonly<Record<string, readonly object[]>>, config = '') {
  const folder = scratchFolder();
  mkdirSync(path.join(folder, 'files'));
  for (const [name, lines] of Object.entries(files))
    writeFileSync(
      path.join(folder, 'files', name),
      lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
    );
  const place = { folder, env: scratchEnvironment(scratchFolder()) };
  configure(place, config);
  return place;
}

function configure({ folder }: { readonly folder: string }, settings: string): void {
  if (settings === '') return;
  const head = 'version: 1\nharnesses: {agent: {type: claude-code}}\ncategories: {code: {prompt: x}}\n';
  writeFileSync(path.join(folder, 'stint.yaml'), head + settings);
}

/** A session of these calls, answered each, in which the agent has the last word. */
function calling(thread: string, ...calls: readonly (readonly [string, object])[]): object[] {
  return [
    claudePrompt(thread, 0, 'Look'),
    ...calls.flatMap(([name, input], index) => [
      claudeAnswer(thread, index + 1, `m${index}`, { type: 'tool_use', id: `t${index}`, name, input }),
      claudeResult(thread, index + 1, `t${index}`, 'text'),
    ]),
    claudeAnswer(thread, 9, 'last', saying('Done.')),
  ];
}

const importAll = async (place: ReturnType<typeof placeWith>) =>
  (await stintJson(place, 'import', 'files')) as ImportReport;
const records = async (place: ReturnType<typeof placeWith>) =>
  (await stintJson(place, 'sessions')) as SessionRecord[];

test('an import names the tools and shapes that it does not know, and so does the next one', async () => {
  const place = placeWith({
    'a.jsonl': calling('a', ['FooBar', {}], ['FooBar', {}], ['Read', { paths: ['x'] }]),
    'b.jsonl': calling('b', ['FooBar', {}], ['mcp__docs__search', {}]),
  });
  const cli = { harness: 'claude-code', version: '2.1.330' };
  const unknownTools = [
    { ...cli, tool: 'FooBar', calls: 3, sessions: 2 },
    { ...cli, tool: 'Read', isShape: true, calls: 1, sessions: 1 },
  ];
  expect((await importAll(place)).unknownTools).toEqual(unknownTools);
  expect(await importAll(place)).toMatchObject({ filesUnchanged: 2, unknownTools });
  const { stderr } = await stint(place, 'import', 'files');
  expect(stderr).toContain('claude-code 2.1.330: unknown tool FooBar, 3 calls in 2 sessions');
  expect(stderr).toContain('Read with arguments of an unknown shape, 1 call in 1 session');
  const reasons = new Set((await records(place)).map((each) => each.reasons[0]));
  expect(reasons).toEqual(
    new Set([
      'unknown: it called FooBar (1), mcp__docs__search (1), and nothing here shows what they did; import.readOnly names calls that change nothing',
      'unknown: it called FooBar (2), Read (1), and nothing here shows what they did; import.readOnly names calls that change nothing',
    ]),
  );
});

describe('what a user says of calls', () => {
  const files = {
    'a.jsonl': calling('a', ['mcp__docs__search', {}], ['Bash', { command: 'mytool list | head' }]),
    'b.jsonl': calling('b', ['Bash', { command: 'gptodo done 3' }]).slice(0, 3),
  };

  test('decides an import, and files that did not change are read again for it', async () => {
    const place = placeWith(files);
    await importAll(place);
    expect((await records(place)).map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown']);
    configure(place, 'import: {readOnly: [mcp__docs__*, mytool list], endingCommands: [gptodo done]}\n');
    await importAll(place);
    const after = await records(place);
    expect(after.map(({ outcome, stop }) => [outcome, stop.reason])).toEqual([
      ['noop', 'completed'],
      ['noop', 'completed'],
    ]);
    expect(await importAll(place)).toMatchObject({ filesUnchanged: 2 });
  });

  test.each([
    ['readOnly: ["*"]', 'it must begin with a name'],
    ['readOnly: [ls | tee f]', 'the first words of one command'],
    ['endingCommands: [""]', 'it must name a command'],
  ])('%s is refused in one sentence', async (settings, why) => {
    const place = placeWith(files, `import: {${settings}}\n`);
    const { code, stderr } = await stint(place, 'import', 'files');
    expect([code, stderr]).toEqual([2, expect.stringContaining(why)]);
    expect(stderr).toMatch(/stint\.yaml:\d+:\d+: import\.(readOnly|endingCommands)\.0/);
  });
});
