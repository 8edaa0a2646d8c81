import type { CategoryName } from '../domain/ids.ts';
import type { SupervisePolicy } from '../domain/settings/supervise.ts';
import type { HarnessSettings } from '../domain/plan.ts';
import type { BUDGET_SETTINGS } from '../domain/settings/category.ts';
import type { CategoryValues } from '../domain/settings/session.ts';
import type { ValuesOf } from '../domain/settings/setting.ts';
import type { TOP_SETTINGS } from './top-settings.ts';

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

export interface CategorySettings extends CategoryValues {
  readonly name: CategoryName;
  /** The prompt's text, or the file under the root that holds it. */
  readonly prompt: { readonly text: string } | { readonly file: string };
  readonly harnesses: readonly [string, ...string[]];
  /** Over those of its harnesses; empty means theirs. */
  readonly models: readonly string[];
  /** By harness: project < harness < category. */
  readonly supervise: ReadonlyMap<string, SupervisePolicy>;
}

/** The most that the sessions of a day may use; null for no limit. */
export type BudgetSettings = ValuesOf<typeof BUDGET_SETTINGS>;

/** The whole configuration, checked, with every default filled in. */
export interface Settings extends ValuesOf<typeof TOP_SETTINGS> {
  readonly file: string;
  /** The folder that `file` lies in; relative paths start there. */
  readonly root: string;
  readonly harnesses: ReadonlyMap<string, ConfiguredHarness>;
  readonly categories: ReadonlyMap<CategoryName, CategorySettings>;
}
