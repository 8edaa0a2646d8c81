import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { SessionRecord } from '../../src/domain/record.ts';
import { readWorkingFolder } from '../../src/lib/process-table.ts';
import { randomWord } from '../../src/lib/random.ts';
import { removeFolder, scratchProject } from '../support/scratch.ts';
import { configOf } from '../support/sessions.ts';
import { runSession, stintJson } from '../support/stint-here.ts';
import { waitUntil } from '../support/wait-until.ts';

/** Writes down where its programs put temporary files, and puts one there. */
const NOTE = `note="$STINT_STATE_DIR/sessions/$STINT_SESSION_ID/note"
  echo "$TMPDIR \${TMUX_TMPDIR-} \${TMUX-}" >"$note"; : >"$TMPDIR/file"`;

function noteOf(stateFolder: string, id: string): string {
  return readFileSync(path.join(stateFolder, 'sessions', id, 'note'), 'utf8').trim();
}

test('each session has a temporary folder of its own, setup has it too, and it goes with the session', async () => {
  const setup = ['sh', '-c', 'echo made >"$TMPDIR/by-setup"'];
  const project = scratchProject(
    configOf({ code: { setup, prompt: `${NOTE}; cat "$TMPDIR/by-setup" >>"$note"` } }),
  );
  project.env['TMUX'] = '/tmp/tmux-0/default,1,0';
  const ends = [await runSession(project, 'code'), await runSession(project, 'code')];
  for (const { id, warnings } of ends) {
    const folder = path.join(tmpdir(), `stint-${id}`);
    expect(noteOf(project.stateFolder, id)).toBe(`${folder} ${folder} \nmade`);
    expect(existsSync(folder)).toBe(false);
    expect(warnings).toEqual([]);
  }
});

test('`tmp: shared`: nothing is replaced, and nothing goes', async () => {
  const project = scratchProject(configOf({ code: { prompt: NOTE } }, { tmp: 'shared' }));
  const shared = path.join(project.folder, '..');
  Object.assign(project.env, { TMPDIR: shared, TMUX: 'outer', TMUX_TMPDIR: '/elsewhere' });
  const { id } = await runSession(project, 'code');
  expect(noteOf(project.stateFolder, id)).toBe(`${shared} /elsewhere outer`);
  expect(existsSync(path.join(shared, 'file'))).toBe(true);
});

test('where none can be made, the session shares that of the system, and its record says so', async () => {
  const project = scratchProject(configOf({ code: { prompt: NOTE } }));
  const shared = path.join(project.folder, '..');
  project.env['TMPDIR'] = shared;
  const id = randomWord(10);
  const taken = ['/tmp', shared].map((home) => path.join(home, `stint-${id}`));
  onTestFinished(() => taken.forEach(removeFolder));
  for (const file of taken) writeFileSync(file, '');
  const { warnings } = await stintJson<SessionRecord>(project, 'run', 'code', '--start', id);
  expect(noteOf(project.stateFolder, id)).toBe(shared);
  expect(warnings).toEqual([expect.stringMatching(/^no temporary folder could be made in .*; it shared/)]);
});

test('one in which a process stood is named by the record, and goes with the next start', async () => {
  const project = scratchProject(configOf({ code: { prompt: NOTE } }));
  const id = randomWord(10);
  const folder = path.join(tmpdir(), `stint-${id}`);
  // By another user of the machine, who stands there: it carries no tag of the session.
  project.write('by', `#!/bin/sh\nwhile ! cd '${folder}' 2>/dev/null; do :; done; exec sleep 300\n`);
  const stander = spawn('sh', [path.join(project.folder, 'by')], { env: { PATH: process.env['PATH'] } });
  onTestFinished(() => void stander.kill('SIGKILL'));
  const stands = path.join(project.folder, '../stands');
  project.write(
    'stint.yaml',
    configOf({ code: { prompt: `while [ ! -e '${stands}' ]; do sleep 0.05; done` } }),
  );
  const ended = stintJson<SessionRecord>(project, 'run', 'code', '--start', id);
  await waitUntil('it stands there', () => readWorkingFolder(stander.pid ?? 0) === folder);
  writeFileSync(stands, '');
  expect((await ended).warnings).toEqual([`its temporary folder ${folder} is kept: a process stands in it`]);
  stander.kill('SIGKILL');
  await new Promise((resolve) => stander.once('exit', resolve));
  await runSession(project, 'code');
  expect(existsSync(folder)).toBe(false);
});
