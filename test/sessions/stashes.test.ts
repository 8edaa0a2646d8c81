import { expect, test } from 'vitest';
import type { SessionRecord } from '../../src/domain/record.ts';
import { scratchProject } from '../support/scratch.ts';
import { configOf } from '../support/sessions.ts';
import { runSession, stint, stintJson } from '../support/stint-here.ts';

const ASIDE = 'echo theirs >theirs; git add -A; git stash -q';

test('a stash entry that a session leaves is saved, open, and named; one that takes it delivers only its own files', async () => {
  const taker = 'git stash pop -q; echo mine >mine; git add -A; git commit -qm both';
  const project = scratchProject(
    configOf({ leaver: { prompt: ASIDE }, taker: { prompt: taker, land: 'rebase' } }),
  );
  const left = await runSession(project, 'leaver');
  const [entry] = left.stashes ?? [];
  expect(left).toMatchObject({
    outcome: 'unknown',
    salvage: `refs/stint/stash/${left.id}/${entry?.commit}`,
    failureModes: ['abandoned_loop'],
    stashes: [{ state: 'left', files: ['theirs'], session: null }],
    warnings: [expect.stringMatching(/^its stash entry "WIP on .*" \(theirs\) is still in git stash list/)],
  });
  expect(project.git('show', `${left.salvage}:theirs`)).toBe('theirs');

  const took = await runSession(project, 'taker');
  expect(took).toMatchObject({
    outcome: 'productive',
    commitDetails: [{ files: ['mine'], foreignFiles: ['theirs'], lines: 1 }],
    stashes: [{ state: 'foreign', session: left.id }],
    landing: { kind: 'refused', reason: 'foreign-commits', files: ['theirs'] },
    warnings: [expect.stringMatching(new RegExp(`^changes of theirs in commit .* of session ${left.id};`))],
  });

  const records = await stintJson<SessionRecord[]>(project, 'sessions');
  const after = records.find(({ id }) => id === left.id);
  expect(after).toMatchObject({ stashes: [{ state: 'taken', session: took.id }] });
  expect(after?.warnings.at(-1)).toBe(`session ${took.id} brought back its stash entry "${entry?.subject}"`);
  // The pin stays: nothing else delivers that work.
  expect(project.git('for-each-ref', '--format=%(refname)', 'refs/stint/stash')).toBe(left.salvage);
  // A person may delete it: the audit asks for the refs of salvage alone.
  project.git('update-ref', '-d', left.salvage ?? '');
  expect((await stint(project, 'audit')).stdout).not.toContain('salvage');
  const { stdout } = await stint(project, 'show', left.id);
  expect(stdout).toContain(`git stash apply ${left.salvage}`);
});

test('in a shared checkout: an entry that it took up again leaves no pin, also where it lies uncommitted', async () => {
  const project = scratchProject(
    configOf({ code: { isolation: 'shared', prompt: `${ASIDE}; git stash pop -q` } }),
  );
  const { stashes, warnings } = await runSession(project, 'code');
  expect({ stashes, warnings }).toEqual({ stashes: undefined, warnings: [] });
  expect(project.git('for-each-ref', 'refs/stint/stash')).toBe('');
});
