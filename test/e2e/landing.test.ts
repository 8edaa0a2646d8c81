import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Status } from '../../src/control/desk/status.ts';
import type { LandingResult } from '../../src/domain/landing.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import { clockThatSkips, runInProcess } from '../support/in-process.ts';
import { scratchProject, type ScratchProject } from '../support/scratch.ts';
import { configOf, isRunning, readPid, recordedIds, waitFor, worktreesOf } from '../support/sessions.ts';
import { runSession, startStint, stint, stintJson, waitUntil } from '../support/stint.ts';

// Work that leaves its branch, with real git on both sides: it lands, or a fact of the record says why not.

function beside(project: ScratchProject, name: string): string {
  return path.join(project.folder, '..', name);
}

/** A shell script that writes one file and commits it. */
function commits(file: string, content = file): string {
  return `echo '${content}' > ${file}; git add ${file}; git commit -qm 'add ${file}'`;
}

/** A project whose configuration is committed, so that its checkout is clean. */
function projectOf(categories: Record<string, object>): ScratchProject {
  return scratchProject(configOf(categories, { schedule: { cooldown: '0s' } }));
}

/** Gives the project a bare remote that has all of main. */
function addOrigin(project: ScratchProject): { folder: string; git: (...args: string[]) => string } {
  const folder = beside(project, 'origin.git');
  project.git('init', '-q', '--bare', '--initial-branch=main', folder);
  project.git('remote', 'add', 'origin', folder);
  project.git('push', '-q', '-u', 'origin', 'main');
  return { folder, git: (...args) => project.git('--git-dir', folder, ...args) };
}

function addHook(repository: string, name: string, script: string): void {
  const hook = path.join(repository, 'hooks', name);
  mkdirSync(path.dirname(hook), { recursive: true });
  writeFileSync(hook, `#!/bin/sh\n${script}\n`);
  chmodSync(hook, 0o755);
}

/** Somebody else pushes a commit from a clone. */
function pushFromClone(project: ScratchProject, file: string, content = 'theirs\n'): void {
  const clone = beside(project, `clone-${file}`);
  project.git('clone', '-q', beside(project, 'origin.git'), clone);
  writeFileSync(path.join(clone, file), content);
  project.git('-C', clone, 'add', file);
  project.git('-C', clone, 'commit', '-qm', `theirs ${file}`);
  project.git('-C', clone, 'push', '-q', 'origin', 'main');
}

function subjects(project: ScratchProject, ref: string): string[] {
  return project.git('log', '--format=%s', ref).split('\n');
}

function branchesOf(project: ScratchProject): string[] {
  return project
    .git('for-each-ref', '--format=%(refname:short)', 'refs/heads/stint/')
    .split('\n')
    .filter(Boolean);
}

test('nothing lands without being asked, and a noop has nothing to land', async () => {
  const project = projectOf({ code: { prompt: commits('a') }, idle: { prompt: 'true', land: 'rebase' } });
  const kept = await runSession(project, 'code');
  expect(kept.landing).toMatchObject({ kind: 'none', detail: expect.stringContaining('stays') as string });
  expect(branchesOf(project)).toEqual([kept.branch]);
  expect((await runSession(project, 'idle')).landing).toEqual({
    kind: 'none',
    detail: 'nothing was delivered',
  });
  expect(subjects(project, 'main')).toEqual(['start']);
});

test('rebase: the checkout of the base branch is fast-forwarded, files and all, and the branch goes', async () => {
  const project = projectOf({ code: { prompt: commits('a'), land: 'rebase', check: 'test -e a' } });
  const record = await runSession(project, 'code');
  expect(record.landing).toMatchObject({
    kind: 'landed',
    how: 'rebase',
    onto: 'main',
    commits: record.commits,
    isBranchSpent: true,
  });
  expect(project.git('rev-parse', 'main')).toBe(record.commits[0]);
  expect(readFileSync(path.join(project.folder, 'a'), 'utf8')).toBe('a\n');
  expect(project.git('status', '--porcelain')).toBe('');
  expect(branchesOf(project)).toEqual([]);
  expect(worktreesOf(project)).toEqual([]);
});

