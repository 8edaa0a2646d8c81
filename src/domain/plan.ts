import type { ArmChoice } from './choice.ts';
import type { CategoryName, SessionId } from './ids.ts';
import type { RunType } from './record.ts';
import type { SupervisePolicy } from './liveness.ts';

export type Permissions = 'read' | 'edit' | 'full';
export type Isolation = 'worktree' | 'shared';

/**
 * Where delivered work goes when its checks pass: it stays on its branch, is put onto the base branch, that is pushed
 * too, becomes a pull request, or is handed to a command of the user.
 */
export type Landing = 'branch' | 'rebase' | 'push' | 'pr' | { readonly words: readonly string[] };

/** How the repository is brought up to date before a session starts. */
export type PullMode = 'fetch' | 'in-place' | 'never';

/** The agent CLIs that stint knows how to start. */
export type CliKind = 'claude-code' | 'codex' | 'gemini' | 'copilot' | 'opencode' | 'pi' | 'gptme';

/** How a command's output is read: `stream-json` is Claude Code's, a CLI's name what that CLI prints. */
export type CommandFormat = 'text' | 'stream-json' | CliKind;

/** How an agent CLI is started and read, as it was configured. */
export type HarnessSettings =
  | {
      readonly type: 'command';
      readonly command: readonly [string, ...string[]];
      readonly format: CommandFormat;
    }
  | { readonly type: CliKind; readonly command: readonly [string, ...string[]] }
  /** Somebody's own script, as `run --wrap` starts it; never configured. */
  | { readonly type: 'wrap'; readonly command: readonly [string, ...string[]] };

/** An earlier attempt, to go on with. */
export interface Resume {
  readonly sessionId: SessionId;
  /** The agent CLI's own conversation. */
  readonly thread: string;
  /** The ref that keeps what it had not committed; null when there was nothing. */
  readonly salvage: string | null;
}

/** Everything that one session needs to start, decided before it starts and stored with it. */
export interface Plan {
  readonly category: CategoryName;
  readonly runType: RunType;
  readonly harness: string;
  /** Kept with the plan: a session is read as it was started, whatever is configured later. */
  readonly harnessSettings: HarnessSettings;
  readonly account: string;
  /** What limits of the account are known by on this machine, in whatever repository they were met. */
  readonly accountId: string;
  readonly model: string | null;
  /** How harness and model were chosen; null where there was no choice. */
  readonly arm: ArmChoice | null;
  readonly prompt: string;
  readonly permissions: Permissions;
  readonly maxTurns: number | null;
  readonly isolation: Isolation;
  /** Where a shared session stands; null means the top of the checkout. */
  readonly folder: string | null;
  /** What worktrees start from; null means the current branch. */
  readonly base: string | null;
  readonly setup: UserCommand | null;
  readonly setupTimeoutMs: number;
  readonly copy: readonly string[];
  readonly check: UserCommand | null;
  readonly checkTimeoutMs: number;
  /** May lower the grade. */
  readonly judge: UserCommand | null;
  readonly judgeTimeoutMs: number;
  /** Globs of files that are a result in themselves, by name. */
  readonly artefacts: Readonly<Record<string, readonly string[]>>;
  readonly timeoutMs: number;
  /** Told to the agent; never enforced. */
  readonly softDeadlineMs: number;
  readonly supervise: SupervisePolicy;
  readonly land: Landing;
  readonly landTimeoutMs: number;
  /** Runs after the record. */
  readonly after: UserCommand | null;
  readonly pull: PullMode;
  /** For every category of the project, the paths that are its work. */
  readonly categoryPaths: Readonly<Record<string, readonly string[]>>;
  /** The same for types of conventional commits. */
  readonly categoryCommitTypes: Readonly<Record<string, readonly string[]>>;
  /** The seed of the draw that led here, null when there was none. */
  readonly seed: number | null;
  /** The number of the stored choice that it came of; absent where it came of none. */
  readonly choice?: number;
  /** How many sessions of its category ran back to back before it. */
  readonly chain: number;
  /** What the caller calls this piece of work, of which there is never more than one at a time and one that delivered. */
  readonly key: string | null;
  /** The earlier attempt that it goes on with. */
  readonly resume: Resume | null;
}

/** A command of the user's configuration: words to start without a shell, or one line for a shell when asked for. */
export type UserCommand = { readonly words: readonly string[] } | { readonly shell: string };

export function describeCommand(command: UserCommand): string {
  return 'shell' in command ? command.shell : command.words.join(' ');
}
