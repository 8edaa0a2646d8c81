import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { seededRandom } from '../../src/lib/random.ts';
import { listDue } from '../../src/store/outbox.ts';
import { openStore } from '../../src/store/store.ts';
import { startProgram } from '../support/programs.ts';
import { scratchProject, type ScratchProject } from '../support/scratch.ts';
import { configOf, recordedIds } from '../support/sessions.ts';
import { TEST_SEED } from '../support/test-seed.ts';

// Real processes that write a record, give it to every sink, and are killed somewhere on the way.

const KILLS = 50;
const AT_ONCE = 3;
/** One more than the statements of the store between the record and its last note. */
const STATEMENTS = 36;

/** Writes the record of session `arg(2)`, and drains. It kills itself before statement `arg(3)` of the store. */
const PROGRAM = `
  const { openProject } = await src('control/project/project.ts');
  const { drainOutbox } = await src('control/sinks/outbox.ts');
  const { systemClock } = await src('lib/clock.ts');
  const { insertIntent } = await src('store/sessions.ts');
  const { insertRecord } = await src('store/records.ts');
  const { planOf, recordOf, sessionId } = await src('../test/support/records.ts');
  // Later than every back-off of an item that was killed too often.
  const clock = { ...systemClock, now: () => new Date(Date.now() + Number(arg(5))) };
  const opened = await openProject({ folder: arg(1), env: process.env, clock, access: 'write' });
  const number = Number(arg(2));
  let left = Number(arg(3));
  const killer = {
    transformQuery: ({ node }) => {
      if (left-- === 0) process.kill(process.pid, 'SIGKILL');
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  const patient = { ...opened.patient, store: opened.patient.store.withPlugin(killer) };
  const project = { ...opened, store: opened.store.withPlugin(killer), patient };
  if (number >= 0) {
    const plan = planOf({ after: { shell: arg(4) } });
    await insertIntent(opened.store, sessionId(number), plan, '2026-01-01T00:00:00.000Z');
    process.stdout.write('ready');
    await insertRecord(project.store, recordOf(number), '/r');
  }
  project.events.subscribe((event) => event.name === 'trouble.met' && process.stdout.write(event.sentence));
  await drainOutbox(project);
  process.exit(0);
`;

const NEVER = '1000000';

function run(project: ScratchProject, number: number, statement: string, command: string, laterMs = 0) {
  // Most of what such a process does is to load its modules.
  const env = { ...project.env, NODE_COMPILE_CACHE: path.join(project.folder, '../compiled') };
  return startProgram(
    PROGRAM,
    [project.folder, String(number), statement, command, String(laterMs)],
    [],
    env,
  );
}

/** Says its session; and where it is to kill, ends the process that started it, the first time. */
function commandOf(project: ScratchProject, number: number, isKilling: boolean): string {
  const flag = path.join(project.folder, '..', `killed-${number}`);
  const kill = isKilling ? `; [ -e '${flag}' ] || { : >'${flag}'; kill -9 $PPID; }` : '';
  return `echo "$STINT_SESSION_ID" >>../said${kill}`;
}

/** One process that is to be killed: before a statement, during its command, or after some milliseconds. */
async function playOne(project: ScratchProject, number: number, random: () => number): Promise<boolean> {
  const [way, draw] = [random(), random()];
  const statement = way < 0.6 ? String(Math.floor(draw * STATEMENTS)) : NEVER;
  const program = run(project, number, statement, commandOf(project, number, way >= 0.6 && way < 0.8));
  if (way >= 0.8) {
    await program.said('ready');
    await new Promise((resolve) => setTimeout(resolve, draw * 150));
    program.child.kill('SIGKILL');
  }
  return (await program.done).code === null;
}

async function isAnythingDue(project: ScratchProject): Promise<boolean> {
  const store = await openStore(path.join(project.stateFolder, 'stint.db'));
  const due = await listDue(store, 'after', { now: new Date(), longestWaitMs: 0 });
  await store.destroy();
  return due.length > 0;
}

const linesOf = (file: string): string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];

test(`${KILLS} kills between a record and each of its sinks: every sink has every item (seed ${TEST_SEED})`, async () => {
  const project = scratchProject(
    configOf({ code: { prompt: 'true' } }, { records: { mirror: 'log/records.jsonl' } }),
  );
  mkdirSync(path.join(project.folder, 'log'));
  // Fills the cache, which a killed process does not write.
  await run(project, -1, NEVER, '').done;
  const random = seededRandom(TEST_SEED);
  let kills = 0;
  let number = 0;
  const play = async (): Promise<void> => {
    while (kills < KILLS) if (await playOne(project, number++, random)) kills++;
  };
  await Promise.all(Array.from({ length: AT_ONCE }, play));

  // A command that has not killed its process yet still does.
  let ended: number | null = null;
  for (let hour = 0; ended !== 0 || (await isAnythingDue(project)); hour++)
    ended = (await run(project, -1, NEVER, '', hour * 3_600_000).done).code;

  const ids = recordedIds(project);
  expect(ids.length).toBeGreaterThan(KILLS / 4);
  const said = linesOf(path.join(project.folder, '../said'));
  expect([...new Set(said)].toSorted()).toEqual(ids.toSorted());
  const mirrored = linesOf(path.join(project.folder, 'log/records.jsonl'));
  expect(mirrored.map((line) => (JSON.parse(line) as { record: { id: string } }).record.id)).toEqual(ids);
  // Twice only after a kill: a process has at most four items under way.
  expect(said.length - ids.length).toBeLessThanOrEqual(4 * kills);
});
