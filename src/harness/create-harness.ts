import type { HarnessSettings } from '../domain/plan.ts';
import { claudeCodeHarness } from './claude-code.ts';
import { commandHarness } from './command.ts';
import type { Harness } from './harness.ts';

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
