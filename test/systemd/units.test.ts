import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { SessionRecord } from '../../src/domain/record.ts';
import { scratchProject } from '../support/scratch.ts';
import { configOf, readPid, recordedIds, taggedProcesses } from '../support/sessions.ts';
import { stint, stintJson, waitUntil } from '../support/stint.ts';

interface Released {
  readonly spawned: readonly { id: string; category: string; unit: string; log: string }[];
  readonly skipped: readonly object[];
}

/** What a shell, systemd or a D-Bus message could each get wrong in its own way. */
const VALUES: Readonly<Record<string, string>> = {
  WITH_SPACES: '  two  words ',
  WITH_QUOTES: `"double" 'single' \`back\``,
  WITH_SHELL: '$HOME ${HOME} $$ \\ \\n %h %% ; | & #',
  WITH_LINES: 'one\ntwo\tand a tab',
  WITH_LETTERS: 'ünï ☃ 日本語 🦊',
  EMPTY: '',
  LC_ALL: 'C.UTF-8',
};

function systemctl(...words: string[]): string {
  return spawnSync('systemctl', ['--user', ...words], { encoding: 'utf8' }).stdout.trim();
}

/** `stint-ID`, as the unit's name ends. */
function scopeOf(unit: string): string {
  return `stint-${unit.split('-').at(-1)?.replace('.service', '')}`;
}

test('a unit a session: named for it, with every variable as it was, stopped in order, and gone without a trace', async () => {
  const project = scratchProject();
  const beside = (name: string): string => path.join(project.folder, '..', name);
  project.write(
    'stint.yaml',
    configOf(
      {
        code: {
          prompt: `env -0 > '${beside('env')}'; echo '$HOME 50%' > 'a b'; git add .; git commit -qm a`,
        },
        'long.er_name-1': { prompt: `echo $$ > '${beside('pid')}'; exec sleep 300` },
        lost: { prompt: 'true', base: 'no-such-branch' },
      },
      { schedule: { top: 3 } },
    ),
  );
  const env = { ...project.env, ...VALUES, WITH_CONTROL: '\u001b[1m' };
  // Its value would be another one if systemd put variables into words.
  const set = ['--set', 'categories.code.owner=costs $HOME and ${HOME} of 50%h'];
  const result = await stint({ ...project, env }, 'fanout', '--systemd', '--json', ...set);
  expect(result.stderr).toBe(
    'stint: systemd takes no such variables, so the sessions go without: WITH_CONTROL.\n',
  );
  expect(result.code).toBe(0);
  const { spawned, skipped } = JSON.parse(result.stdout) as Released;
  expect(skipped).toEqual([{ category: 'lost', reason: expect.stringContaining('no-such-branch') }]);
  const unitOf = (category: string): string =>
    spawned.find((each) => each.category === category)?.unit ?? 'none';
  for (const { id, category, unit } of spawned) expect(unit).toBe(`stint-${category}-${id}.service`);

  await waitUntil('the record of code', () => recordedIds(project).length === 1);
  const passed = Object.fromEntries(
    readFileSync(beside('env'), 'utf8')
      .split('\0')
      .filter((line) => line !== '')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  expect(passed).toMatchObject(VALUES);
  expect(passed).not.toHaveProperty('WITH_CONTROL');

  const waiting = unitOf('long.er_name-1');
  const agent = await readPid(beside('pid'));
  expect(systemctl('is-active', waiting)).toBe('active');
  // The agent lives in the unit of its session, and there in the session's own cgroup.
  expect(readFileSync(`/proc/${agent}/cgroup`, 'utf8')).toMatch(
    new RegExp(`/${waiting}/${scopeOf(waiting)}\n`),
  );
  execFileSync('systemctl', ['--user', 'stop', waiting]);
  const records = await stintJson<SessionRecord[]>(project, 'sessions');
  const ends = records.map(({ category, stop, runType }) => `${category} ${stop.reason} ${runType}`);
  expect(ends.toSorted()).toEqual(['code completed timer', 'long.er_name-1 cancelled timer']);
  expect(taggedProcesses(spawned.map(({ id }) => id))).toEqual([]);
  for (const { unit, log } of spawned) {
    await waitUntil(
      `${unit} is gone`,
      () => systemctl('list-units', '--all', '--plain', '--no-legend', unit) === '',
    );
    expect(existsSync(log)).toBe(true);
  }
});

test('a manager that does not answer: a sentence, and nothing is chosen', async () => {
  const project = scratchProject(configOf({ code: { prompt: 'true' } }));
  const env = { ...project.env, XDG_RUNTIME_DIR: project.folder, DBUS_SESSION_BUS_ADDRESS: undefined };
  const result = await stint({ ...project, env }, 'fanout', '--systemd');
  expect([result.code, result.stdout]).toEqual([1, '']);
  expect(result.stderr).toMatch(
    /^stint: No systemd user manager answers here: [^\n]+\. Use --detach, [^\n]+\n$/,
  );
  expect(existsSync(project.stateFolder)).toBe(false);
});
