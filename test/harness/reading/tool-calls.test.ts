import { describe, expect, test } from 'vitest';
import { emptyTranscript, foldEvents } from '../../../src/domain/transcript.ts';
import { parseCodexStream } from '../../../src/harness/codex/stream.ts';
import { parseStreamJson } from '../../../src/harness/claude-code/stream.ts';
import { commitsIn } from '../../../src/harness/reading/tool-calls.ts';

const SAID =
  '[main (root-commit) 1a2b3c4] subject\n 1 file changed\n[detached HEAD 0123456789] [main fffffff] other\n';

function claude(command: string, content: unknown, tool = 'Bash'): readonly string[] {
  const call = { type: 'tool_use', id: 'c', name: tool, input: { command } };
  const answer = { type: 'tool_result', tool_use_id: 'c', content };
  const lines = [
    { type: 'assistant', message: { content: [call] } },
    { type: 'user', message: { content: [answer] } },
  ];
  return foldEvents(
    emptyTranscript,
    lines.flatMap((line) => parseStreamJson(JSON.stringify(line), new Date(0))),
  ).printedCommits;
}

describe('commits that git named to the agent', () => {
  test('are read from the answer to its own command', () => {
    const made = ['1a2b3c4', '0123456789'];
    expect(claude('git add . && git commit -m x', SAID)).toEqual(made);
    expect(claude('git -C sub cherry-pick a b', [{ type: 'text', text: SAID }])).toEqual(made);
    const item = { id: 'i', type: 'command_execution', command: "bash -lc 'git commit -m x'" };
    const codex = parseCodexStream(
      JSON.stringify({ type: 'item.completed', item: { ...item, aggregated_output: SAID, exit_code: 0 } }),
      new Date(0),
    );
    expect(foldEvents(emptyTranscript, codex).printedCommits).toEqual(made);
  });

  test('come with their subjects, and with the author’s time where git tells it', () => {
    const amended = '[main 1a2b3c4] add a file\r\n Date: Mon Jan 5 13:00:10 2026 +0100\r\n 1 file changed';
    const picked = '[my topic 5d6e7f8] [ci] skip\n Author: A B <a@b>\n Date: Mon Jan 5 12:00:10 2026 +0000\n';
    const plain = '[main 9abcdef] later\n Date: yesterday\n';
    expect(commitsIn(`${amended}\n${picked}${plain}`).commits).toEqual([
      { name: '1a2b3c4', subject: 'add a file', authoredAt: '2026-01-05T12:00:10.000Z' },
      { name: '5d6e7f8', subject: '[ci] skip', authoredAt: '2026-01-05T12:00:10.000Z' },
      { name: '9abcdef', subject: 'later' },
    ]);
    expect(commitsIn(`[main 1a2b3c4] ${'long '.repeat(1000)}`).commits?.[0]?.subject).toHaveLength(500);
  });

  test('are read where the command that made them is longer than its summary', () => {
    expect(claude(`git add ${'some/file.ts '.repeat(50)} && git commit -m x`, SAID)).toHaveLength(2);
    const words = `git add ${'some/file.ts '.repeat(50)} && git commit -m x`;
    const called = parseStreamJson(
      JSON.stringify({
        type: 'assistant',
        message: { content: [{ type: 'tool_use', id: 'c', name: 'Bash', input: { command: words } }] },
      }),
      new Date(0),
    );
    // Nobody answered it: it may have made one.
    expect(foldEvents(emptyTranscript, called).openCalls).toMatchObject([{ isCommitting: true }]);
  });

  test('are not those of a file, a log, or prose', () => {
    expect(claude('cat neighbours-output', SAID)).toEqual([]);
    expect(claude('git commit', SAID, 'Read')).toEqual([]);
    expect(
      claude('git commit', 'the commit\n    [main 1a2b3c4] in a log\n[main 1a2b3c4]\n[main 1a2b3] short'),
    ).toEqual([]);
    const said = { type: 'assistant', message: { content: [{ type: 'text', text: SAID }] } };
    expect(
      foldEvents(emptyTranscript, parseStreamJson(JSON.stringify(said), new Date(0))).printedCommits,
    ).toEqual([]);
  });
});