test('rebase: the base moved meanwhile; what lands has been checked as it lands', async () => {
  const project = projectOf({
    code: {
      prompt: `${commits('a')}; : > ../ready; ${waitFor('../go')}`,
      land: 'rebase',
      check: 'test -e a',
    },
  });
  const [ready, go] = [beside(project, 'ready'), beside(project, 'go')];
  project.write(
    'stint.yaml',
    configOf({
      code: {
        prompt: `${commits('a')}; : > '${ready}'; ${waitFor(go)}`,
        land: 'rebase',
        // It counts the trees that it was asked about.
        check: `sh -c 'ls | grep -v stint | xargs >> ${beside(project, 'checked')}'`,
      },
    }),
  );
  project.git('commit', '-qam', 'settings');
  const run = startStint(project, 'run', 'code', '--json');
  await waitUntil('the agent has committed', () => existsSync(ready));
  project.write('mine', 'mine\n');
  project.git('add', 'mine');
  project.git('commit', '-qm', 'a person commits');
  writeFileSync(go, '');
  const record = JSON.parse((await run.done).stdout) as SessionRecord;
  expect(subjects(project, 'main')).toEqual(['add a', 'a person commits', 'settings', 'start']);
  expect(record.landing).toMatchObject({ kind: 'landed', commits: [project.git('rev-parse', 'main')] });
  expect(record.commits).not.toContain(project.git('rev-parse', 'main'));
  expect(readFileSync(beside(project, 'checked'), 'utf8').trim().split('\n')).toEqual([
    'README.md a',
    // The commit before it: a check that failed there would be one that this session repaired.
    'README.md',
    'README.md a mine',
  ]);
  expect(branchesOf(project)).toEqual([]);
  // Whose commit it is stays so: a session that starts later finds it there.
  const shown = await stintJson<SessionRecord>(project, 'show', record.id);
  expect(shown.commits).toEqual(record.commits);
});

/** A session whose base moves by `theirs` while it works. */
async function moveWhile(
  category: object,
  theirs: (project: ScratchProject) => void,
): Promise<{ project: ScratchProject; record: SessionRecord }> {
  const project = scratchProject();
  const [ready, go] = [beside(project, 'ready'), beside(project, 'go')];
  const prompt = `${commits('a', 'ours')}; : > '${ready}'; ${waitFor(go)}`;
  project.write('stint.yaml', configOf({ code: { prompt, land: 'rebase', ...category } }));
  project.git('add', 'stint.yaml');
  project.git('commit', '-qm', 'settings');
  const run = startStint(project, 'run', 'code', '--json');
  await waitUntil('the agent has committed', () => existsSync(ready));
  theirs(project);
  writeFileSync(go, '');
  const record = JSON.parse((await run.done).stdout) as SessionRecord;
  return { project, record };
}

function personCommits(file: string): (project: ScratchProject) => void {
  return (project) => {
    project.write(file, 'theirs\n');
    project.git('add', file);
    project.git('commit', '-qm', `a person adds ${file}`);
  };
}

/** The session's work is where it was, and nothing else changed. */
function expectKept(project: ScratchProject, record: SessionRecord): void {
  expect(project.git('rev-parse', record.branch ?? '')).toBe(record.commits.at(-1));
  expect(subjects(project, 'main')).not.toContain('add a');
  expect(worktreesOf(project)).toEqual([]);
  expect(record.outcome).toBe('productive');
}

test('a conflict is a fact with its files, and the branch stays as it was', async () => {
  const { project, record } = await moveWhile({}, personCommits('a'));
  expect(record.landing).toMatchObject({ kind: 'refused', how: 'rebase', reason: 'conflict', files: ['a'] });
  expectKept(project, record);
  expect(readFileSync(path.join(project.folder, 'a'), 'utf8')).toBe('theirs\n');
  expect(project.git('status', '--porcelain')).toBe('');
});

test('what passed on its own and fails where it would land stays', async () => {
  const { project, record } = await moveWhile({ check: ['test', '!', '-e', 'b'] }, personCommits('b'));
  expect(record.check.result).toBe('passed');
  expect(record.landing).toMatchObject({ kind: 'refused', reason: 'check-failed' });
  expectKept(project, record);
});

