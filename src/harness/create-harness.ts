import type { CliKind, CommandFormat, HarnessSettings } from '../domain/plan.ts';
import { commandHarness } from './command.ts';
import type { Harness } from './contract/harness.ts';
import { CREATE_CLI, KNOWN_CLIS } from './known-clis.ts';
import { wrapHarness } from './wrap.ts';

export type HarnessType = 'command' | CliKind;

/** The kinds of harness that can be configured; a harness of such a name needs no `type`. */
export const HARNESS_TYPES: readonly [HarnessType, ...HarnessType[]] = [
  'command',
  ...KNOWN_CLIS.map(({ name }) => name),
];

/** How the output of a `command` can be read. */
export const COMMAND_FORMATS: readonly [CommandFormat, ...CommandFormat[]] = [
  'text',
  'stream-json',
  ...KNOWN_CLIS.map(({ name }) => name),
];

export function createHarness(settings: HarnessSettings): Harness {
  if (settings.type === 'command') return commandHarness(settings.command, settings.format);
  if (settings.type === 'wrap') return wrapHarness(settings.command);
  return CREATE_CLI[settings.type](settings.command);
}
