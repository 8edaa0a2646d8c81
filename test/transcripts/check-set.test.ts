import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SessionRecord } from '../../src/domain/record.ts';
import { commit } from '../support/evidence.ts';
import { recordOf } from '../support/records.ts';
import { scratchFolder } from '../support/scratch.ts';
import { checkSet } from './check-set.ts';
import { compareRecords, compareTokens, overclaims, unknownReason } from './compare-records.ts';
import { setsIn } from './find-transcripts.ts';
import { writeFixture } from './fixture.ts';
import { readRows } from './ground-truth.ts';

// `npm run test:transcripts` says what an import makes of real transcripts: it must see when that is wrong.

const STINT = path.resolve(import.meta.dirname, '../../bin/stint');

describe('the small set', () => {
  test('is right', () => {
    const { folder, repository } = writeFixture(scratchFolder());
    const set = path.join(folder, 'claude-code');
    const { lines, faults } = checkSet({ stint: STINT, folder: set, repository });
    expect(faults).toEqual([]);
    expect(lines.map((line) => line.trim())).toEqual(
      expect.arrayContaining([
        '5 files, 0.0 MB (claude-code 5), 5 sessions, 0 unreadable lines',
        'with edits: 2, of which 2 say that these were not seen committed, 0 wrong',
        'commits: right 2 (1 under a later name), missing 0, extra 0; 1 that the table lacks, and that git named to the session',
        'committed by persons: 1 sessions, 1 of them with a commit of the table (commits: 1 of the table, 0 others)',
        'tokens: 5 exact, 0 figures wrong',
      ]),
    );
  });

  test('says what it did not check, and the sets of a folder are its folders', () => {
    const { folder } = writeFixture(scratchFolder());
    const sets = setsIn(folder);
    expect(sets.map((set) => path.basename(set))).toEqual(['claude-code', 'codex', 'gemini-cli', 'pi']);
    expect(setsIn(sets[0] ?? '')).toEqual([sets[0]]);
    const { lines, faults } = checkSet({ stint: STINT, folder: sets[3] ?? '', repository: null });
    expect(faults).toEqual([]);
    expect(lines.at(-1)).toMatch(
      /^ {2}not checked: what a repository confirms .* commits \(no GROUND-TRUTH\.tsv/,
    );
  });

  test('is one set where its folders are many', () => {
    const folder = scratchFolder();
    for (let number = 0; number < 13; number++) {
      mkdirSync(path.join(folder, String(number)));
      writeFileSync(path.join(folder, String(number), 'a.jsonl'), '');
    }
    expect(setsIn(folder)).toEqual([folder]);
  });
});

describe('commits of records', () => {
  const rows = readRows(
    '/set',
    [
      'checkpoint\tindex\tsession_id\tcommits_in_git_with_trailer',
      'a\t0\t2026-01-27-t1\taaaaaaaaaaaa,bbbbbbbbbbbb',
      'b\t0\tt1\tbbbbbbbbbbbb',
      'c\t1\tt2\tcccccccccccc',
      'd\t0\tt3\t',
    ].join('\n'),
  );
  const of = (number: number, thread: string, commits: readonly string[], effects: readonly object[] = []) =>
    recordOf(number, { thread, commits, effects: effects as SessionRecord['effects'] });
  const never = (): boolean => false;

  test('are right, missing, or extra', () => {
    expect(rows[0]).toEqual({
      file: '/set/a/0/full.jsonl',
      thread: 't1',
      commits: ['aaaaaaaaaaaa', 'bbbbbbbbbbbb'],
      tokens: null,
    });
    const records = [of(1, 't1', ['aaaaaaaaaaaa1111']), of(2, 't2', ['dddd']), of(3, 'elsewhere', ['eeee'])];
    expect(compareRecords(records, rows, never)).toMatchObject({ right: 1, missing: 2, named: 0 });
    expect(compareRecords(records, rows, never).extra).toEqual([
      expect.stringContaining('(t2) counts commit dddd, which is not its own'),
    ]);
  });

  test('that git itself named to the session are no fault, under an earlier name too', () => {
    const named = (thread: string, sha: string): boolean => thread === 't2' && sha === 'dddd';
    expect(compareRecords([of(1, 't2', ['dddd'])], rows, named)).toMatchObject({ named: 1, extra: [] });
    expect(compareRecords([of(1, 't2', ['eeee'])], rows, named)).toMatchObject({
      named: 0,
      extra: { length: 1 },
    });
    const later = { ...of(1, 't2', ['eeee']), commitDetails: [commit(1, { sha: 'eeee', was: ['dddd'] })] };
    expect(compareRecords([later], rows, named)).toMatchObject({ named: 1, extra: [] });
    expect(compareRecords([{ ...later, thread: 't1' }], rows, named)).toMatchObject({ extra: { length: 1 } });
  });

  test('of persons are told apart', () => {
    const by = (...commits: string[]) => [{ kind: 'delivered-by-person', commits }];
    const records = [of(1, 't1', [], by('bbbbbbbbbbbb', 'ffff')), of(2, 't3', [], by('ffff'))];
    expect(compareRecords(records, rows, never)).toMatchObject({
      missing: 1,
      extra: [],
      byPersons: { sessions: 2, confirmed: 1, right: 1, other: 2 },
    });
  });

  test('and their tokens are compared where the table has them for one file', () => {
    const names =
      'checkpoint\tindex\tsession_id\tinput_tokens\toutput_tokens\tcache_read_tokens\tcache_write_tokens';
    const table = readRows(
      '/set',
      `${names}\na\t0\tt1\t1\t2\t3\t4\nb\t0\tt2\t1\t2\t\t4\nc\t0\tt3\t1\t1\t1\t1\nd\t0\tt3\t1\t1\t1\t1`,
    );
    const usage = { input: 1, output: 2, cacheRead: 3, cacheWrite: 4, peakContext: null, turns: null };
    const records = [1, 2, 3].map((number) => recordOf(number, { thread: `t${number}`, usage }));
    expect(compareTokens(records, table)).toEqual({ exact: 1, wrong: [], unknown: 2 });
    const [first] = records;
    const more = [{ ...recordOf(1), ...first, usage: { ...usage, output: 3 } }];
    expect(compareTokens(more, table).wrong).toEqual([
      expect.stringContaining('used 2 output tokens, and its record says 3'),
    ]);
  });
});

describe('without a repository', () => {
  const unseen = 'unknown: edits, not seen whether they were committed: src/a.ts, and 3 more';
  const edits = { files: ['src/a.ts'] };
  const edited = (number: number, outcome: SessionRecord['outcome'], reason: string) =>
    recordOf(number, { thread: `t${number}`, edits, outcome, reasons: [reason] });

  test('a session with edits is unknown, and any other outcome is a fault', () => {
    const records = [
      edited(1, 'unknown', unseen),
      edited(2, 'noop', 'noop: it ended well'),
      edited(3, 'unknown', 'unknown: it called curl (1)'),
      recordOf(4, { outcome: 'noop' }),
      edited(5, 'productive', 'productive: it delivered 1 commit'),
    ];
    const found = overclaims(records, (thread) => thread === 't5');
    expect(found).toMatchObject({ sessions: 3, unseen: 1, asked: 1, wrong: { length: 2 } });
    expect(found.wrong[0]).toContain('and it is noop: noop: it ended well');
  });

  test.each([
    [unseen, 'edits, not seen whether they were committed'],
    [
      'unknown: it called curl (3), mcp__x__y (1), and nothing here shows what they did',
      'it called …, and nothing here shows what they did',
    ],
    [
      'unknown: git could not say what it did: git named 12 commits to it, and there was',
      'git named N commits to it, and there was',
    ],
    [
      'unknown: git could not say what it did: git named 1 commit to it, and there was',
      'git named N commits to it, and there was',
    ],
    ['unknown: it asked “which of 3 files?”', 'it asked …'],
  ])('%s is told without what differs', (reason, told) => {
    expect(unknownReason({ reasons: [reason] })).toBe(told);
  });
});
