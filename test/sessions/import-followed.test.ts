import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ImportReport } from '../../src/control/desk/exchange/import-tally.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import { scratchProject, type ScratchProject } from '../support/scratch.ts';
import { stint, stintJson } from '../support/stint-here.ts';
import {
  atMinute,
  calling,
  claudeAnswer,
  claudePrompt,
  claudeResult,
  saying,
} from '../support/transcript-lines.ts';

/** The words of git for a commit that was made between these minutes. */
function commitAt(project: ScratchProject, minute: number, file: string, subject: string): string {
  project.write(file, 'one\ntwo\n');
  project.git('add', file);
  const at = new Date(Date.parse(atMinute(minute)) - 30_000).toISOString();
  return execFileSync('git', ['commit', '-m', subject], {
    cwd: project.folder,
    env: { ...project.env, GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at },
    encoding: 'utf8',
  });
}

/** A session of a folder that is gone, to which git named one commit in the minute after this one. */
function writeSession(project: ScratchProject, number: number, minute: number, told: string): void {
  const thread = `00000000-0000-4000-8000-00000000000${number}`;
  const more = { cwd: '/gone/app' };
  const lines = [
    claudePrompt(thread, minute, 'Go on.', more),
    claudeAnswer(thread, minute, `m1-${number}`, calling('c1', 'git commit -m work'), more),
    claudeResult(thread, minute + 1, 'c1', told, more),
    claudeAnswer(thread, minute + 1, `m2-${number}`, saying('Done.'), more),
  ];
  project.write(`in/${number}.jsonl`, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

test('commits of imported sessions are followed to the names that they have now', async () => {
  const project = scratchProject();
  writeSession(project, 1, 0, commitAt(project, 1, 'a.txt', 'wip'));
  const first = project.git('rev-parse', 'HEAD');
  writeSession(project, 2, 2, commitAt(project, 3, 'b.txt', 'wip'));
  project.git('rebase', '-q', '--root', '-x', 'git commit -q --amend --no-edit --signoff');
  const [a, b] = [project.git('rev-parse', 'HEAD~'), project.git('rev-parse', 'HEAD')];
  expect(await stintJson<ImportReport>(project, 'import', 'in')).toMatchObject({ new: 2 });
  const records = await stintJson<SessionRecord[]>(project, 'sessions');
  const commits = records.map((each) => `${each.outcome} ${each.commits.join()}`);
  expect(new Set(commits)).toEqual(new Set([`productive ${a}`, `productive ${b}`]));
  const record = records.find((each) => each.commits.includes(a));
  expect(record?.commitDetails).toMatchObject([{ sha: a, was: [first], subject: 'wip', lines: 2 }]);
  const { stdout } = await stint(project, 'show', record?.id ?? '', '--why');
  expect(stdout).toContain(`${first.slice(0, 12)}: it was rewritten to ${a.slice(0, 12)}`);
  expect(stdout).toContain(`${a.slice(0, 12)}, 2 lines: git named it to the agent as ${first.slice(0, 12)}`);
  expect(await stintJson<ImportReport>(project, 'import', 'in', '--again')).toMatchObject({ unchanged: 2 });
});

test.each([
  ['that reads all files again', ['in', '--again']],
  ['with --unattended', ['in', '--unattended']],
])(
  'commits that --repo confirmed stay confirmed by a later import without it: one %s',
  async (_name, again) => {
    const project = scratchProject();
    writeSession(project, 1, 0, commitAt(project, 1, 'a.txt', 'wip'));
    const elsewhere = scratchProject();
    elsewhere.write('in/1.jsonl', readFileSync(`${project.folder}/in/1.jsonl`, 'utf8'));
    await stintJson<ImportReport>(elsewhere, 'import', 'in', '--repo', project.folder);
    const commits = [project.git('rev-parse', 'HEAD')];
    expect(await stintJson<SessionRecord[]>(elsewhere, 'sessions')).toMatchObject([{ commits }]);
    await stintJson<ImportReport>(elsewhere, 'import', ...again);
    expect(await stintJson<SessionRecord[]>(elsewhere, 'sessions')).toMatchObject([
      { outcome: 'productive', commits },
    ]);
  },
);
