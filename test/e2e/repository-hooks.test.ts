import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { prepareSessionTools } from '../../src/run/session-environment.ts';
import { AGENTS, scratchProject, type ScratchProject } from '../support/scratch.ts';
import { runSession } from '../support/stint.ts';

/** Everything that a repository's own hooks can do, in one script; `step` notes what git said and how it ended. */
const WITH_HOOKS = `
export GIT_AUTHOR_DATE='1700000000 +0000' GIT_COMMITTER_DATE='1700000000 +0000' LC_ALL=C
# One committer in both runs, for the names of the commits are compared.
export GIT_COMMITTER_NAME=Tester
seen=$PWD/../seen; mkdir -p "$seen"
step() { { echo "$ $*"; "$@" </dev/null && echo "exit 0" || echo "exit $?"; } >>"$seen/steps" 2>&1; }
hook() { mkdir -p "\${3:-.git/hooks}"; printf '#!/bin/sh\\n%s\\n' "$2" >"\${3:-.git/hooks}/$1"; chmod +x "\${3:-.git/hooks}/$1"; }
write() { echo "$1" >"$1"; git add "$1"; }
note='{ echo "\${0##*/} $* in \${PWD##*/}"; cat; }'

hook pre-commit 'echo checking >&2; ! git diff --cached --name-only | grep bad'
hook commit-msg 'echo "Edited-By: hook" >>"$1"'
hook prepare-commit-msg 'echo "prepared $2" >>"$1"'
hook post-commit "$note >>../seen/post-commit; echo made >post-commit-file"
hook post-checkout "$note >>../seen/post-checkout"
hook post-merge "$note >>../seen/post-merge"
hook post-rewrite "$note >>../seen/post-rewrite"
hook pre-rebase "$note >>../seen/pre-rebase"
hook pre-push "$note >>../seen/pre-push; echo pushing"
hook reference-transaction "$note >../seen/now; cat ../seen/now >>../seen/reference-transaction
  [ \\$1 != prepared ] || ! grep -q refs/heads/forbidden ../seen/now"
write good; step git commit -m good
write bad; step git commit -m bad; step git commit --no-verify -m 'bad all the same'
mkdir -p below; (cd below; echo x >x; git add x; step git commit -m 'from below')
step git commit --allow-empty --amend -m amended
step git branch forbidden
step git checkout -b side; write side; step git commit -m side
step git checkout -; step git merge --no-ff -m merged side; step git rebase --force-rebase HEAD~1
git init -q --bare ../bare.git
hook pre-receive "$note >>../seen/pre-receive; echo received" ../bare.git/hooks
step git push ../bare.git HEAD:main
hook pre-push 'echo no pushing; exit 7'; step git push ../bare.git HEAD:other
step git push --no-verify ../bare.git HEAD:other
step git update-ref --stdin

git config core.hooksPath .shared-hooks
hook pre-commit 'echo refused by .shared-hooks; exit 3' .shared-hooks
write shared; step git commit -m shared
hook pre-commit 'echo fine; echo "\${0##*/}" >hook-ran' .shared-hooks; step git commit -m shared
git config --unset core.hooksPath
chmod -x .git/hooks/pre-commit; write last; step git -c advice.ignoredHook=false commit -m last
git log --all --format='%H %s %b' >"$seen/log"; git status --short >"$seen/status"
`;

/** What the hooks wrote and what git said, by file. */
function readSeen(project: ScratchProject): Record<string, string> {
  const folder = path.join(path.dirname(project.folder), 'seen');
  return Object.fromEntries(
    readdirSync(folder)
      .toSorted()
      .map((file) => [file, readFileSync(path.join(folder, file), 'utf8')]),
  );
}

function configOf(prompt: string): string {
  return JSON.stringify({
    version: 1,
    preamble: false,
    harnesses: { script: { command: [process.execPath, path.join(AGENTS, 'scripted.mjs')] } },
    categories: { code: { prompt, harness: 'script', isolation: 'shared' } },
    supervise: { sample: '100ms' },
    schedule: { cooldown: '0s' },
  });
}

/** One commit that is the same in both runs. */
function fixedProject(config: string): ScratchProject {
  const project = scratchProject(config);
  const env = { ...project.env, GIT_AUTHOR_DATE: '1600000000 +0000', GIT_COMMITTER_DATE: '1600000000 +0000' };
  execFileSync('git', ['commit', '-q', '--amend', '-m', 'start', '--reset-author'], {
    cwd: project.folder,
    env,
  });
  return project;
}

