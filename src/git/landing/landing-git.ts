import { git, gitTry, type GitResult } from '../git.ts';
import { readSetting } from '../names.ts';
import type { SessionId } from '../../domain/ids.ts';

/** No hook of the repository runs, and no older resolution of a conflict is taken for one of today. */
const QUIET = ['-c', 'core.hooksPath=/dev/null', '-c', 'rerere.enabled=false'];

/** A fast-forward is not ended half-way: more than this and the disk is to blame. */
const CHECKOUT_LIMIT_MS = 300_000;

export type LandingGit = ReturnType<typeof landingGit>;

/**
 * git, on behalf of one session's landing. What it may wait for ends with the landing's own time.
 *
 * @param remainingMs whole milliseconds, at least one
 */
export function landingGit(
  sessionId: SessionId,
  env: Readonly<NodeJS.ProcessEnv>,
  remainingMs: () => number,
) {
  type Run = (folder: string, args: readonly string[]) => Promise<GitResult>;
  /** The session's tag finds whatever this leaves behind. */
  const run = (folder: string, args: readonly string[], more: Record<string, string>): Promise<GitResult> =>
    git(folder, args, {
      env: { ...more, STINT_SESSION_ID: sessionId, GIT_EDITOR: 'true' },
      timeoutMs: remainingMs(),
    });
  /** For work in folders of stint itself. */
  const inScratch: Run = async (folder, args) => run(folder, [...QUIET, ...args], await committerOf(folder));
  /** For branches and checkouts of the user: short, and never ended half-way. */
  const inCheckout: Run = (folder, args) =>
    git(folder, [...QUIET, ...args], {
      env: { GIT_REFLOG_ACTION: `stint land ${sessionId}` },
      timeoutMs: CHECKOUT_LIMIT_MS,
    });
  /**
   * With a remote on the other side, which must not ask for a password that nobody will type. Here hooks run: what a
   * push has to bring along (large files, say), only they know.
   */
  const toRemote: Run = async (folder, args) =>
    run(folder, args, {
      GCM_INTERACTIVE: 'never',
      SSH_ASKPASS_REQUIRE: 'never',
      ...(await sshOf(folder, env)),
    });
  return { sessionId, inScratch, inCheckout, toRemote };
}

/** A replayed commit keeps its author and needs a committer, even where the user has set no name. */
async function committerOf(folder: string): Promise<Record<string, string>> {
  if ((await gitTry(folder, ['var', 'GIT_COMMITTER_IDENT'])) !== null) return {};
  return { GIT_COMMITTER_NAME: 'stint', GIT_COMMITTER_EMAIL: 'stint@localhost' };
}

async function sshOf(folder: string, env: Readonly<NodeJS.ProcessEnv>): Promise<Record<string, string>> {
  const given = env['GIT_SSH_COMMAND'];
  if (!given && env['GIT_SSH']) return {};
  const command = given || (await readSetting(folder, 'core.sshCommand')) || 'ssh';
  return { GIT_SSH_COMMAND: `${command} -o BatchMode=yes` };
}

/** The last words that git said. */
export function lastWords({ stderr, stdout }: GitResult): string {
  const lines = `${stdout}\n${stderr}`.split('\n').map((line) => line.trim());
  return lines.findLast((line) => line !== '' && !line.startsWith('hint:')) ?? 'git said nothing';
}
