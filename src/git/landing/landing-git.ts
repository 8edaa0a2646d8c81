import { git, gitTry, type GitResult } from '../git.ts';
import { readSetting } from '../names.ts';
import type { SessionId } from '../../domain/ids.ts';

/** No hook of the repository runs, and no older resolution of a conflict is taken for one of today. */
const QUIET = ['-c', 'core.hooksPath=/dev/null', '-c', 'rerere.enabled=false'];

/** A fast-forward is not ended half-way: more than this and the disk is to blame. */
const CHECKOUT_LIMIT_MS = 300_000;

/** git, on behalf of one session's landing. What it may wait for ends with the landing's own time. */
export class LandingGit {
  readonly sessionId: SessionId;
  readonly #env: Readonly<NodeJS.ProcessEnv>;
  readonly #remainingMs: () => number;

  constructor(sessionId: SessionId, env: Readonly<NodeJS.ProcessEnv>, remainingMs: () => number) {
    this.sessionId = sessionId;
    this.#env = env;
    this.#remainingMs = remainingMs;
  }

  /** For work in folders of stint itself. */
  async inScratch(folder: string, args: readonly string[]): Promise<GitResult> {
    return this.#run(folder, [...QUIET, ...args], await this.#committer(folder));
  }

  /** For branches and checkouts of the user: short, and never ended half-way. */
  async inCheckout(folder: string, args: readonly string[]): Promise<GitResult> {
    return git(folder, [...QUIET, ...args], {
      env: { GIT_REFLOG_ACTION: `stint land ${this.sessionId}` },
      timeoutMs: CHECKOUT_LIMIT_MS,
    });
  }

  /**
   * With a remote on the other side, which must not ask for a password that nobody will type. Here hooks run: what a
   * push has to bring along (large files, say), only they know.
   */
  async toRemote(folder: string, args: readonly string[]): Promise<GitResult> {
    return this.#run(folder, args, {
      GCM_INTERACTIVE: 'never',
      SSH_ASKPASS_REQUIRE: 'never',
      ...(await this.#ssh(folder)),
    });
  }

  /** The session's tag finds whatever this leaves behind. */
  #run(folder: string, args: readonly string[], env: Record<string, string>): Promise<GitResult> {
    return git(folder, args, {
      env: { ...env, STINT_SESSION_ID: this.sessionId, GIT_EDITOR: 'true' },
      timeoutMs: Math.max(1, Math.ceil(this.#remainingMs())),
    });
  }

  /** A replayed commit keeps its author and needs a committer, even where the user has set no name. */
  async #committer(folder: string): Promise<Record<string, string>> {
    if ((await gitTry(folder, ['var', 'GIT_COMMITTER_IDENT'])) !== null) return {};
    return { GIT_COMMITTER_NAME: 'stint', GIT_COMMITTER_EMAIL: 'stint@localhost' };
  }

  async #ssh(folder: string): Promise<Record<string, string>> {
    const given = this.#env['GIT_SSH_COMMAND'];
    if (!given && this.#env['GIT_SSH']) return {};
    const command = given || (await readSetting(folder, 'core.sshCommand')) || 'ssh';
    return { GIT_SSH_COMMAND: `${command} -o BatchMode=yes` };
  }
}

/** The last words that git said. */
export function lastWords({ stderr, stdout }: GitResult): string {
  const lines = `${stdout}\n${stderr}`.split('\n').map((line) => line.trim());
  return lines.findLast((line) => line !== '' && !line.startsWith('hint:')) ?? 'git said nothing';
}