test('local changes in the way are kept, and so is the work', async () => {
  const { project, record } = await moveWhile({}, (each) => each.write('a', 'not committed\n'));
  expect(record.landing).toMatchObject({ kind: 'refused', reason: 'checkout-dirty', files: ['a'] });
  expectKept(project, record);
  expect(readFileSync(path.join(project.folder, 'a'), 'utf8')).toBe('not committed\n');
});

test('local changes elsewhere are in nobody’s way', async () => {
  const { project, record } = await moveWhile({}, (each) => each.write('README.md', 'not committed\n'));
  expect(record.landing).toMatchObject({ kind: 'landed' });
  expect(project.git('status', '--porcelain')).toBe('M README.md');
});

test('a base branch that is being rebased is left alone', async () => {
  const { project, record } = await moveWhile({}, (each) => {
    personCommits('c')(each);
    const env = { ...each.env, GIT_SEQUENCE_EDITOR: 'sed -i 1s/pick/edit/' };
    execFileSync('git', ['rebase', '-q', '-i', 'HEAD~1'], { cwd: each.folder, env, stdio: 'pipe' });
  });
  expect(record.landing).toMatchObject({ kind: 'refused', reason: 'checkout-busy' });
  project.git('rebase', '--abort');
  expectKept(project, record);
});

test('a base branch that nobody has checked out is moved alone', async () => {
  const { project, record } = await moveWhile({}, (each) => {
    each.git('checkout', '-q', '-b', 'elsewhere');
  });
  expect(record.landing).toMatchObject({ kind: 'landed', onto: 'main' });
  expect(subjects(project, 'main')[0]).toBe('add a');
  expect(subjects(project, 'elsewhere')[0]).toBe('settings');
  expect(existsSync(path.join(project.folder, 'a'))).toBe(false);
});

test.each([
  ['a check that fails', { check: ['test', '!', '-e', 'a'] }, 'check-failed'],
  ['a check that was red before', { check: 'false' }, 'check-failed'],
  ['a check that cannot run', { check: 'no-such-check' }, 'check-not-run'],
])('%s: nothing lands', async (_, category, reason) => {
  const project = projectOf({ code: { prompt: commits('a'), land: 'rebase', ...category } });
  const record = await runSession(project, 'code');
  expect(record.landing).toMatchObject({ kind: 'refused', reason });
  expectKept(project, record);
});

test('a session works in the checkout of the base branch: its files do not move under it', async () => {
  const project = scratchProject();
  const [ready, go] = [beside(project, 'ready'), beside(project, 'go')];
  project.write(
    'stint.yaml',
    configOf({
      code: { prompt: commits('a'), land: 'rebase' },
      here: { prompt: `: > '${ready}'; ${waitFor(go)}; ${commits('b')}`, isolation: 'shared' },
    }),
  );
  project.git('add', '--all');
  project.git('commit', '-qm', 'settings');
  const here = startStint(project, 'run', 'here', '--json');
  await waitUntil('it works', () => existsSync(ready));
  const record = await runSession(project, 'code');
  expect(record.landing).toMatchObject({ kind: 'refused', reason: 'checkout-busy' });
  expectKept(project, record);
  writeFileSync(go, '');
  const shared = JSON.parse((await here.done).stdout) as SessionRecord;
  expect(shared.commitDetails.map(({ subject }) => subject)).toEqual(['add b']);
});

test('commits that the session did not make do not land with its own', async () => {
  const project = scratchProject();
  project.git('checkout', '-q', '-b', 'theirs');
  personCommits('b')(project);
  project.git('checkout', '-q', 'main');
  project.write(
    'stint.yaml',
    configOf({ code: { prompt: `git cherry-pick theirs >/dev/null; ${commits('a')}`, land: 'rebase' } }),
  );
  const record = await runSession(project, 'code');
  expect(record.landing).toMatchObject({ kind: 'refused', reason: 'foreign-commits' });
  expect(record.commitDetails.map(({ subject }) => subject)).toEqual(['add a']);
  expectKept(project, record);
});

