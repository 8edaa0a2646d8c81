import type { ArmChoice } from './choice.ts';
import type { CategoryName, SessionId } from './ids.ts';
import type { RunType } from './record.ts';
import { sessionSettings, type SessionSettings } from './settings/session.ts';

export type Permissions = SessionSettings['permissions'];
export type Isolation = SessionSettings['isolation'];

/**
 * Where delivered work goes when its checks pass: it stays on its branch, is put onto the base branch, that is pushed
 * too, becomes a pull request, or is handed to a command of the user.
 */
export type Landing = SessionSettings['land'];

/** How the repository is brought up to date before a session starts. */
export type PullMode = SessionSettings['pull'];

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

/** The harness with which a session starts, and a model of it. */
export interface PlannedArm {
  readonly harness: string;
  /** Kept with the plan: a session is read as it was started, whatever is configured later. */
  readonly harnessSettings: HarnessSettings;
  readonly account: string;
  /** What limits of the account are known by on this machine, in whatever repository they were met. */
  readonly accountId: string;
  readonly model: string | null;
  /** How harness and model were chosen; null where there was no choice. */
  readonly arm: ArmChoice | null;
}

/**
 * Everything that one session needs to start, decided before it starts and stored with it: its category's settings, its
 * arm, and what is its own.
 */
export interface Plan extends SessionSettings, PlannedArm {
  readonly category: CategoryName;
  readonly runType: RunType;
  readonly prompt: string;
  /** Where a shared session stands; null means the top of the checkout. */
  readonly folder: string | null;
  /** For every category of the project, the paths that are its work. */
  readonly categoryPaths: Readonly<Record<string, readonly string[]>>;
  /** The same for types of conventional commits. Plans of older stints lack it: theirs were guessed by name. */
  readonly configuredCommitTypes: Readonly<Record<string, readonly string[]>>;
  /** The seed of the draw that led here, null when there was none. */
  readonly seed: number | null;
  /** The number of the stored choice that it came of; absent where it came of none. */
  readonly choice?: number;
  /** How many sessions of its category ran back to back before it. */
  readonly chain: number;
  /** Idempotency key: at most one running and one productive session per key. */
  readonly key: string | null;
  /** The earlier attempt that it goes on with. */
  readonly resume: Resume | null;
}

/** A session's own fields, where it follows no choice and no earlier session. */
export const PLAIN_SESSION = {
  folder: null,
  categoryPaths: {},
  configuredCommitTypes: {},
  seed: null,
  chain: 0,
  key: null,
  resume: null,
} satisfies Partial<Plan>;

let defaults: SessionSettings | null = null;

/** What no setting is, and plans of older stints lack. */
const ADDED = { configuredCommitTypes: {} };

/** A plan as it was stored. An older stint knew fewer settings: the missing ones have their default. */
export function readPlan(text: string): Plan {
  const stored = JSON.parse(text) as Omit<Plan, keyof typeof ADDED> & Partial<typeof ADDED>;
  defaults ??= sessionSettings();
  return { ...defaults, ...ADDED, ...stored, supervise: { ...defaults.supervise, ...stored.supervise } };
}
