import type { CategoryName } from '../domain/ids.ts';
import type { SupervisePolicy } from '../domain/liveness.ts';
import type { FailureMode } from '../domain/failure-mode.ts';
import type {
  HarnessSettings,
  Isolation,
  Landing,
  Permissions,
  PullMode,
  UserCommand,
} from '../domain/plan.ts';

export interface ConfiguredHarness {
  readonly name: string;
  readonly settings: HarnessSettings;
  /** Whose quota its sessions use, as people call it. */
  readonly account: string;
  /** The same, told apart on the whole machine. */
  readonly accountId: string;
  /** Models to choose from; empty means the CLI's own default. */
  readonly models: readonly string[];
}

export interface CategorySettings {
  readonly name: CategoryName;
  /** The prompt's text, or the file under the root that holds it. */
  readonly prompt: { readonly text: string } | { readonly file: string };
  readonly harnesses: readonly [string, ...string[]];
  /** Over those of its harnesses; empty means theirs. */
  readonly models: readonly string[];
  readonly permissions: Permissions;
  readonly preamble: boolean;
  readonly isolation: Isolation;
  readonly base: string | null;
  readonly setup: UserCommand | null;
  readonly setupTimeoutMs: number;
  readonly copy: readonly string[];
  readonly timeoutMs: number;
  readonly softDeadlineMs: number;
  readonly maxTurns: number | null;
  readonly check: UserCommand | null;
  readonly checkTimeoutMs: number;
  readonly paths: readonly string[];
  readonly commitTypes: readonly string[];
  /** Globs by name. */
  readonly artefacts: Readonly<Record<string, readonly string[]>>;
  readonly judge: UserCommand | null;
  readonly judgeTimeoutMs: number;
  readonly land: Landing;
  readonly landTimeoutMs: number;
  readonly supply: UserCommand | null;
  readonly supplyTimeoutMs: number;
  readonly budget: BudgetSettings;
  readonly owner: string | null;
  readonly after: UserCommand | null;
  readonly pull: PullMode;
  /** By harness: project < harness < category. */
  readonly supervise: ReadonlyMap<string, SupervisePolicy>;
  readonly cooldownMs: number;
  readonly respawn: RespawnSettings;
}

/** When a category starts again back to back. */
export interface RespawnSettings {
  /** The least grade, 0.0-1.0. */
  readonly grade: number;
  /** How often in a row; 0 is never. */
  readonly chain: number;
}

export interface ScheduleSettings {
  readonly everyMs: number;
  readonly top: number;
  readonly maxConcurrent: number;
  readonly jitterMs: number;
  readonly slots: number;
  readonly maxOpenPrs: number;
}

/** How full the machine may be when something starts. */
export interface AdmissionSettings {
  /** 0.0-1.0. */
  readonly memory: number;
  readonly disk: number;
  /** Tasks for each processor. */
  readonly load: number;
}

/** What may be used in a day; null is no limit. */
export interface BudgetSettings {
  readonly tokens: number | null;
  readonly costUsd: number | null;
}

export interface GateSettings {
  readonly mode: FailureMode;
  /** 0.0-1.0. */
  readonly rate: number;
  readonly window: number;
  readonly consecutive: number;
  readonly minSessions: number;
  readonly detector: 'notify' | 'close';
}

export interface LearnSettings {
  /** Whether imported sessions move beliefs. */
  readonly imported: boolean;
  /** How much what is believed beforehand weighs, in sessions: of a category, and of a harness and model in one. */
  readonly prior: number;
  readonly borrow: number;
}

export interface RecordsSettings {
  /** An absolute path; null when nothing is mirrored. */
  readonly mirror: string | null;
}

export interface RetentionSettings {
  readonly sessionsMs: number;
  readonly rawMs: number;
  readonly diskBytes: number;
}

/** The whole configuration, checked, with every default filled in. */
export interface Settings {
  readonly file: string;
  /** The folder that `file` lies in; relative paths start there. */
  readonly root: string;
  readonly harnesses: ReadonlyMap<string, ConfiguredHarness>;
  readonly categories: ReadonlyMap<CategoryName, CategorySettings>;
  readonly schedule: ScheduleSettings;
  readonly admission: AdmissionSettings;
  readonly budget: BudgetSettings;
  readonly gate: GateSettings;
  readonly learn: LearnSettings;
  readonly records: RecordsSettings;
  /** A zone of the IANA database; null means the system's. */
  readonly timezone: string | null;
  /** Sources of regular expressions. */
  readonly redact: readonly string[];
  readonly retention: RetentionSettings;
  readonly stateDir: string | null;
  readonly worktreeDir: string | null;
}

const MINUTE = 60_000;

const DAY = 86_400_000;

/** What holds where nothing is configured; docs/settings.md lists them. */
export const DEFAULTS = {
  permissions: 'edit',
  preamble: true,
  isolation: 'worktree',
  timeoutMs: 45 * MINUTE,
  softDeadlineShare: 0.8,
  setupTimeoutMs: 10 * MINUTE,
  checkTimeoutMs: 10 * MINUTE,
  judgeTimeoutMs: 2 * MINUTE,
  supplyTimeoutMs: 30_000,
  land: 'branch',
  landTimeoutMs: 10 * MINUTE,
  pull: 'fetch',
  cooldownMs: 180_000,
  respawn: { grade: 0.65, chain: 1 },
  supervise: {
    contain: 'auto',
    idleCpuShare: null,
    idleBytesPerS: null,
    firstEventMs: 2 * MINUTE,
    silenceMs: 20 * MINUTE,
    finishingMs: 30_000,
    sampleMs: 5000,
    suppressionMs: 30 * MINUTE,
    graceMs: 5000,
    outputBytes: 1e9,
    loopCalls: 60,
    markerDirs: [],
  },
  schedule: { everyMs: 30 * MINUTE, top: 3, maxConcurrent: 6, jitterMs: 2000, slots: 5, maxOpenPrs: 10 },
  // Agents wait for their model most of the time: a busy machine is no full one.
  admission: { memory: 0.9, disk: 0.95, load: 8 },
  gate: {
    mode: 'abandoned_loop',
    rate: 0.4,
    window: 50,
    consecutive: 12,
    minSessions: 20,
    detector: 'notify',
  },
  learn: { imported: false, prior: 2, borrow: 4 },
  retention: { sessionsMs: 90 * DAY, rawMs: 14 * DAY, diskBytes: 5e9 },
} as const;
