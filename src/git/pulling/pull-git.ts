import { readFileSync, statSync } from 'node:fs';
import { oneLine } from '../../lib/plain-text.ts';
import type { Redactor } from '../../lib/redact.ts';
import { NO_TIDYING } from '../git.ts';
import { readSetting } from '../names.ts';

/** On whose behalf git pulls, and how it is run there. */
export interface PullCall {
  readonly folder: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Where all that git says goes. */
  readonly logFile: string;
  readonly redactor: Redactor;
  /** Runs a command as the user would, with its own time limit, and says why it failed. */
  readonly run: (words: readonly string[], env: Readonly<Record<string, string>>) => Promise<CommandTrouble>;
}

/** Why a command failed, to follow its name; null when it did not. */
interface CommandTrouble {
  readonly kind: string;
  readonly trouble: string | null;
}

/** Every ref is told by its whole name. */
const SETTINGS = [...NO_TIDYING, '-c', 'fetch.output=full'];

/**
 * Runs git as the user would, but without a terminal and an editor, so that git cannot ask.
 *
 * @returns why it failed, null when it did not; and all that it said
 */
export async function runPullGit(
  call: PullCall,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly trouble: string | null; readonly said: string }> {
  const before = statSync(call.logFile, { throwIfNoEntry: false })?.size ?? 0;
  const words = ['git', ...SETTINGS, ...args];
  const { kind, trouble } = await call.run(words, { ...(await unattended(call)), ...env });
  if (trouble !== null && kind !== 'exited') return { trouble: `git ${args[0]} ${trouble}`, said: '' };
  const said = readFileSync(call.logFile).subarray(before).toString('utf8');
  if (trouble === null) return { trouble, said };
  // A user may sign in to a remote by its address, with the name alone.
  return { trouble: reasonOf(call.redactor.text(said.replace(/:\/\/[^/@\s]+@/g, '://'))), said };
}

async function unattended({ env, folder }: PullCall): Promise<Record<string, string>> {
  const hasSsh = env['GIT_SSH_COMMAND'] || env['GIT_SSH'] || (await readSetting(folder, 'core.sshCommand'));
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
