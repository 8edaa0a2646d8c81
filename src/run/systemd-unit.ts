import type { CategoryName, SessionId } from '../domain/ids.ts';
import { oneLine } from '../lib/plain-text.ts';
import { Problem } from '../lib/problem.ts';
import { findProgram } from '../lib/programs.ts';
import { runProgram } from '../lib/run-program.ts';
import { type ReleasedCall, type ReleasedProcess, STINT_PROGRAM } from './released-process.ts';

/** A session's own service. */
export interface UnitCall extends ReleasedCall {
  readonly unit: string;
  readonly description: string;
}

/** What systemd, a shell or a terminal sets for one process, and what would be wrong in another. */
const OF_ONE_PROCESS =
  /^(_|SHLVL|PWD|OLDPWD|INVOCATION_ID|JOURNAL_STREAM|NOTIFY_SOCKET|WATCHDOG_.*|LISTEN_.*|MAINPID|MANAGERPID|SYSTEMD_EXEC_PID|MEMORY_PRESSURE_.*)$/;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
// eslint-disable-next-line no-control-regex -- control characters are exactly what is looked for
const REFUSED_IN_VALUES = /[\u0000-\u0008\u000b-\u001f\u007f\ufffd]/;

const ANSWER_LIMIT_MS = 30_000;

/** `stint-code-k3v2742ojh.service`; whatever systemd does not take in a name is written as it writes it (`\x40`). */
export function unitName(category: CategoryName, id: SessionId): string {
  const escaped = Buffer.from(category)
    .toString('latin1')
    .replaceAll(/[^A-Za-z0-9:_.-]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `stint-${escaped}-${id}.service`;
}

/** The variables that a unit gets, and those that systemd would refuse. */
export function passedVariables(env: Readonly<NodeJS.ProcessEnv>): { passed: string[]; refused: string[] } {
  const names = Object.keys(env).filter((name) => env[name] !== undefined && !OF_ONE_PROCESS.test(name));
  const isFine = (name: string): boolean => NAME.test(name) && !REFUSED_IN_VALUES.test(env[name] ?? '');
  return { passed: names.filter(isFine), refused: names.filter((name) => !isFine(name)) };
}

/** The words of `systemd-run`. Values stay in its environment: its command line can be read by everybody. */
export function systemdRunWords(call: UnitCall): string[] {
  return [
    '--user',
    '--collect',
    '--quiet',
    '--service-type=exec',
    `--unit=${call.unit}`,
    `--description=${call.description}`,
    `--working-directory=${call.folder}`,
    `--property=StandardOutput=append:${call.logFile}`,
    `--property=StandardError=append:${call.logFile}`,
    // Its cgroup is its own to divide, so that the session gets one inside it.
    '--property=Delegate=yes',
    // A stop asks the supervisor, which ends its session in order; what is left after that is killed.
    '--property=KillMode=mixed',
    '--property=TimeoutStopSec=120',
    // A test run that the kernel kills for its memory is no reason to end the session.
    '--property=OOMPolicy=continue',
    ...passedVariables(call.env).passed.map((name) => `--setenv=${name}`),
    '--',
    STINT_PROGRAM,
    // systemd puts variables into the words of a command.
    ...call.words.map((word) => word.replaceAll('$', '$$$$')),
  ];
}

/** @throws Problem `no_systemd` where no user manager of systemd answers */
export async function requireUserManager(folder: string, env: Readonly<NodeJS.ProcessEnv>): Promise<void> {
  const missing = ['systemd-run', 'systemctl'].find((name) => findProgram(name, folder, env) === null);
  if (missing !== undefined) throw noSystemd(`there is no \`${missing}\` on PATH`);
  const { exitCode, stderr } = await ask(['systemctl', '--user', 'show', '--property=Version'], {
    folder,
    env,
  });
  if (exitCode !== 0) throw noSystemd(oneLine(stderr, 200).replace(/\.$/, ''));
}

function noSystemd(why: string): Problem {
  return new Problem(
    'no_systemd',
    `No systemd user manager answers here: ${why}.`,
    'Use --detach, or log in in a way that starts one (`loginctl enable-linger` keeps it running).',
    1,
  );
}

/** Starts stint as a transient service of the user's manager. @throws Problem `start_failed` with its reason */
export async function startUnit(call: UnitCall): Promise<ReleasedProcess> {
  const { exitCode, stderr } = await ask(['systemd-run', ...systemdRunWords(call)], call);
  if (exitCode !== 0)
    throw new Problem(
      'start_failed',
      `systemd started nothing: ${oneLine(stderr, 300).replace(/\.$/, '')}.`,
      `See \`systemctl --user status ${call.unit}\`.`,
      1,
    );
  return { pid: null, unit: call.unit, isGone: () => isUnitGone(call) };
}

async function isUnitGone(call: UnitCall): Promise<boolean> {
  const { stdout } = await ask(['systemctl', '--user', 'is-active', call.unit], call);
  return /^(inactive|failed|unknown)/.test(stdout);
}

/** The environment is given as it is: a unit's variables are taken from it. */
async function ask(words: readonly string[], { folder, env }: Pick<ReleasedCall, 'folder' | 'env'>) {
  const ended = await runProgram(words, { folder, env, input: '', timeoutMs: ANSWER_LIMIT_MS });
  return ended.isLate ? { ...ended, stderr: 'it did not answer' } : ended;
}
