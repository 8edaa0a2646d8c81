import SqliteDatabase from 'better-sqlite3';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { SessionRecord } from '../../src/domain/record.ts';
import { scratchProject, type ScratchProject } from '../support/scratch.ts';
import { configOf } from '../support/sessions.ts';
import { runSession, stint, stintJson } from '../support/stint-here.ts';

/** A change outside every configured path, by a commit of a type that is a usual word for `code`. */
const FEATURE = 'seq 40 >work && git add . && git commit -qm "feat: a pipeline"';

function projectOf(settings: Readonly<Record<string, object>>): ScratchProject {
  const names = ['infrastructure', 'docs', 'code'];
  return scratchProject(
    configOf(Object.fromEntries(names.map((name) => [name, { prompt: FEATURE, ...settings[name] }]))),
  );
}

test('the usual words of commits convict no session: no type is guessed', async () => {
  const project = projectOf({});
  for (const category of ['infrastructure', 'docs'])
    expect(await runSession(project, category)).toMatchObject({
      outcome: 'productive',
      observedCategory: null,
      failureModes: [],
    });
});

test('the types that are configured convict, and where only the other category has them they do not', async () => {
  const both = projectOf({
    infrastructure: { commitTypes: ['build'] },
    code: { commitTypes: ['feat'] },
  });
  expect(await runSession(both, 'infrastructure')).toMatchObject({
    observedCategory: 'code',
    failureModes: ['routing_mismatch'],
  });
  const one = projectOf({ code: { commitTypes: ['feat'] } });
  expect(await runSession(one, 'infrastructure')).toMatchObject({ observedCategory: null, failureModes: [] });
});

test('what an older stint convicted by a guess is acquitted when it is judged again; by paths it stays', async () => {
  const project = projectOf({ infrastructure: { paths: ['ops/**'] }, docs: {}, code: { paths: ['work'] } });
  const byPaths = await runSession(project, 'infrastructure');
  const byGuess = await runSession(project, 'docs');
  expect(byPaths.failureModes).toEqual(['routing_mismatch']);
  makeOlder(project, byGuess.id);
  makeOlder(project, byPaths.id);
  expect((await stint(project, 'amend', '--rejudge', '--yes')).code).toBe(0);
  const records = await stintJson<SessionRecord[]>(project, 'sessions');
  expect(Object.fromEntries(records.map(({ id, failureModes }) => [id, failureModes]))).toEqual({
    [byGuess.id]: [],
    [byPaths.id]: ['routing_mismatch'],
  });
});

/** The session as the stint before would have left it: it guessed types by name, and convicted by them. */
function makeOlder(project: ScratchProject, id: string): void {
  const database = new SqliteDatabase(path.join(project.stateFolder, 'stint.db'));
  try {
    database
      .prepare(
        `update sessions set plan = json_set(json_remove(plan, '$.configuredCommitTypes'), '$.categoryCommitTypes',
         json('{"docs":["docs"],"code":["feat"],"infrastructure":["build"]}')) where id = ?`,
      )
      .run(id);
    database
      .prepare(`update evidence set body = json_set(body, '$.observedCategory', 'code') where session_id = ?`)
      .run(id);
    database
      .prepare(
        `update records set body = json_set(body, '$.judgeVersion', 2, '$.observedCategory', 'code',
         '$.failureModes', json('["routing_mismatch"]')) where session_id = ?`,
      )
      .run(id);
  } finally {
    database.close();
  }
}