/** An agent that brings main into its branch, while main moves on again. */
function mergingAgent(project: ScratchProject, resolve: string): object {
  const [ready, merged] = [beside(project, 'merge'), beside(project, 'ready')];
  return {
    prompt: `${commits('a', 'ours')}; : > '${ready}'; ${waitFor(`${ready}.go`)}
      git merge -q --no-edit main >/dev/null 2>&1 || { ${resolve}; }
      : > '${merged}'; ${waitFor(beside(project, 'go'))}`,
  };
}

test.each([
  ['a merge that changes nothing itself is left out', 'other', 'false', 'landed'],
  [
    'a merge that resolves a conflict is not thrown away',
    'a',
    'echo both > a; git commit -qam merged',
    'refused',
  ],
])('%s', async (_, file, resolve, kind) => {
  const project = scratchProject();
  project.write('stint.yaml', configOf({ code: { ...mergingAgent(project, resolve), land: 'rebase' } }));
  project.git('add', '--all');
  project.git('commit', '-qm', 'settings');
  const run = startStint(project, 'run', 'code', '--json');
  await waitUntil('it has committed', () => existsSync(beside(project, 'merge')));
  personCommits(file)(project);
  writeFileSync(beside(project, 'merge.go'), '');
  await waitUntil('it has merged', () => existsSync(beside(project, 'ready')));
  personCommits('later')(project);
  writeFileSync(beside(project, 'go'), '');
  const record = JSON.parse((await run.done).stdout) as SessionRecord;
  expect(record.landing).toMatchObject(kind === 'landed' ? { kind } : { kind, reason: 'merge-commits' });
  expect(branchesOf(project)).toEqual(kind === 'landed' ? [] : [record.branch]);
  expect(subjects(project, 'main').includes('add a')).toBe(kind === 'landed');
});

test('six sessions land at once: every commit once, and nothing lost', async () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const project = scratchProject();
  const go = beside(project, 'go');
  const category = (name: string): object => ({
    prompt: `${commits(name)}; ${waitFor(go)}`,
    land: 'rebase',
    check: `test -e ${name}`,
  });
  project.write('stint.yaml', configOf(Object.fromEntries(names.map((name) => [name, category(name)]))));
  project.git('add', '--all');
  project.git('commit', '-qm', 'settings');
  const runs = names.map((name) => startStint(project, 'run', name, '--json'));
  await waitUntil('all have committed', () => {
    const made = branchesOf(project);
    return made.length === 6 && made.every((each) => subjects(project, each)[0] !== 'settings');
  });
  writeFileSync(go, '');
  const results = await Promise.all(runs.map(({ done }) => done));
  const records = results.map(({ stdout }) => JSON.parse(stdout) as SessionRecord);
  expect(records.map(({ landing }) => landing.kind)).toEqual(names.map(() => 'landed'));
  expect(subjects(project, 'main').toSorted()).toEqual([
    ...names.map((each) => `add ${each}`),
    'settings',
    'start',
  ]);
  expect(records.map((each) => each.commitDetails.map(({ subject }) => subject))).toEqual(
    names.map((each) => [`add ${each}`]),
  );
  expect(project.git('status', '--porcelain')).toBe('');
  expect(branchesOf(project)).toEqual([]);
});

test('push: the remote has it, and the branch here follows', async () => {
  const project = projectOf({ code: { prompt: commits('a'), land: 'push' } });
  const origin = addOrigin(project);
  const record = await runSession(project, 'code');
  expect(record.landing).toMatchObject({ kind: 'landed', how: 'push', onto: 'origin/main' });
  expect(origin.git('rev-parse', 'main')).toBe(record.commits[0]);
  expect(project.git('rev-parse', 'main')).toBe(record.commits[0]);
  expect(existsSync(path.join(project.folder, 'a'))).toBe(true);
  expect(branchesOf(project)).toEqual([]);
});

test('push: what a person has not pushed yet does not go along', async () => {
  const project = projectOf({ code: { prompt: commits('a'), land: 'push' } });
  const origin = addOrigin(project);
  personCommits('mine')(project);
  const record = await runSession(project, 'code');
  expect(record.landing).toMatchObject({
    kind: 'landed',
    detail: expect.stringContaining('stays') as string,
  });
  expect(origin.git('log', '--format=%s', 'main').split('\n')).toEqual(['add a', 'start']);
  expect(subjects(project, 'main')).toEqual(['a person adds mine', 'start']);
});

