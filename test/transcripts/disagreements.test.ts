import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSessions } from '../../src/harness/read-sessions.ts';
import { scratchFolder } from '../support/scratch.ts';
import { calling, claudeAnswer, claudePrompt, claudeResult, saying } from '../support/transcript-lines.ts';
import { findMissedCommits } from './compare-commits.ts';
import { findDisagreements } from './find-disagreements.ts';
import { plainObjects } from './plain-objects.ts';

// `npm run test:transcripts` judges the reading of real files: it must see when that is wrong.

const A = '11111111-aaaa-4aaa-8aaa-111111111111';

const session = (command: string): string =>
  [
    claudePrompt(A, 0, 'go'),
    claudeAnswer(A, 1, 'm1', calling('t1', command)),
    claudeResult(A, 2, 't1', '[main 1a2b3c4d] x\n 1 file changed'),
    claudeAnswer(A, 3, 'm1', saying('Done.')),
  ]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');

function fileOf(text: string): string {
  const file = path.join(scratchFolder(), 'c0', '0', 'full.jsonl');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

test('the plain way reads glued objects, blank lines, and half a last line', () => {
  expect(plainObjects('{"a":{"b":1}}{"c":"}{"}\n\nno\n{"d":1}\n{"half')).toEqual({
    objects: [
      { line: 1, value: { a: { b: 1 } } },
      { line: 1, value: { c: '}{' } },
      { line: 4, value: { d: 1 } },
    ],
    unreadable: 1,
    isTorn: true,
  });
});

describe('a reading', () => {
  test('that is right agrees', () => {
    const file = fileOf(session('git commit -m x'));
    expect(findDisagreements(file, readSessions(file))).toEqual([]);
  });

  test('that counts a message twice, loses a line, or a session, does not', () => {
    const file = fileOf(session('git commit -m x'));
    const reading = readSessions(file);
    const [found] = reading.sessions;
    if (!found) throw new Error('no session');
    const { transcript } = found;
    const [[id, used]] = [...transcript.usageByMessage] as [[string, object]];
    const doubled = new Map([
      [id, used],
      ['again', used],
    ]) as typeof transcript.usageByMessage;
    const withTranscript = (more: object) =>
      findDisagreements(file, {
        ...reading,
        sessions: [{ ...found, transcript: { ...transcript, ...more } }],
      });
    expect(withTranscript({ usageByMessage: doubled }).join('\n')).toContain('input tokens are 20');
    expect(withTranscript({ events: 1 }).join('\n')).toContain('4 objects, 1 events');
    expect(findDisagreements(file, { ...reading, sessions: [] })).toContain(': no session');
    expect(findDisagreements(file, { ...reading, sessions: [found, found] }).join()).toContain('2 sessions');
  });
});

test('commits that git has and named are missed by name and line', () => {
  const commits = ['1a2b3c4d5e6f', 'fffffffff'];
  const missedAfter = (command: string): string[] => {
    const file = fileOf(session(command));
    return findMissedCommits({ file, commits }, readSessions(file));
  };
  expect(missedAfter('git commit -m x')).toEqual([]);
  // The reading takes no such answer of another command for a commit; the table knows better.
  expect(missedAfter('make release')).toEqual([':3: commit 1a2b3c4d5e6f is named here']);
});
