import { existsSync, rmSync, statfsSync } from 'node:fs';
import path from 'node:path';
import type { LoadedConfig } from '../../config/load.ts';
import { parkedName } from '../../domain/parking.ts';
import { readFlag } from '../../git/names.ts';
import { gitVersion } from '../../git/repository.ts';
import { createHarness } from '../../harness/create-harness.ts';
import { tryLock } from '../../lib/file-lock.ts';
import { networkFileSystem } from '../../lib/file-system.ts';
import { messageOf, onProblem, Problem } from '../../lib/problem.ts';
import { findProgram, programVersion } from '../../lib/programs.ts';
import { countOf, formatSize } from '../../lib/quantities.ts';
import { randomWord } from '../../lib/random.ts';
import { addLeaks, NO_LEAKS } from '../../report/leaks.ts';
import { LEAST_FREE } from '../../run/session-folder.ts';
import { findScopeHome } from '../../run/session-scope.ts';
import { listRecentFacts } from '../../store/facts.ts';
import { listOpenSessions, type OpenSession } from '../custody/find-sessions.ts';
import { listParkedNow } from '../custody/parkings.ts';
import { findNotHonoured } from '../planning/explain-settings.ts';
import { readPrompt } from '../planning/make-plan.ts';
import { groupFacts } from '../project/group-facts.ts';
import { type OpenOptions, openProject, type Project } from '../project/project.ts';
import { requireFolder } from '../project/require-folder.ts';
import { findSetAside } from '../sinks/deliver-items.ts';
import { detectClis } from './detect-project.ts';

/** One thing that was looked at. */
export interface Finding {
  readonly name: string;
  /** `fail`: sessions cannot run well; `warn`: something is lost; `info`: good to know. */
  readonly level: 'ok' | 'info' | 'warn' | 'fail';
  readonly detail: string;
  /** What to do; null where there is nothing to do. */
  readonly remedy: string | null;
}

/** All findings, and whether sessions can run. */
export interface Diagnosis {
  readonly isWell: boolean;
  readonly findings: readonly Finding[];
}

/** Opens the project where it can be opened, and looks at everything that sessions need. */
export async function diagnose(options: OpenOptions, nodeVersion: string): Promise<Diagnosis> {
  const { folder, env } = options;
  requireFolder(folder);
  // A project that cannot be opened is a finding, so the other checks still run.
  const project = await openProject(options).catch(onProblem((problem) => problem));
  // A wrong call is not a state of the machine.
  if (project instanceof Problem && project.code === 'usage') throw project;
  try {
    const findings = await examine({ folder, env, nodeVersion, project });
    return { isWell: findings.every(({ level }) => level !== 'fail'), findings };
  } finally {
    if (!(project instanceof Problem)) await project.close();
  }
}

interface DoctorInput extends Pick<OpenOptions, 'folder' | 'env'> {
  readonly nodeVersion: string;
  /** The project, or why there is none. */
  readonly project: Project | Problem;
}

/** Looks at everything that sessions need. It changes nothing but for a lock file of its own, which it removes. */
async function examine(input: DoctorInput): Promise<Finding[]> {
  const { project } = input;
  const findings = [checkNode(input.nodeVersion), await checkGit(input.folder), ...checkMachine(input)];
  if (project instanceof Problem)
    return [...findings, fail('project', project.message, project.hint), ...(await checkClis(input))];
  return [
    ...findings,
    checkCommit(project),
    await checkReflogs(project),
    ...(await checkHarnesses(project, input)),
    ...(await checkStatePlace(project)),
    await checkClock(project),
    await checkOrphans(project),
    ...(await checkStopped(project)),
    ...(await checkParked(project)),
    ...(await checkSetAside(project)),
    await checkLeaks(project),
  ];
}

const fine =
  (level: 'ok' | 'info') =>
  (name: string, detail: string): Finding => ({ name, level, detail, remedy: null });
const wrong =
  (level: 'warn' | 'fail') =>
  (name: string, detail: string, remedy: string): Finding => ({ name, level, detail, remedy });
const [ok, info, warn, fail] = [fine('ok'), fine('info'), wrong('warn'), wrong('fail')];

/** Both are numbers with dots, which are compared by number. */
function isAtLeast(version: string, wanted: string): boolean {
  return version.replace(/^v/, '').localeCompare(wanted, 'en', { numeric: true }) >= 0;
}

function checkNode(version: string): Finding {
  if (isAtLeast(version, '22.14')) return ok('node', version);
  return fail('node', `${version} is too old`, 'Install Node 22.14 or newer.');
}

async function checkGit(folder: string): Promise<Finding> {
  const version = await gitVersion(folder);
  if (version === null) return fail('git', 'it cannot be started', 'Install git 2.31 or newer.');
  if (isAtLeast(version, '2.31')) return ok('git', version);
  return fail(
    'git',
    `${version} has no hook for ref changes that stint can use`,
    'Install git 2.31 or newer.',
  );
}

