import { claudeCodeHarness } from './claude-code.ts';
import { commandHarness, type CommandFormat } from './command.ts';
import type { Harness } from './harness.ts';

/** How a harness is configured, whatever its name. */
export type HarnessSettings =
  | {
      readonly type: 'command';
      readonly command: readonly [string, ...string[]];
      readonly format: CommandFormat;
    }
  | { readonly type: 'claude-code'; readonly command: readonly [string, ...string[]] };

/** The kinds of harness that there are; a harness of such a name needs no `type`. */
export const HARNESS_TYPES = ['command', 'claude-code'] as const;

export function createHarness(settings: HarnessSettings): Harness {
  switch (settings.type) {
    case 'command':
      return commandHarness(settings.command, settings.format);
    case 'claude-code':
      return claudeCodeHarness(settings.command);
  }
}
