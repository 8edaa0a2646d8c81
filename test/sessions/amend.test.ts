import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Amendment } from '../../src/domain/amendment.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import { JUDGE_VERSION } from '../../src/judge/judge.ts';
import { insertRecord } from '../../src/store/records.ts';
import { openStore } from '../../src/store/store.ts';
import { commit, evidenceOf } from '../support/evidence.ts';
import { answering, fakeGh, pullNode } from '../support/fake-gh.ts';
import { recordOf, sessionId } from '../support/records.ts';
import { scratchProject, type ScratchProject } from '../support/scratch.ts';
import { configOf } from '../support/sessions.ts';
import { runSession, stint, stintJson } from '../support/stint-here.ts';

/** Another file for each session: the same change in the same second is the same commit. */
const COMMIT = 'seq 40 > "$STINT_SESSION_ID.txt" && git add . && git commit -qm "feat: forty lines"';

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
  const store = await openStore(path.join(project.stateFolder, 'stint.db'));
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
  expect([asked.code, asked.stderr]).toEqual([2, expect.stringMatching(/stint cannot ask here.*--yes/)]);
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

describe('what the forge says later', () => {
  const VIEWER = { login: 'robot' };

  /** A project with a remote, whose `gh` answers by a script. */
  function onForge(script: string) {
    const project = projectOf();
    project.git('remote', 'add', 'origin', 'https://forge.example/o/r');
    const gh = fakeGh(`. '${path.join(project.folder, '..', 'answer')}'`);
    const answer = (lines: string): void => writeFileSync(path.join(project.folder, '..', 'answer'), lines);
    answer(script);
    project.env['PATH'] = `${path.join(gh.folder, 'bin')}:${project.env['PATH']}`;
    return { project, gh, answer };
  }

  /** Session and the commit before it, as GitHub tells of them. */
  function told({ commits, base, branch }: SessionRecord, state: string, ci: [string, string]): string {
    const [sha = ''] = commits;
    const pull = pullNode(7, [sha], { state, createdAt: '2999-01-01T00:00:00Z', headRefName: branch });
    const part = (oid: string | null, rollup: string, nodes: unknown[]) => ({
      oid,
      statusCheckRollup: { state: rollup },
      associatedPullRequests: { nodes },
    });
    return answering({
      viewer: VIEWER,
      repository: {
        c0: part(base, ci[0], []),
        c1: part(sha, ci[1], [pull]),
        b0: { nodes: [pull] },
      },
    });
  }

  test('becomes amendments that name it, once', async () => {
    const { project, gh, answer } = onForge('exit 1');
    const session = await runSession(project, 'code');
    answer(told(session, 'MERGED', ['SUCCESS', 'FAILURE']));
    expect((await stint(project, 'amend', '--delayed', '--dry-run')).stdout).toMatch(/1 record would change/);
    const asked = gh.calls().length;
    const { code, stdout, stderr } = await stint(project, 'amend', '--delayed');
    expect([code, stdout, stderr]).toEqual([0, expect.stringMatching(/1 record amended/), '']);
    // Once, though it is proposed for the preview and for the writing.
    expect(gh.calls().length - asked).toBe(1);
    const { record, amendments } = await historyOf(project, session.id);
    // 0.10 + 0.90 × (1 - e^(-1.1 × 1.5)) × 0.4
    expect(record).toMatchObject({ outcome: 'productive', grade: 0.3909, failureModes: ['ci_break'] });
    expect(amendments[0]).toMatchObject({
      who: 'stint:delayed',
      why: expect.stringMatching(
        /pull request merged: https:\S+\/pull\/7; CI passed before and failed after/,
      ),
    });
    expect((await stint(project, 'amend', '--delayed')).stdout).toBe('nothing changes\n');
    expect((await stint(project, 'audit')).code).toBe(0);
  });

  test('leaves a verdict of a person, and tells the facts', async () => {
    const { project, answer } = onForge('exit 1');
    const session = await runSession(project, 'code');
    await stint(project, 'amend', session.id, 'grade=0.2', '--why', 'it is half of it');
    answer(told(session, 'MERGED', ['SUCCESS', 'FAILURE']));
    await stint(project, 'amend', '--delayed');
    const { record } = await historyOf(project, session.id);
    expect(record).toMatchObject({ grade: 0.2, failureModes: ['low_productivity'] });
    expect(record.effects).toMatchObject([{ kind: 'pull-request', stage: 'merged' }]);
    expect((await stint(project, 'amend', '--delayed')).stdout).toBe('nothing changes\n');
  });

  test('or does not say changes nothing: one note, and what git alone tells', async () => {
    const { project, gh, answer } = onForge('exit 1');
    const { id, commits, branch } = await runSession(project, 'code');
    await runSession(project, 'code');
    project.git('merge', '--quiet', '--no-edit', branch ?? '');
    project.git('revert', '--no-edit', commits[0] ?? '');
    for (const garbage of [
      'echo offline >&2; exit 1',
      'echo "<html>"',
      `echo '{"data":{"repository":{}}}'`,
    ]) {
      answer(garbage);
      const { code, stdout, stderr } = await stint(project, 'amend', '--delayed', '--dry-run');
      expect(code).toBe(0);
      expect(stderr).toMatch(
        /^stint: the forge could not be asked: gh .+\. What git alone can tell is told\.\n$/,
      );
      expect(stdout).toMatch(/1 record would change/);
    }
    expect((await stint(project, 'amend', '--delayed')).stdout).toMatch(/1 record amended/);
    expect((await historyOf(project, id)).record.effects).toEqual([]);
    // What started before that is not asked about, and neither is its revert looked for.
    const before = gh.calls().length;
    expect((await stint(project, 'amend', '--delayed', '--since', '0s')).stdout).toBe('nothing changes\n');
    expect(gh.calls()).toHaveLength(before);
  });

  test('is not asked where the work has no remote', async () => {
    const { project, gh } = onForge('exit 1');
    await runSession(project, 'code');
    project.git('remote', 'remove', 'origin');
    expect(await stint(project, 'amend', '--delayed')).toMatchObject({ code: 0, stderr: '' });
    expect(gh.calls()).toEqual([]);
  });
});
