import { readFileSync, statSync } from 'node:fs';
import type { SessionId } from '../domain/ids.ts';
import type { Clock } from '../lib/clock.ts';
import { formatDuration } from '../lib/duration.ts';
import type { FileLock } from '../lib/file-lock.ts';
import { gitTry, NO_TIDYING } from '../git/git.ts';
import { oneLine } from '../lib/plain-text.ts';
import type { Redactor } from '../lib/redact.ts';
import { outerEnvironment } from './outer-environment.ts';
import { runUserCommand } from './user-command.ts';

/** On whose behalf git pulls, and within which limits. */
export interface PullCall {
  /** Carried by all of git's processes, so that whatever hangs is found. */
  readonly tag: SessionId;
  readonly folder: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly logFile: string;
  readonly redactor: Redactor;
  readonly cancelled: AbortSignal;
  /** git holds it too: a pull whose stint was killed is still one. */
  readonly lock: FileLock;
  readonly clock: Clock;
}

/** Every ref is told by its whole name. */
const SETTINGS = [...NO_TIDYING, '-c', 'fetch.output=full'];

/** No remote is worth a longer wait. */
const STEP_LIMIT_MS = 60_000;

/**
 * Runs git as the user would, except that nobody is asked anything: it has no terminal, no editor, and a minute.
 *
 * @returns why it failed, null when it did not
 */
export async function runPullGit(call: PullCall, args: readonly string[]): Promise<string | null> {
  const before = statSync(call.logFile, { throwIfNoEntry: false })?.size ?? 0;
  const result = await runUserCommand(
    {
      sessionId: call.tag,
      command: { words: ['git', ...SETTINGS, ...args] },
      folder: call.folder,
      env: { ...outerEnvironment(call.env), ...(await unattended(call)) },
      logFile: call.logFile,
      redactor: call.redactor,
      timeoutMs: STEP_LIMIT_MS,
      cancelled: call.cancelled,
      held: call.lock,
    },
    call.clock,
  );
  if (result.kind === 'exited' && result.exitCode === 0) return null;
  if (result.kind === 'timed-out')
    return `git ${args[0]} did not end within ${formatDuration(STEP_LIMIT_MS)}`;
  if (result.kind !== 'exited') return result.because;
  const said = readFileSync(call.logFile).subarray(before).toString('utf8');
  // Whoever signs in to a remote by its address may do it with the name alone.
  return reasonOf(call.redactor.text(said.replace(/:\/\/[^/@\s]+@/g, '://')));
}

async function unattended({ env, folder }: PullCall): Promise<Record<string, string>> {
  const hasSsh =
    env['GIT_SSH_COMMAND'] || env['GIT_SSH'] || (await gitTry(folder, ['config', 'core.sshCommand']));
  return {
    LC_ALL: 'C',
    GIT_EDITOR: 'true',
    GIT_SEQUENCE_EDITOR: 'true',
    GIT_TERMINAL_PROMPT: '0',
    GCM_INTERACTIVE: 'never',
    SSH_ASKPASS_REQUIRE: 'never',
    ...(hasSsh ? {} : { GIT_SSH_COMMAND: 'ssh -o BatchMode=yes' }),
  };
}

/** The line in which git, or what it called, says why. */
function reasonOf(said: string): string {
  const lines = said
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('hint:'));
  const line =
    lines.find((each) => /^(CONFLICT|ssh:)|Permission denied|Host key verification/.test(each)) ??
    lines.find((each) => /^(fatal|error):/.test(each)) ??
    lines.at(-1) ??
    'git said nothing';
  // What it complains of stands below.
  const next = line.endsWith(':') ? (lines[lines.indexOf(line) + 1] ?? '') : '';
  return oneLine(`${line} ${next}`.trim(), 300);
}
