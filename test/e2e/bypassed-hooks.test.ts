import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { AGENTS, scratchProject, type ScratchProject } from '../support/scratch.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import { runSession, startStint, stint } from '../support/stint.ts';

/** As Gemini CLI does: an empty folder of hooks, given after stint's. */
const PAST = 'git -c core.hooksPath=/dev/null commit';

/** Sessions in one checkout, each with its steps. */
function projectWith(sessions: Readonly<Record<string, readonly object[]>>): ScratchProject {
  const categories = Object.entries(sessions).map(([name, steps]) => {
    const prompt = JSON.stringify([...steps, { result: {} }]);
    return [name, { prompt, harness: 'stub', isolation: 'shared' }];
  });
  const stub = {
    command: [process.execPath, path.join(AGENTS, 'stream.mjs')],
    format: 'stream-json',
  };
  return scratchProject(
    JSON.stringify({
      version: 1,
      preamble: false,
      harnesses: { stub },
      categories: Object.fromEntries(categories) as object,
      supervise: { sample: '100ms' },
      schedule: { cooldown: '0s' },
    }),
  );
}

test('in a shared checkout a commit past the hook counts when git named it to the agent', async () => {
  const project = projectWith({
    code: [
      { bash: `echo 1 >named; git add named; ${PAST} -m 'named by git'`, shown: true },
      { bash: `echo 1 >silent; git add silent; ${PAST} -m silent >../said` },
      // Somebody else's output, read by a command that commits nothing.
      { bash: 'cat ../said ../before', shown: true },
      { bash: 'echo 1 >plain; git add plain; git commit -m plain', shown: true },
      // What was made before and thrown away is not made by being named again.
      {
        bash: 'git commit --help >/dev/null; cat ../before; git branch rescued $(cat ../before-sha)',
        shown: true,
      },
    ],
  });
  execFileSync(
    '/bin/sh',
    [
      '-euc',
      'echo 1 >before; git add before; git commit -m before >../before; git rev-parse HEAD >../before-sha; git reset -q --hard HEAD~1',
    ],
    { cwd: project.folder, env: project.env },
  );
  const before = project.git('rev-parse', 'HEAD@{1}');
  const record = await runSession(project, 'code');
  expect(record.commitDetails.map(({ subject, source }) => [subject, source])).toEqual([
    ['plain', 'hook'],
    ['named by git', 'reflog+stream'],
  ]);
  const silent = project.git('log', '-1', '--format=%H', '--grep=^silent$');
  expect(record.notCounted.map(({ sha }) => sha)).toEqual([before, silent]);
  const shown = (await stint(project, 'show', record.id, '--why')).stdout;
  expect(shown).toContain('past the hook, and git named it to the agent');
  expect(shown).toContain(`${silent.slice(0, 12)}: claimed (reflog)`);
  expect(shown).toContain(`${before.slice(0, 12)}: claimed (stream)`);
});

test('what git named to two sessions is credited to neither, whoever is judged first', async () => {
  const wait = (file: string): string => `until [ -e ../${file} ]; do sleep 0.02; done`;
  const project = projectWith({
    code: [
      // What is made before the other session starts is none of that one's.
      { bash: wait('listening') },
      {
        bash: `echo 1 >made; git add made; ${PAST} -m made | tee ../said-whole; mv ../said-whole ../said`,
        shown: true,
      },
      { bash: wait('heard') },
    ],
    other: [
      { bash: `>../listening; ${wait('said')}; cat ../said; : git commit`, shown: true },
      { bash: `>../heard; ${wait('recorded')}` },
    ],
  });
  const [maker, reader] = ['code', 'other'].map((name) => startStint(project, 'run', name, '--json'));
  const recordOf = async (started: typeof maker): Promise<SessionRecord> =>
    JSON.parse((await started?.done)?.stdout ?? '') as SessionRecord;
  const first = await recordOf(maker);
  writeFileSync(path.join(path.dirname(project.folder), 'recorded'), '');
  const second = await recordOf(reader);
  const made = project.git('rev-parse', 'HEAD');
  for (const record of [first, second]) {
    expect(record.commits).toEqual([]);
    expect(record.notCounted).toMatchObject([{ sha: made }]);
  }
});
