import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { SessionRecord } from '../../src/domain/record.ts';
import { CANARIES, PRIVATE_KEY } from '../support/canaries.ts';
import { scratchProject, type ScratchProject } from '../support/scratch.ts';
import { configOf, readPid, rowsOf, waitFor } from '../support/sessions.ts';
import { startStint, stint, stintJson } from '../support/stint.ts';

const KEY_PART = PRIVATE_KEY.split('\n')[1] ?? '';
const KNOWN = 'plain-and-unremarkable';
const ODD = 'ACME-7777777';
const SECRETS = [...CANARIES.map(({ secret }) => secret), KEY_PART, KNOWN, ODD];

/** A file with a canary of every kind, which an agent can print. */
function plantCanaries(project: ScratchProject): string {
  const file = path.join(project.folder, '..', 'canaries');
  writeFileSync(file, [...CANARIES.map(({ text }) => text), PRIVATE_KEY, ODD, ''].join('\n'));
  return file;
}

/** Everything that lies in the databases, logs and indexes included. */
function databaseBytes(project: ScratchProject): string {
  const folders = [project.stateFolder, path.join(project.env['XDG_STATE_HOME'] ?? '', 'stint')];
  const files = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /\.db(-wal|-shm)?$/.test(name))
      .map((name) => path.join(folder, name)),
  );
  expect(files.length).toBeGreaterThanOrEqual(2);
  return files.map((file) => readFileSync(file, 'latin1')).join('\n');
}

function expectClean(place: string, text: string): void {
  expect({ place, found: SECRETS.filter((secret) => text.includes(secret)) }).toEqual({ place, found: [] });
}

/** What every way to look at a session shows of it. */
async function expectShownClean(project: ScratchProject, id: string): Promise<void> {
  for (const args of [
    ['show', id],
    ['show', id, '--why'],
    ['show', id, '--json'],
    ['sessions', '--json'],
    ['logs', id],
    ['logs', id, '--json'],
    ['logs', id, '--stderr'],
    ['status'],
    ['status', '--json'],
    ['report', 'reliability', '--json'],
    ['config', 'show', '--json'],
  ]) {
    const { code, stdout, stderr } = await stint(project, ...args);
    expect({ args, code }).toEqual({ args, code: 0 });
    expectClean(args.join(' '), stdout + stderr);
  }
}

test('a secret of each kind, printed, committed and declared, is stored and shown nowhere', async () => {
  const project = scratchProject();
  const file = plantCanaries(project);
  const prompt = `cat '${file}'; cat '${file}' >&2; echo "$ANTHROPIC_API_KEY $STINT_TOKEN"
    echo x > f && git add f && git commit -qF '${file}'
    stint declare blocked --reason "$(cat '${file}')"
    : "${CANARIES[2]?.text ?? ''}"`;
  const check = ['sh', '-c', `cat '${file}'; tail -c 300 '${file}'; test ! -e f`];
  project.write('stint.yaml', configOf({ code: { prompt, check } }, { redact: [String.raw`ACME-\d+`] }));
  const env = { ...project.env, ANTHROPIC_API_KEY: KNOWN };
  const run = await stint({ ...project, env }, 'run', 'code', '--json');
  const { id, commitDetails, check: checked, declared } = JSON.parse(run.stdout) as SessionRecord;
  expectClean('run', run.stdout + run.stderr);
  expect([commitDetails.length, checked.result, declared?.reason]).toEqual([
    1,
    'failed',
    expect.stringContaining('[redacted: github-token]'),
  ]);
  expectClean('the databases', databaseBytes(project));
  await expectShownClean({ ...project, env }, id);
  const raw = await stint(project, 'logs', id, '--raw');
  for (const secret of SECRETS) expect(raw.stdout).toContain(secret);
  expect(raw.stderr).toContain('secrets in it are not taken out');
  const token = readFileSync(path.join(project.stateFolder, 'sessions', id, 'token'), 'utf8');
  expect(raw.stdout).toContain(token);
  expect((await stint(project, 'logs', id)).stdout).toContain('[redacted: session-token]');
  expect(databaseBytes(project)).not.toContain(token);
});

test('events of a transcript are redacted before they are cut', async () => {
  const project = scratchProject();
  const secret = CANARIES.find(({ kind }) => kind === 'github-token')?.secret ?? '';
  const said = `${'x'.repeat(270)} ${secret} ${PRIVATE_KEY}`;
  const steps = [{ say: said }, { say: `\u001b[32m${secret}\u001b[0m` }, { result: { result: said } }];
  project.write('stint.yaml', configOf({ code: { harness: 'stream', prompt: JSON.stringify(steps) } }));
  const { id } = await stintJson<SessionRecord>(project, 'run', 'code');
  for (const args of [
    ['logs', id],
    ['logs', id, '--json'],
    ['show', id, '--json'],
  ]) {
    const { stdout } = await stint(project, ...args);
    for (const part of [secret.slice(0, 16), KEY_PART]) expect(stdout).not.toContain(part);
  }
  expect(databaseBytes(project)).not.toContain(secret.slice(0, 16));
});

test('a session that is recorded later runs the commands of its plan with their secrets', async () => {
  const project = scratchProject();
  const [pid, go, seen] = ['pid', 'go', 'seen'].map((name) => path.join(project.folder, '..', name));
  const secret = CANARIES.find(({ kind }) => kind === 'github-token')?.secret ?? '';
  const prompt = `[ ! -e '${go}' ] || exit 0
    echo x > f && git add f && git commit -qm work; echo $$ > '${pid}'; ${waitFor(go ?? '')}`;
  const check = ['sh', '-c', `printf %s "$1" > '${seen}'`, 'sh', secret];
  project.write('stint.yaml', configOf({ code: { prompt, check } }));
  const run = startStint(project, 'run', 'code');
  await readPid(pid ?? '');
  const id = rowsOf(project)[0]?.id ?? '';
  run.child.kill('SIGKILL');
  await run.done;
  expect(databaseBytes(project)).not.toContain(secret);
  const plan = path.join(project.stateFolder, 'sessions', id, 'plan.json');
  expect([readFileSync(plan, 'utf8').includes(secret), statSync(plan).mode & 0o777]).toEqual([true, 0o600]);
  writeFileSync(go ?? '', '');
  await stint(project, 'run', 'code');
  expect((await stintJson<SessionRecord>(project, 'show', id)).check.result).toBe('passed');
  expect(readFileSync(seen ?? '', 'utf8')).toBe(secret);
  expect(databaseBytes(project)).not.toContain(secret);
});

test('no file of the state can be read by others, whatever the umask', async () => {
  const project = scratchProject();
  const prompt = 'echo x > f && git add f && git commit -qm work; stint declare noop --reason nothing';
  const code = { prompt, setup: ['true'], check: ['true'], after: ['echo', 'told'] };
  project.write('stint.yaml', configOf({ code }));
  const umask = process.umask(0);
  try {
    await stint(project, 'run', 'code');
  } finally {
    process.umask(umask);
  }
  const open = readdirSync(project.stateFolder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(project.stateFolder, name))
    .filter((file) => !file.includes('/tools-') && (statSync(file).mode & 0o077) !== 0);
  expect(open).toEqual([]);
});
