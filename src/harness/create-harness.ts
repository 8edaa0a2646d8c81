import type { HarnessSettings } from '../domain/plan.ts';
import { claudeCodeHarness } from './claude-code.ts';
import { commandHarness } from './command.ts';
import type { Harness } from './harness.ts';
import { wrapHarness } from './wrap.ts';

/** The kinds of harness that can be configured; a harness of such a name needs no `type`. */
export const HARNESS_TYPES = ['command', 'claude-code'] as const;

export function createHarness(settings: HarnessSettings): Harness {
  switch (settings.type) {
    case 'command':
      return commandHarness(settings.command, settings.format);
    case 'claude-code':
      return claudeCodeHarness(settings.command);
    case 'wrap':
      return wrapHarness(settings.command);
  }
}
