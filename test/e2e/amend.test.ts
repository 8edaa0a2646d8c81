import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Amendment } from '../../src/domain/amendment.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import { JUDGE_VERSION } from '../../src/judge/judge.ts';
import { insertRecord } from '../../src/store/records.ts';
import { openStore } from '../../src/store/store.ts';
import { commit, evidenceOf } from '../support/evidence.ts';
import { recordOf, sessionId } from '../support/records.ts';
import { scratchProject, type ScratchProject } from '../support/scratch.ts';
import { configOf } from '../support/sessions.ts';
import { runSession, stint, stintJson } from '../support/stint.ts';

const COMMIT = 'seq 40 > new.txt && git add new.txt && git commit -qm "feat: forty lines"';

function projectOf(prompt = COMMIT): ScratchProject {
  return scratchProject(configOf({ code: { prompt } }));
}

interface History {
  readonly record: SessionRecord;
  readonly original: SessionRecord;
  readonly amendments: readonly Amendment[];
}

function historyOf(project: ScratchProject, id: string): Promise<History> {
  return stintJson<History>(project, 'show', id, '--history');
}

test('a person corrects a record; the history explains everything, and every list follows', async () => {
  const project = projectOf();
  const original = await runSession(project, 'code');
  expect(original).toMatchObject({ outcome: 'productive', failureModes: [] });
  const call = ['amend', original.id.slice(0, 6), 'outcome=noop', '--why', 'only generated text'];
  const dry = await stint(project, ...call, '--dry-run');
  expect([dry.code, dry.stderr]).toEqual([0, '']);
  expect(dry.stdout).toMatch(/outcome: productive → noop\n[^]*1 record would change; nothing is written/);
  expect((await historyOf(project, original.id)).amendments).toEqual([]);

  expect((await stint(project, ...call)).stdout).toMatch(/1 record amended/);
  const history = await historyOf(project, original.id);
  expect(history.original).toEqual(original);
  expect(history.record).toMatchObject({
    outcome: 'noop',
    grade: 0,
    gradeParts: null,
    failureModes: ['noop'],
  });
  expect(history.amendments.map(({ field }) => field)).toEqual([
    'outcome',
    'grade',
    'gradeParts',
    'failureModes',
    'reasons',
  ]);
  for (const each of history.amendments) {
    expect(each.why).toBe('only generated text');
    expect(each.who).not.toBe('');
  }
  expect(await stintJson(project, 'sessions', '--outcome', 'productive')).toEqual([]);
  expect(await stintJson<SessionRecord[]>(project, 'sessions', '--outcome', 'noop')).toHaveLength(1);
  const shown = (await stint(project, 'show', original.id, '--history')).stdout;
  expect(shown).toMatch(
    /as first written\n[^]*productive[^]*outcome: productive → noop[^]*as it stands: noop/,
  );
  // Saying it again says nothing new.
  expect((await stint(project, ...call)).stdout).toMatch(/nothing changes/);
});

test('the name is that of git, or of the environment where git has none', async () => {
  const project = projectOf();
  const { id } = await runSession(project, 'code');
  project.env['USER'] = 'ada';
  await stint(project, 'amend', id, 'attended=yes', '--why', 'I sat beside it');
  project.git('config', 'user.name', 'Ada L');
  project.git('config', 'user.email', 'ada@example.invalid');
  await stint(project, 'amend', id, 'category=docs', '--why', 'it was about text');
  expect((await historyOf(project, id)).amendments.map(({ who }) => who)).toEqual([
    'ada',
    'Ada L <ada@example.invalid>',
  ]);
});

test('an agent may not amend', async () => {
  const project = projectOf();
  const { id } = await runSession(project, 'code');
  project.env['STINT_SESSION_ID'] = id;
  for (const call of [
    ['amend', id, 'grade=1', '--why', 'it was great'],
    ['amend', '--rejudge', '--yes'],
    ['amend', '--delayed'],
  ]) {
    const { code, stderr } = await stint(project, ...call);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/is not for an agent: this is inside session/)]);
  }
  delete project.env['STINT_SESSION_ID'];
  expect((await historyOf(project, id)).amendments).toEqual([]);
});

