import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { AGENTS, scratchProject } from '../support/scratch.ts';
import { runSession, stint } from '../support/stint.ts';

/** What leaves the branch that a session started on, and what comes from elsewhere; the last commit when it is over. */
const WANDERING = `
commit() { echo "$1" >"$1"; git add "$1"; git commit -qm "$1"; }
scratch=$(dirname "$(git rev-parse --path-format=absolute --git-common-dir)")/..
git merge -q --ff-only theirs
commit mine
git checkout -q -b side; commit side; git checkout -q -
git worktree add -q "$scratch/tree" -b tree; (cd "$scratch/tree"; commit tree)
git -c protocol.file.allow=always submodule --quiet add "$scratch/origin.git" sub
(cd sub; commit inside); git add sub; git commit -qm submodule
git push -q . HEAD:refs/heads/landed
commit landed; git push -qf . HEAD:refs/heads/landed; git reset -q --hard HEAD~1
agent=$PPID
(trap '' TERM; while kill -0 $agent; do sleep 0.02; done; commit late) >/dev/null 2>&1 &
`;

test.each(['worktree', 'shared'] as const)(
  'own commits off the branch, others on it, and one after the end: %s',
  async (isolation) => {
    const project = scratchProject(
      JSON.stringify({
        version: 1,
        preamble: false,
        harnesses: { script: { command: [process.execPath, path.join(AGENTS, 'scripted.mjs')] } },
        categories: { code: { prompt: WANDERING, harness: 'script', isolation } },
        supervise: { sample: '100ms' },
        schedule: { cooldown: '0s' },
      }),
    );
    execFileSync(
      '/bin/sh',
      [
        '-euc',
        'git clone -q --bare . ../origin.git; git checkout -q -b theirs; git commit -q --allow-empty -m theirs; git checkout -q -',
      ],
      { cwd: project.folder, env: project.env },
    );
    const theirs = project.git('rev-parse', 'theirs');
    const record = await runSession(project, 'code');
    const subjects = record.commitDetails.map(({ subject }) => subject);
    // What is left over has a second to end; on a machine that stands still its commit may not come about.
    const late = project.git('log', '--all', '--format=%s').split('\n').includes('late') ? ['late'] : [];
    expect(subjects.toSorted()).toEqual(['landed', ...late, 'mine', 'side', 'submodule', 'tree']);
    if (isolation === 'shared') return expect(record.range).toBeNull();
    const named = (...names: string[]): string[] =>
      record.commitDetails.filter(({ subject }) => names.includes(subject)).map(({ sha }) => sha);
    expect(record.range).toMatchObject({
      base: record.base,
      head: project.git('rev-parse', record.branch ?? ''),
      others: 1,
      namedOthers: [theirs],
      outside: named('side', 'tree', 'landed'),
    });
    const shown = (await stint(project, 'show', record.id, '--why')).stdout;
    expect(shown).toContain(`1 in it not counted as its own (${theirs.slice(0, 12)})`);
    expect(shown).toContain('3 of its own not in it');
    return undefined;
  },
);
