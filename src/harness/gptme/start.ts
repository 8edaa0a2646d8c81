import type { Permissions } from '../../domain/plan.ts';
import { fittingArgument } from '../contract/argument-limit.ts';
import type { Demands, Harness, StartCommand } from '../contract/harness.ts';
import { parseText } from '../contract/text.ts';
import { withoutTurnLimit } from '../contract/turn-limit.ts';

/** Unattended gptme never asks: what it may do is the tools that it has. None of them is git alone. */
const PERMISSION_FLAGS: Readonly<Record<Permissions, readonly string[]>> = {
  read: ['--tools', 'read'],
  edit: ['--tools', 'read,save,append,patch'],
  full: [],
};

/** gptme, read as plain text. What it gets on standard input it takes for a quoted file, so the prompt is an argument. */
export function gptmeHarness(command: readonly [string, ...string[]]): Harness {
  return {
    openCalls: 'none',
    hasEvents: false,
    canResume: false,
    program: command[0],
    cannotHonour,
    start: ({ model, permissions, prompt, sessionId }): StartCommand => ({
      argv: [
        ...command,
        '--non-interactive',
        // Without a name of their own two runs at once can get the same folder for their logs.
        '--name',
        `stint-${sessionId}`,
        ...PERMISSION_FLAGS[permissions],
        ...(model === null ? [] : ['--model', model]),
        '--',
        fittingArgument(prompt, prompt, 'Shorten it, or have the prompt name a file to read.'),
      ],
      env: {},
      stdin: 'closed',
    }),
    parse: parseText,
  };
}

function cannotHonour(demands: Demands): string[] {
  const withoutGit =
    'permissions: edit lets it change files but not commit: gptme has no shell for git alone (full gives it one)';
  return [...(demands.permissions === 'edit' ? [withoutGit] : []), ...withoutTurnLimit('gptme', demands)];
}
