import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { TranscriptWatch } from '../../src/harness/transcript-watch.ts';
import { scratchFolder } from '../support/scratch.ts';

test('growth is told once, whenever the file comes, and a search goes through the folders twice a minute at most', () => {
  const home = scratchFolder();
  const thread = '11111111-1111-4111-8111-111111111111';
  const file = path.join(home, '.claude/projects/-x', `${thread}.jsonl`);
  const watch = new TranscriptWatch('claude-code', {}, home);
  expect(watch.takeGrowth(thread, 0)).toBe(false);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, 'one\n');
  // Not looked for again so soon; what was there when it was found is nothing new.
  expect(watch.takeGrowth(thread, 29_999)).toBe(false);
  expect(watch.takeGrowth(thread, 30_000)).toBe(false);
  expect(watch.takeGrowth(thread, 31_000)).toBe(false);
  appendFileSync(file, 'two\n');
  expect(watch.takeGrowth(thread, 32_000)).toBe(true);
  expect(watch.takeGrowth(thread, 33_000)).toBe(false);
  rmSync(file);
  expect(watch.takeGrowth(thread, 34_000)).toBe(false);
});

test('a name that is no conversation’s finds nothing outside', () => {
  const home = scratchFolder();
  mkdirSync(path.join(home, '.claude/projects/-x'), { recursive: true });
  const outside = path.join(home, '.claude/projects/secret.jsonl');
  writeFileSync(outside, 'x\n');
  const watch = new TranscriptWatch('claude-code', {}, home);
  expect(watch.takeGrowth('../secret', 0)).toBe(false);
  appendFileSync(outside, 'y\n');
  expect(watch.takeGrowth('../secret', 60_000)).toBe(false);
});
