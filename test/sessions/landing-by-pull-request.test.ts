import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import {
  addOrigin,
  beside,
  branchesOf,
  commits,
  expectKept,
  projectOf,
  type Landed,
} from '../support/landing.ts';
import { type ScratchProject } from '../support/scratch.ts';
import { runSession, stintJson } from '../support/stint-here.ts';

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
  expect(again).toMatchObject({ id: record.id, isNew: false, landing: record.landing });
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

test('pr: a renamed branch goes under its name, and work on the base itself under the session’s', async () => {
  const project = projectOf({
    renamed: { prompt: `${commits('a')}; git branch -m feature/nice`, land: 'pr' },
    direct: { prompt: `git checkout -q main; ${commits('b')}`, land: 'pr', base: 'main' },
  });
  const origin = addOrigin(project);
  addGh(project);
  project.git('checkout', '-q', '-b', 'mine');
  expect((await runSession(project, 'renamed')).landing).toMatchObject({ kind: 'landed', how: 'pr' });
  const { id, landing } = await runSession(project, 'direct');
  expect(landing).toMatchObject({ kind: 'landed', how: 'pr' });
  const pushed = origin.git('for-each-ref', '--format=%(refname:lstrip=2)').split('\n');
  expect(pushed).toEqual(['feature/nice', 'main', `stint/direct/${id}`]);
  expect(origin.git('log', '--format=%s', 'main')).toBe('start');
});
