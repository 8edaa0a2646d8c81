import type { CliKind, CommandFormat, HarnessSettings } from '../domain/plan.ts';
import { commandHarness, wrapHarness } from './command.ts';
import type { Harness } from './contract/harness.ts';
import { CLI_KINDS, CLIS } from './registry.ts';

export type HarnessType = 'command' | CliKind;

/** The kinds of harness that can be configured; a harness of such a name needs no `type`. */
export const HARNESS_TYPES: readonly [HarnessType, ...HarnessType[]] = ['command', ...CLI_KINDS];

/** How the output of a `command` can be read. */
export const COMMAND_FORMATS: readonly [CommandFormat, ...CommandFormat[]] = [
  'text',
  'stream-json',
  ...CLI_KINDS,
];

export function createHarness(settings: HarnessSettings): Harness {
  if (settings.type === 'command') return commandHarness(settings.command, settings.format);
  if (settings.type === 'wrap') return wrapHarness(settings.command);
  return CLIS[settings.type].create(settings.command);
}
