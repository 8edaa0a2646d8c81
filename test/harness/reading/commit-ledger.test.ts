import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SessionEvent } from '../../../src/domain/session-event.ts';
import { readSessions } from '../../../src/harness/read-sessions.ts';
import { CommitLedger } from '../../../src/harness/reading/commit-ledger.ts';
import { scratchFolder } from '../../support/scratch.ts';
import {
  atMinute,
  atSecond,
  calling,
  claudeAnswer,
  claudePrompt,
  claudeResult,
  codexItem,
  codexMeta,
  codexSays,
  saying,
} from '../../support/transcript-lines.ts';

const A = '11111111-aaaa-4aaa-8aaa-111111111111';

function toldIn(lines: readonly object[]) {
  const file = path.join(scratchFolder(), 'full.jsonl');
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return readSessions(file).sessions.flatMap(({ toldCommits }) => toldCommits);
}

describe('a commit that git named', () => {
  test('has the times of the call and of its answer, with others between', () => {
    const told = toldIn([
      claudePrompt(A, 0, 'go'),
      claudeAnswer(A, 1, 'm1', calling('c1', 'git commit -m x')),
      claudeAnswer(A, 2, 'm1', calling('c2', 'git log -1')),
      claudeResult(A, 3, 'c2', '[main 9abcdef] another’s'),
      claudeResult(A, 4, 'c1', '[main 1a2b3c4] x\n 1 file changed'),
      claudeAnswer(A, 5, 'm2', saying('Done.')),
    ]);
    expect(told).toEqual([{ name: '1a2b3c4', subject: 'x', calledAt: atMinute(1), toldAt: atMinute(4) }]);
  });

  test('by a command that ran on has the time at which the command began', () => {
    const wait = JSON.stringify({ cell_id: '7' });
    const told = toldIn([
      codexMeta(A, 0),
      codexItem(2, 'custom_tool_call', {
        name: 'exec',
        call_id: 'c1',
        input: 'await tools.exec_command({"cmd":"git commit -m x"});',
      }),
      codexItem(12, 'custom_tool_call_output', {
        call_id: 'c1',
        output: 'Script running with cell ID 7\nWall time 10.0 seconds\nOutput:\n',
      }),
      codexItem(20, 'function_call', { name: 'wait', call_id: 'c2', arguments: wait }),
      codexItem(21, 'function_call_output', {
        call_id: 'c2',
        output: 'Script completed\nWall time 1 seconds\nOutput:\n[main 1a2b3c4] x\n',
      }),
      codexSays(22, 'Done.'),
    ]);
    expect(told).toEqual([{ name: '1a2b3c4', subject: 'x', calledAt: atSecond(2), toldAt: atSecond(21) }]);
  });

  test('by another command than the one that ran on has its own', () => {
    const ledger = new CommitLedger();
    const called = (callId: string, workId?: string): SessionEvent => ({
      kind: 'called',
      callId,
      tool: 'shell',
      place: 'localProcess',
      summary: 'git commit',
      openTodos: null,
      isCommitting: true,
      ...(workId === undefined ? {} : { about: { workId, isStop: false } }),
    });
    const answered = (callId: string, more: object): SessionEvent => ({
      kind: 'answered',
      callId,
      isError: false,
      ...more,
    });
    const commits = [{ name: '1a2b3c4', subject: 'x' }];
    ledger.take(called('a'), atSecond(1), []);
    ledger.take(answered('a', { launched: { workId: 'w', work: 'shell' } }), atSecond(2), []);
    ledger.take(called('b', 'other'), atSecond(3), []);
    ledger.take(answered('b', { commits }), atSecond(4), ['1a2b3c4']);
    ledger.take(called('c', 'w'), null, []);
    ledger.take(answered('c', { commits }), atSecond(6), ['1a2b3c4']);
    ledger.take(answered('d', { commits }), atSecond(7), []);
    expect(ledger.told.map(({ calledAt, toldAt }) => [calledAt, toldAt])).toEqual([
      [atSecond(3), atSecond(4)],
      [atSecond(1), atSecond(6)],
    ]);
  });
});