test('push: another clone was faster, and again while it is being pushed', async () => {
  const project = projectOf({ code: { prompt: commits('a'), land: 'push' } });
  const origin = addOrigin(project);
  pushFromClone(project, 'b');
  const second = beside(project, 'clone-b');
  // The first push of stint meets a commit that came after its fetch.
  addHook(
    path.join(project.folder, '.git'),
    'pre-push',
    `[ ! -e '${beside(project, 'raced')}' ] || exit 0
     : > '${beside(project, 'raced')}'
     unset GIT_DIR; cd '${second}' && echo c > c && git add c && git commit -qm 'theirs c' && git push -q origin main`,
  );
  const record = await runSession(project, 'code');
  expect(existsSync(beside(project, 'raced'))).toBe(true);
  expect(record.landing).toMatchObject({ kind: 'landed', commits: [origin.git('rev-parse', 'main')] });
  expect(origin.git('log', '--format=%s', 'main').split('\n')).toEqual([
    'add a',
    'theirs c',
    'theirs b',
    'start',
  ]);
});

test('push: a remote that says no is quoted, and main stays where it was', async () => {
  const project = projectOf({ code: { prompt: commits('a'), land: 'push' } });
  const origin = addOrigin(project);
  addHook(origin.folder, 'pre-receive', 'echo "main is frozen" >&2; exit 1');
  const record = await runSession(project, 'code');
  expect(record.landing).toMatchObject({
    kind: 'refused',
    reason: 'push-refused',
    detail: expect.stringMatching(/pre-receive hook declined; main is frozen/) as string,
  });
  expectKept(project, record);
});

test('push: no remote, and one that is not there', async () => {
  // Two files: the same change in the same second is the same commit.
  const project = projectOf({
    code: { prompt: commits('a'), land: 'push' },
    docs: { prompt: commits('b'), land: 'push' },
  });
  expect((await runSession(project, 'code')).landing).toMatchObject({ kind: 'refused', reason: 'no-remote' });
  project.git('remote', 'add', 'origin', beside(project, 'nowhere.git'));
  const record = await runSession(project, 'docs');
  expect(record.landing).toMatchObject({ kind: 'refused', reason: 'push-refused' });
  expectKept(project, record);
});

test('push: a hook that hangs ends with the time of the landing, and nothing of it is left', async () => {
  const project = projectOf({ code: { prompt: commits('a'), land: 'push', landTimeout: '77s' } });
  addOrigin(project);
  const pid = beside(project, 'pid');
  addHook(path.join(project.folder, '.git'), 'pre-push', `echo $$ > '${pid}'; sleep 600`);
  // The time is over as soon as the hook is seen to hang.
  const clock = clockThatSkips(77_000, () => readPid(pid));
  const { record } = await runInProcess(project, 'code', clock);
  expect(record.landing).toMatchObject({ kind: 'refused', reason: 'timed-out' });
  const hook = await readPid(pid);
  expect(isRunning(hook)).toBe(false);
  expectKept(project, record);
});

test('a base at the remote: rebase needs a branch here, push does not', async () => {
  const project = projectOf({
    code: { prompt: commits('a'), base: 'origin/main', land: 'push' },
    docs: { prompt: commits('b'), base: 'origin/main', land: 'rebase' },
  });
  const origin = addOrigin(project);
  project.git('checkout', '-q', '-b', 'elsewhere');
  project.git('branch', '-q', '-D', 'main');
  const pushed = await runSession(project, 'code');
  expect(pushed.landing).toMatchObject({ kind: 'landed', onto: 'origin/main' });
  expect(origin.git('log', '-1', '--format=%s', 'main')).toBe('add a');
  const record = await runSession(project, 'docs');
  expect(record.landing).toMatchObject({
    kind: 'refused',
    reason: 'no-base-branch',
    detail: expect.stringContaining('git branch main origin/main') as string,
  });
});

