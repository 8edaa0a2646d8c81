import type { CategoryName } from '../domain/ids.ts';
import type { SupervisePolicy } from '../domain/liveness.ts';
import type { HarnessSettings, Isolation, Permissions, UserCommand } from '../domain/plan.ts';

export interface ConfiguredHarness {
  readonly name: string;
  readonly settings: HarnessSettings;
  /** Whose quota its sessions use. */
  readonly account: string;
  /** Models to choose from; empty means the CLI's own default. */
  readonly models: readonly string[];
}

export interface CategorySettings {
  readonly name: CategoryName;
  /** The prompt's text, or the file under the root that holds it. */
  readonly prompt: { readonly text: string } | { readonly file: string };
  readonly harnesses: readonly [string, ...string[]];
  readonly model: string | null;
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
  readonly owner: string | null;
  readonly supervise: SupervisePolicy;
}

/** The whole configuration, checked, with every default filled in. */
export interface Settings {
  readonly file: string;
  /** The folder that `file` lies in; relative paths start there. */
  readonly root: string;
  readonly harnesses: ReadonlyMap<string, ConfiguredHarness>;
  readonly categories: ReadonlyMap<CategoryName, CategorySettings>;
  readonly schedule: { readonly top: number; readonly maxConcurrent: number; readonly cooldownMs: number };
  readonly stateDir: string | null;
  readonly worktreeDir: string | null;
}

const MINUTE = 60_000;

/** What holds where nothing is configured; docs/configuration.md explains each. */
export const DEFAULTS = {
  permissions: 'edit',
  preamble: true,
  isolation: 'worktree',
  timeoutMs: 45 * MINUTE,
  softDeadlineShare: 0.8,
  setupTimeoutMs: 10 * MINUTE,
  checkTimeoutMs: 10 * MINUTE,
  supervise: {
    firstEventMs: 2 * MINUTE,
    silenceMs: 20 * MINUTE,
    finishingMs: 30_000,
    sampleMs: 5000,
    suppressionMs: 30 * MINUTE,
    graceMs: 5000,
    outputBytes: 1e9,
  },
  schedule: { top: 3, maxConcurrent: 6, cooldownMs: 180_000 },
} as const;