/** What the machine can do to find and end every process of a session. */
function checkMachine(input: DoctorInput): Finding[] {
  const { env, folder } = input;
  const flock = findProgram('flock', folder, env);
  const hasProc = existsSync('/proc/self/stat');
  const hasManager =
    env['XDG_RUNTIME_DIR'] !== undefined && existsSync(path.join(env['XDG_RUNTIME_DIR'], 'systemd'));
  return [
    flock ? ok('flock', flock) : fail('flock', 'there is no `flock` on PATH', 'Install util-linux.'),
    hasProc
      ? ok('processes', '/proc shows them; sessions are found by lineage and by their id in the environment')
      : fail('processes', 'there is no /proc', 'stint needs Linux.'),
    checkCgroups(input),
    info('systemd', hasManager ? 'a user manager runs' : 'no user manager runs; none is needed'),
  ];
}

/** Sessions work without; what is lost is only what hides from stint in time. */
function checkCgroups({ project }: DoctorInput): Finding {
  const home = findScopeHome();
  if (home !== null) return ok('cgroups', `each session gets one of its own in ${home}`);
  const detail =
    'sessions get none of their own: one that hides its processes in time is not cleaned up whole';
  const remedy =
    'Start stint where it may make some: `systemd-run --user --scope stint …`; see docs/platforms.md.';
  const isRequired = !(project instanceof Problem) && requiresCgroup(project);
  return isRequired
    ? fail('cgroups', `${detail}; \`contain: cgroup\` is set`, remedy)
    : { ...info('cgroups', detail), remedy };
}