describe('a repository with hooks of its own', () => {
  test('they run exactly as they do without stint', async () => {
    const bare = fixedProject(configOf(WITH_HOOKS));
    const done = spawnSync('/bin/sh', ['-euc', WITH_HOOKS], {
      cwd: bare.folder,
      env: bare.env,
      encoding: 'utf8',
    });
    expect(done.status, done.stderr).toBe(0);
    const project = fixedProject(configOf(WITH_HOOKS));
    const record = await runSession(project, 'code');
    expect(record.stop.exitCode).toBe(0);
    expect(record.stop.reason).toBe('completed');
    const [without, within] = [readSeen(bare), readSeen(project)];
    expect(Object.keys(within)).toEqual(Object.keys(without));
    for (const [file, text] of Object.entries(without)) expect(within[file], file).toBe(text);
    const made = project.git('rev-list', '--all', '--min-parents=1').split('\n');
    expect([...record.commits].toSorted()).toEqual(made.toSorted());
  });

  test('in a folder with spaces and quotes', async () => {
    const script = `
      git checkout -q -b side
      mkdir -p .git/hooks; printf '#!/bin/sh\\necho ran >ran' >.git/hooks/pre-commit; chmod +x .git/hooks/pre-commit
      echo x >x; git add x; git commit -qm mine; git -c core.hooksPath=/dev/null commit -q --allow-empty -m past`;
    const made = scratchProject(configOf(script));
    const folder = path.join(path.dirname(made.folder), `it's "my" $HOME \`project\` \\ ü`);
    renameSync(made.folder, folder);
    const record = await runSession({ ...made, folder }, 'code');
    expect(record.commitDetails.map(({ subject }) => subject)).toEqual(['mine']);
    expect(readFileSync(path.join(folder, 'ran'), 'utf8')).toBe('ran\n');
  });
});

describe('a hook without a session', () => {
  test.each([
    '../../evil',
    '..',
    '.',
    '/tmp/evil',
    '$(touch evil)',
    '`touch evil`',
    '; touch evil #',
    "a'b",
    'a b',
    '*',
    'a\nb',
    'UPPER',
    '',
    'gone',
  ])('writes nowhere for the id %j', (id) => {
    const project = scratchProject();
    const scratch = path.dirname(project.folder);
    const tools = prepareSessionTools(project.stateFolder);
    mkdirSync(path.join(project.stateFolder, 'sessions', 'other'), { recursive: true });
    mkdirSync(path.join(project.stateFolder, 'evil'));
    mkdirSync(path.join(scratch, 'cwd'));
    const logs = (): string[] =>
      readdirSync(scratch, { recursive: true, encoding: 'utf8' }).filter((file) =>
        /refs\.log|evil/.test(file),
      );
    const before = logs();
    const said = commitWith(
      project,
      { STINT_SESSION_ID: id, STINT_STATE_DIR: project.stateFolder },
      tools.hooks,
    );
    expect(said).toEqual({ status: 0, output: '' });
    expect(logs()).toEqual(before);
  });

  test('says nothing and stops nothing where its log cannot be written', () => {
    const project = scratchProject();
    const tools = prepareSessionTools(project.stateFolder);
    // A folder in the log's place fails for everybody, root too.
    mkdirSync(path.join(project.stateFolder, 'sessions', 'mine', 'refs.log'), { recursive: true });
    const env = { STINT_SESSION_ID: 'mine', STINT_STATE_DIR: project.stateFolder };
    expect(commitWith(project, env, tools.hooks)).toEqual({ status: 0, output: '' });
  });
});

function commitWith(project: ScratchProject, session: Record<string, string>, hooks: string) {
  writeFileSync(path.join(project.folder, 'file'), 'file');
  const done = spawnSync('/bin/sh', ['-c', 'git add file && git commit -qm file'], {
    cwd: project.folder,
    env: {
      ...project.env,
      ...session,
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'core.hooksPath',
      GIT_CONFIG_VALUE_0: hooks,
      STINT_GIT_CONFIG_COUNT: '0',
    },
    encoding: 'utf8',
  });
  return { status: done.status, output: done.stdout + done.stderr };
}