test('killed in the middle of its landing: it is settled, and lands once', async () => {
  const project = scratchProject();
  const origin = addOrigin(project);
  const [pid, go] = [beside(project, 'pid'), beside(project, 'go')];
  project.write(
    'stint.yaml',
    configOf({
      code: { prompt: commits('a'), land: 'push' },
      docs: { prompt: 'true' },
    }),
  );
  // The remote has taken it, and stint has not heard of it yet.
  addHook(origin.folder, 'post-receive', `echo $$ > '${pid}'; ${waitFor(go)}`);
  const run = startStint(project, 'run', 'code', '--json');
  await readPid(pid);
  run.child.kill('SIGKILL');
  await run.done;
  expect(recordedIds(project)).toEqual([]);
  writeFileSync(go, '');
  await runSession(project, 'docs');
  const record = (await stintJson<SessionRecord[]>(project, 'sessions')).find(
    ({ category }) => category === 'code',
  );
  expect(record?.outcome).toBe('productive');
  expect(record?.landing).toMatchObject({ kind: 'landed', how: 'push', commits: record?.commits ?? [] });
  expect(origin.git('log', '--format=%s', 'main').split('\n')).toEqual(['add a', 'start']);
  expect(branchesOf(project)).toEqual([]);
  expect(worktreesOf(project)).toEqual([]);
});

/** A `gh` that keeps its pull requests in a folder, one file a branch, and says what real ones say. */
function addGh(project: ScratchProject): { requests: () => string[]; calls: () => string } {
  const bin = beside(project, 'bin');
  const home = beside(project, 'requests');
  mkdirSync(bin);
  mkdirSync(home);
  writeFileSync(
    path.join(bin, 'gh'),
    `#!/bin/sh
for word; do printf '%s\\n' "$word" >> '${home}.calls'; done
for word; do case $word in --head=*) head=$(printf %s "\${word#--head=}" | tr / _);; esac; done
url=https://forge.example/pull/1
if [ "$2" = list ]; then
  [ -e "${home}/$head" ] && echo '[{"url":"'$url'","state":"OPEN"}]' || echo '[]'
  exit 0
fi
[ ! -e "${home}/$head" ] || { echo "a pull request for branch already exists" >&2; exit 1; }
: > "${home}/$head"; echo "Creating pull request" >&2; echo "$url"
`,
  );
  chmodSync(path.join(bin, 'gh'), 0o755);
  project.env['PATH'] = `${bin}:${project.env['PATH']}`;
  return { requests: () => readdirSync(home), calls: () => readFileSync(`${home}.calls`, 'utf8') };
}

test('pr: the branch is pushed as it is, and asked for once, however often it lands', async () => {
  const project = projectOf({
    code: {
      prompt: `${commits('a')}; git commit -q --allow-empty -m "$(printf -- '--body=\\033[31mred')"`,
      land: 'pr',
    },
    // Another file: the same change in the same second is the same commit.
    docs: { prompt: commits('b'), land: 'pr' },
  });
  const origin = addOrigin(project);
  const gh = addGh(project);
  const record = await runSession(project, 'code');
  expect(record.landing).toMatchObject({
    kind: 'landed',
    how: 'pr',
    onto: 'main',
    url: 'https://forge.example/pull/1',
  });
  expect(origin.git('rev-parse', record.branch ?? '')).toBe(record.commits.at(-1));
  expect(origin.git('log', '--format=%s', 'main')).toBe('start');
  expect(gh.requests()).toHaveLength(1);
  expect(gh.calls()).toContain('--title=code: --body=red\n');
  expect(gh.calls()).toContain(`Made by stint session ${record.id} (code).`);
  expect(branchesOf(project)).toEqual([record.branch]);
  const again = await stintJson<Landed>(project, 'land', record.id);
  expect(again).toEqual({ id: record.id, isNew: false, landing: record.landing });
  // Killed between the request and the record, it would meet its own request.
  const session = await runSession(project, 'docs');
  expect(session.landing).toMatchObject({ kind: 'landed' });
  expect(gh.requests()).toHaveLength(2);
});