function requiresCgroup(project: Project): boolean {
  try {
    const categories = [...project.settings().categories.values()];
    return categories.some(({ supervise }) =>
      [...supervise.values()].some(({ contain }) => contain === 'cgroup'),
    );
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}

function checkCommit({ repository }: Project): Finding {
  if (repository.head === null)
    return warn(
      'repository',
      `${repository.top} has no commit yet, and a worktree starts from one`,
      'Make one: git add --all && git commit --message start',
    );
  const at = repository.branch ?? `no branch: HEAD is detached at ${repository.head.slice(0, 12)}`;
  return ok('repository', `${repository.top}, on ${at}`);
}

async function checkReflogs(project: Project): Promise<Finding> {
  if ((await readFlag(project.repository.top, 'core.logAllRefUpdates')) !== false) return ok('reflogs', 'on');
  return warn(
    'reflogs',
    'core.logAllRefUpdates is false',
    "Without reflogs commits that bypass hooks are nobody's: `git config --unset core.logAllRefUpdates`.",
  );
}

async function checkHarnesses(project: Project, input: DoctorInput): Promise<Finding[]> {
  let config: LoadedConfig;
  try {
    config = project.config();
    for (const category of config.settings.categories.values()) readPrompt(config.settings, category);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return [fail('configuration', error.message, error.hint), ...(await checkClis(input))];
  }
  const { settings } = config;
  const notHonoured = findNotHonoured(settings).map(({ harness, categories, detail }) =>
    warn(
      `harness ${harness}`,
      `${categories.join(', ')}: ${detail}`,
      'Use another harness there, or change the setting.',
    ),
  );
  const harnesses = await Promise.all(
    [...settings.harnesses.values()].map(async ({ name, settings: harness }) => {
      const { program } = createHarness(harness);
      const file = findProgram(program, project.repository.top, input.env);
      if (file === null)
        return fail(
          `harness ${name}`,
          `there is no program "${program}" on PATH`,
          'Install it, or correct its command.',
        );
      return ok(
        `harness ${name}`,
        harness.type === 'command' ? file : `${file} ${(await programVersion(file)) ?? 'says no version'}`,
      );
    }),
  );
  return [
    ok('configuration', `${settings.file}, ${countOf(settings.categories.size, 'category', 'categories')}`),
    ...harnesses,
    ...notHonoured,
  ];
}

/** Without a configuration: what could be named in one. */
async function checkClis({ folder, env }: DoctorInput): Promise<Finding[]> {
  const clis = await detectClis(folder, env);
  if (clis.length === 0)
    return [
      warn(
        'agents',
        'no agent CLI that stint knows is on PATH',
        'Install one, or name any program as a harness.',
      ),
    ];
  return clis.map(({ name, file, version }) => info(`agent ${name}`, `${file} ${version ?? ''}`.trim()));
}

async function checkStatePlace(project: Project): Promise<Finding[]> {
  const { layout, repository } = project;
  // Before the first session the state's own folder is not there; what it will lie in decides.
  const place = existsSync(layout.folder) ? layout.folder : (repository.commonDir ?? repository.top);
  const network = networkFileSystem(place);
  const { bavail, bsize } = statfsSync(place);
  const free = bavail * bsize;
  return [
    network
      ? fail(
          'file system',
          `${place} lies on ${network}, where locks are not safe`,
          'Set stateDir or STINT_STATE_DIR to a local folder.',
        )
      : await checkLock(place),
    free < LEAST_FREE
      ? fail('disk', `${formatSize(free)} free in ${place}`, 'Free space there.')
      : ok('disk', `${formatSize(free)} free in ${place}`),
    ok('state', existsSync(layout.database) ? layout.database : `${layout.folder} (no session yet)`),
  ];
}

async function checkLock(place: string): Promise<Finding> {
  const file = path.join(place, `doctor-${randomWord(8)}.lock`);
  try {
    using lock = await tryLock(file);
    return lock
      ? ok('locks', `flock works in ${place}`)
      : fail('locks', `a new lock in ${place} is held`, 'Use a local file system.');
  } catch (error) {
    return fail('locks', messageOf(error), 'See the permissions of that folder.');
  } finally {
    rmSync(file, { force: true });
  }
}

/** A clock that jumped back makes new sessions look older than recorded ones. */
async function checkClock(project: Project): Promise<Finding> {
  await groupFacts(project);
  const now = project.clock.now().toISOString();
  const newest = (await listRecentFacts(project.store, 1))[0];
  if (newest && newest.endedAt > now)
    return warn(
      'clock',
      `it says ${now}, and a session ended at ${newest.endedAt}`,
      'Set the clock (`timedatectl set-ntp true`).',
    );
  return ok('clock', now);
}

/** Records that a sink failed to get too often. */
async function checkSetAside(project: Project): Promise<Finding[]> {
  return (await findSetAside(project)).map(({ sink, id, attempts, because }) =>
    warn(
      `delivery ${sink}`,
      `the record of session ${id} is set aside after ${countOf(attempts, 'try', 'tries')}: ${because}`,
      'Repair what failed, then run `stint resume --deliveries`: the next start tries it again.',
    ),
  );
}

/** What does not start although it could. */
async function checkParked(project: Project): Promise<Finding[]> {
  return (await listParkedNow(project)).map(({ kind, name, model, reason, until, needsPerson }) =>
    warn(
      parkedName({ kind, name, model }),
      `${needsPerson ? 'it was refused' : 'it is parked'} until ${until}: ${reason}`,
      needsPerson
        ? 'Log in again; a new login is tried at once.'
        : 'Wait, or see `stint resume` for the call that lifts it.',
    ),
  );
}

async function checkOrphans(project: Project): Promise<Finding> {
  const open = await listOpenSessions(project);
  const namesOf = (care: OpenSession['care']): string =>
    open
      .filter((session) => session.care === care)
      .map(({ category, id }) => `${category} ${id}`)
      .join(', ');
  const [unsupervised, orphaned] = [namesOf('unsupervised'), namesOf('orphaned')];
  const found = [
    ...(unsupervised === '' ? [] : [`no supervisor, and the agent works on: ${unsupervised}`]),
    ...(orphaned === '' ? [] : [`no supervisor and no agent: ${orphaned}`]),
  ];
  if (found.length === 0) return ok('sessions', 'none lost its supervisor');
  return warn(
    'sessions',
    found.join('; '),
    unsupervised === ''
      ? 'The next `stint run` or `stint fanout` records them.'
      : 'Let it work, or `stint stop ID`. The next `stint run` or `stint fanout` ends what is past its time limit, and records what has ended.',
  );
}

/** So many processes of one session are named. */
const MOST_STOPPED = 5;

/** Sessions that hold their category and do nothing, because a process of theirs is stopped. */
async function checkStopped(project: Project): Promise<Finding[]> {
  return (await listOpenSessions(project)).flatMap(({ category, id, stopped: all }) => {
    const stopped = all.slice(0, MOST_STOPPED);
    if (stopped.length === 0) return [];
    const who = stopped.map((each) => `its ${each.who} (pid ${each.pid})`).join(', ');
    const pids = stopped.map(({ pid }) => pid).join(' ');
    const otherwise = stopped.some((each) => each.who === 'supervisor')
      ? 'no limit holds while its supervisor is stopped'
      : 'its limits end it otherwise';
    return warn(
      `stopped ${id}`,
      `session ${id} of ${category}: ${who} is stopped by a signal (SIGSTOP) or a debugger`,
      `\`kill -CONT ${pids}\` lets it go on, \`stint stop ${id}\` ends it; ${otherwise}.`,
    );
  });
}

/** So many sessions back; older leaks are history. */
const LEAK_WINDOW = 100;

async function checkLeaks(project: Project): Promise<Finding> {
  const facts = await listRecentFacts(project.store, LEAK_WINDOW);
  const { leaving, leftovers, surviving } = facts.reduce(
    (leaks, each) => addLeaks(leaks, each, each),
    NO_LEAKS,
  );
  const said = `of the last ${countOf(facts.length, 'session')}, ${leaving} left processes behind (${leftovers} in all)`;
  if (surviving === 0)
    return ok('leaks', leaving === 0 ? 'no recent session left a process behind' : `${said}; all were ended`);
  const names = facts.filter(({ survivorCount }) => survivorCount > 0).map(({ id }) => id);
  return warn(
    'leaks',
    `${said}; some of ${names.join(', ')} could not be ended`,
    'See `stint show ID`, and end them by hand.',
  );
}