test('a session of an older judge is judged again from its own evidence, and a person has the last word', async () => {
  const project = projectOf('true');
  const recent = await runSession(project, 'code');
  const store = openStore(path.join(project.stateFolder, 'stint.db'));
  onTestFinished(() => store.destroy());
  const own = commit(40);
  const old = {
    judgeVersion: 0,
    outcome: 'noop',
    grade: 0,
    gradeParts: null,
    failureModes: ['noop'],
  } as const;
  for (const number of [1, 2])
    await insertRecord(store, recordOf(number, old), '', evidenceOf({ commits: [own] }));
  await insertRecord(store, recordOf(3, old), '');
  await stint(project, 'amend', sessionId(2), 'grade=0.05', '--why', 'it said so');

  const asked = await stint(project, 'amend', '--rejudge');
  expect([asked.code, asked.stderr]).toEqual([2, expect.stringMatching(/Nobody can be asked here.*--yes/)]);
  expect((await historyOf(project, sessionId(1))).amendments).toEqual([]);

  const done = await stint(project, 'amend', '--rejudge', '--yes');
  expect(done.stdout).toMatch(/outcome: noop → productive\n/);
  const history = await historyOf(project, sessionId(1));
  // One normal commit without a check: 0.10 + 0.90 × 0.667129 × 0.9
  expect(history.record).toMatchObject({ outcome: 'productive', grade: 0.6404, judgeVersion: JUDGE_VERSION });
  expect(history.amendments[0]).toMatchObject({
    who: 'stint:judge',
    why: expect.stringMatching(new RegExp(`version ${JUDGE_VERSION} .* version 0`)),
  });
  expect(done.stdout).toMatch(new RegExp(`left alone ${sessionId(2)}: a person has corrected it`));
  expect(done.stdout).toMatch(new RegExp(`left alone ${sessionId(3)}: no evidence is stored`));
  expect(done.stdout).not.toContain(recent.id);
  expect((await stint(project, 'amend', '--rejudge', sessionId(1), '--yes')).stdout).toBe(
    'nothing changes\n',
  );
});

test('what was reverted later is amended, once; what only says so is not', async () => {
  const project = projectOf();
  const { id, commits, branch } = await runSession(project, 'code');
  const sha = commits[0] ?? '';
  const revertIt = ['revert', '--no-edit', sha];
  // Words in a history that never had the commit prove nothing.
  project.git('commit', '--quiet', '--allow-empty', '-m', `chore: x\n\nThis reverts commit ${sha}.`);
  expect((await stint(project, 'amend', '--delayed')).stdout).toBe('nothing changes\n');
  project.git('merge', '--quiet', '--no-edit', branch ?? '');
  project.git(...revertIt);
  expect((await stint(project, 'amend', '--delayed', '--dry-run')).stdout).toMatch(/1 record would change/);
  expect((await stint(project, 'amend', '--delayed')).stdout).toMatch(/failureModes: none → .*reverted/);
  const { record, amendments } = await historyOf(project, id);
  // 0.10 + 0.90 × 0.667129 × 0.1
  expect(record).toMatchObject({ outcome: 'productive', grade: 0.16 });
  expect(record.failureModes).toEqual(['reverted', 'low_productivity']);
  expect(amendments[0]).toMatchObject({ who: 'stint:delayed' });
  expect((await stint(project, 'amend', '--delayed')).stdout).toBe('nothing changes\n');
});

test('work that landed under another name is reverted too; a revert that was reverted is none', async () => {
  const project = projectOf();
  const { id, commits } = await runSession(project, 'code');
  project.git('commit', '--quiet', '--allow-empty', '-m', 'chore: main went on');
  project.git('cherry-pick', commits[0] ?? '');
  project.git('revert', '--no-edit', 'HEAD');
  project.git('revert', '--no-edit', 'HEAD');
  expect((await stint(project, 'amend', '--delayed')).stdout).toBe('nothing changes\n');
  project.git('reset', '--quiet', '--hard', 'HEAD~1');
  expect((await stint(project, 'amend', '--delayed')).stdout).toMatch(/1 record amended/);
  expect((await historyOf(project, id)).record.failureModes).toContain('reverted');
});