test('pr: without gh nothing is pushed; a request that is there already is used', async () => {
  const project = projectOf({ code: { prompt: commits('a'), land: 'pr' } });
  const origin = addOrigin(project);
  project.env['PATH'] = withoutProgram(project, 'gh');
  const record = await runSession(project, 'code');
  expect(record.landing).toMatchObject({ kind: 'refused', how: 'pr', reason: 'no-tool' });
  expect(origin.git('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
  expectKept(project, record);
  const gh = addGh(project);
  writeFileSync(path.join(beside(project, 'requests'), (record.branch ?? '').replaceAll('/', '_')), '');
  const landed = await stintJson<Landed>(project, 'land', record.id);
  expect(landed).toMatchObject({
    isNew: true,
    landing: { kind: 'landed', url: 'https://forge.example/pull/1' },
  });
  expect(gh.calls()).not.toContain('create\n');
});

/** A PATH that lacks one program and has all others that sessions need. */
function withoutProgram(project: ScratchProject, name: string): string {
  return (project.env['PATH'] ?? '')
    .split(':')
    .filter((folder) => !existsSync(path.join(folder, name)))
    .join(':');
}

interface Landed {
  readonly id: string;
  readonly isNew: boolean;
  readonly landing: LandingResult;
}

test('a command gets the work in a worktree of its own, and its exit code decides', async () => {
  const project = scratchProject();
  const told = beside(project, 'told');
  const script = `pwd > '${told}'; ls a >> '${told}'; env | grep '^STINT_' | sort >> '${told}'; exit $(cat '${beside(project, 'code')}')`;
  const land = ['sh', '-c', script];
  project.write(
    'stint.yaml',
    configOf({
      code: { prompt: commits('a'), land },
      here: { prompt: commits('a', 'again'), land, isolation: 'shared' },
    }),
  );
  writeFileSync(beside(project, 'code'), '0');
  const record = await runSession(project, 'code');
  expect(record.landing).toMatchObject({ kind: 'landed', how: 'command', head: record.commits[0] });
  const lines = readFileSync(told, 'utf8').split('\n');
  expect(lines[0]).toContain(`/land-${record.id}-`);
  expect(lines).toEqual(
    expect.arrayContaining([
      'a',
      `STINT_SESSION_ID=${record.id}`,
      'STINT_CATEGORY=code',
      `STINT_BRANCH=${record.branch}`,
      `STINT_BASE=${record.base}`,
      `STINT_HEAD=${record.commits[0]}`,
      'STINT_OUTCOME=productive',
      `STINT_GRADE=${record.grade}`,
    ]),
  );
  expect(worktreesOf(project)).toEqual([]);
  writeFileSync(beside(project, 'code'), '7');
  const here = await runSession(project, 'here');
  expect(readFileSync(told, 'utf8')).toContain('STINT_BRANCH=\n');
  expect(here.landing).toMatchObject({ kind: 'refused', reason: 'command-failed' });
});

test('a command that was running when stint was killed is not started again by itself', async () => {
  const project = scratchProject();
  const [pid, go] = [beside(project, 'pid'), beside(project, 'go')];
  const land = ['sh', '-c', `echo started >> '${pid}.all'; echo $$ > '${pid}'; ${waitFor(go)}`];
  project.write('stint.yaml', configOf({ code: { prompt: commits('a'), land }, docs: { prompt: 'true' } }));
  const run = startStint(project, 'run', 'code', '--json');
  const command = await readPid(pid);
  run.child.kill('SIGKILL');
  await run.done;
  await runSession(project, 'docs');
  expect(isRunning(command)).toBe(false);
  writeFileSync(go, '');
  const records = await stintJson<SessionRecord[]>(project, 'sessions', '--category', 'code');
  expect(records[0]?.landing).toMatchObject({ kind: 'refused', reason: 'interrupted' });
  expect(readFileSync(`${pid}.all`, 'utf8')).toBe('started\n');
  expect(worktreesOf(project)).toEqual([]);
  const landed = await stintJson<Landed>(project, 'land', records[0]?.id ?? '');
  expect(landed.landing).toMatchObject({ kind: 'landed', how: 'command' });
});

test('land ID: work that waits is in `status`, lands when asked, and once', async () => {
  const project = projectOf({ code: { prompt: commits('a') }, idle: { prompt: 'true' } });
  const record = await runSession(project, 'code');
  const before = await stintJson<Status>(project, 'status');
  expect(before.unlanded).toEqual([
    {
      id: record.id,
      category: 'code',
      branch: record.branch,
      onto: 'main',
      commits: 1,
      reason: null,
      next: `stint land ${record.id}`,
    },
  ]);
  expect((await stint(project, 'status')).stdout).toContain(
    `unlanded: code ${record.id.slice(0, 4)}  1 commit that main lacks; next: stint land ${record.id}`,
  );
  const both = await Promise.all([stint(project, 'land', record.id), stint(project, 'land', record.id)]);
  // The second finds it landed, or the first at it.
  expect(both.map(({ code }) => code).filter((code) => code !== 75)).toContain(0);
  const again = await stint(project, 'land', record.id);
  expect(again.code).toBe(0);
  expect(again.stdout).toBe(
    `code ${record.id.slice(0, 4)}  before: landed: 1 commit fast-forwarded onto main\n`,
  );
  expect(subjects(project, 'main')).toEqual(['add a', 'start']);
  expect(branchesOf(project)).toEqual([]);
  const after = await stintJson<SessionRecord & { retry: object }>(project, 'show', record.id);
  expect(after).toEqual({ ...record, landing: after.landing, retry: after.retry });
  expect(after.landing).toMatchObject({ kind: 'landed', how: 'rebase' });
  expect((await stintJson<Status>(project, 'status')).unlanded).toEqual([]);
});

test('land ID: after a conflict, with what a person made of the branch', async () => {
  const { project, record } = await moveWhile({ check: ['test', '-e', 'a'] }, personCommits('a'));
  const refused = await stint(project, 'land', record.id);
  expect(refused.code).toBe(1);
  expect(refused.stdout).toContain('not landed (conflict)');
  expect(refused.stdout).toContain(`next: rebase ${record.branch} by hand, then stint land ${record.id}`);
  project.git('checkout', '-q', record.branch ?? '');
  expect(() => project.git('rebase', 'main')).toThrow();
  project.write('a', 'theirs and ours\n');
  project.git('add', 'a');
  project.git('-c', 'core.editor=true', 'rebase', '--continue');
  project.git('checkout', '-q', 'main');
  const landed = await stintJson<Landed>(project, 'land', record.id);
  expect(landed.landing).toMatchObject({ kind: 'landed', commits: [project.git('rev-parse', 'main')] });
  expect(readFileSync(path.join(project.folder, 'a'), 'utf8')).toBe('theirs and ours\n');
});

test('land ID: a check that fails holds it, and a person may go without', async () => {
  const project = projectOf({ code: { prompt: commits('a'), check: 'false' } });
  const record = await runSession(project, 'code');
  const held = await stint(project, 'land', record.id);
  expect([held.code, held.stdout]).toEqual([1, expect.stringContaining('(check-failed)')]);
  const landed = await stint(project, 'land', record.id, '--no-check');
  expect(landed.code).toBe(0);
  expect(subjects(project, 'main')).toEqual(['add a', 'start']);
});

test('land ID: what cannot land is refused before anything is tried', async () => {
  const project = projectOf({
    code: { prompt: commits('a') },
    idle: { prompt: 'true' },
    here: { prompt: commits('b'), isolation: 'shared' },
  });
  const [code, idle, here] = [
    await runSession(project, 'code'),
    await runSession(project, 'idle'),
    await runSession(project, 'here'),
  ];
  const codeOf = async (...args: string[]): Promise<unknown> =>
    (await stintJson<{ error: { code: string } }>(project, 'land', ...args)).error.code;
  expect(await codeOf(idle.id)).toBe('nothing_to_land');
  expect(await codeOf(here.id)).toBe('nothing_to_land');
  expect(await codeOf(code.id, '--how', 'command')).toBe('usage');
  project.env['STINT_SESSION_ID'] = idle.id;
  project.env['STINT_TOKEN'] = 'token';
  expect(await codeOf(code.id)).toBe('in_session');
  delete project.env['STINT_SESSION_ID'];
  delete project.env['STINT_TOKEN'];
  project.git('branch', '-D', code.branch ?? '');
  expect(await codeOf(code.id)).toBe('branch_gone');
});
