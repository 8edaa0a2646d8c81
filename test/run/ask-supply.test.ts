import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CategoryName } from '../../src/domain/ids.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createRedactor } from '../../src/lib/redact.ts';
import { askSupply, countTasks } from '../../src/run/ask-supply.ts';
import { UserCommands } from '../../src/run/user-commands.ts';
import { scratchEnvironment, scratchFolder } from '../support/scratch.ts';
import { isRunning } from '../support/sessions.ts';

describe('tasks are counted', () => {
  test.each([
    ['[]', 0],
    ['[1, {"a": [2, 3]}]\n', 2],
    ['', 0],
    ['\n  \n', 0],
    ['one\n\ntwo', 2],
    ['{"a": 1}', 1],
    ['[not json', 1],
    ['3', 1],
  ])('%j', (text, count) => {
    expect(countTasks(text)).toBe(count);
  });
});

const ask = (folder: string, words: readonly string[], timeoutMs = 600_000) =>
  askSupply(
    new UserCommands({
      folder,
      env: { ...scratchEnvironment(folder), STINT_SESSION_ID: 'outer' },
      redactor: createRedactor(),
      clock: systemClock,
    }),
    'code' as CategoryName,
    { command: { words }, timeoutMs, cancelled: new AbortController().signal },
  );
const script = (text: string): string[] => ['sh', '-c', text];

test('a command is asked in its folder, with its category, and outside of every session', async () => {
  const folder = scratchFolder();
  expect(
    await ask(folder, script('pwd >seen; echo "$STINT_CATEGORY $STINT_STATE_DIR" >>seen; echo "[1,2]"')),
  ).toEqual({
    kind: 'known',
    count: 2,
  });
  expect(readFileSync(path.join(folder, 'seen'), 'utf8')).toBe(`${folder}\ncode \n`);
});

test('one that fails, says too much or takes too long says nothing', async () => {
  const folder = scratchFolder();
  const [failed, flood, slow, missing] = await Promise.all([
    ask(
      folder,
      script('echo one; echo "gh: no\ntoken ghp_0123456789abcdefghijklmnopqrstuvwxyzAB" >&2; exit 4'),
    ),
    ask(folder, script('exec yes')),
    ask(folder, script('echo $$ >pid; exec sleep 600'), 1000),
    ask(folder, ['no-such-program-anywhere']),
  ]);
  expect(failed).toMatchObject({
    kind: 'unknown',
    because: expect.stringMatching(/^its command exited with 4: token /),
  });
  expect(JSON.stringify(failed)).not.toContain('ghp_0123');
  expect(flood).toEqual({ kind: 'unknown', because: 'its command printed more than 4.2MB' });
  expect(slow).toEqual({ kind: 'unknown', because: 'its command ran longer than 1s and was ended' });
  expect(missing).toMatchObject({ kind: 'unknown', because: expect.stringContaining('could not start') });
  expect(
    existsSync(path.join(folder, 'pid')) && isRunning(Number(readFileSync(path.join(folder, 'pid'), 'utf8'))),
  ).toBe(false);
});
