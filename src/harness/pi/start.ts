import type { Permissions } from '../../domain/plan.ts';
import type { Demands, Harness, StartCommand } from '../contract/harness.ts';
import { parseText } from '../contract/text.ts';
import { withoutTurnLimit } from '../contract/turn-limit.ts';

/** pi never asks: what it may do is the tools that it has. None of them is git alone. */
const PERMISSION_FLAGS: Readonly<Record<Permissions, readonly string[]>> = {
  read: ['--tools', 'read,grep,find,ls'],
  edit: ['--tools', 'read,grep,find,ls,edit,write'],
  full: [],
};

/** pi in print mode, read as plain text; the prompt comes on standard input. */
export function piHarness(command: readonly [string, ...string[]]): Harness {
  return {
    openCalls: 'none',
    hasEvents: false,
    canResume: false,
    program: command[0],
    cannotHonour,
    start: ({ model, permissions }): StartCommand => ({
      argv: [
        ...command,
        '--print',
        ...PERMISSION_FLAGS[permissions],
        ...(model === null ? [] : ['--model', model]),
      ],
      env: { PI_SKIP_VERSION_CHECK: '1' },
      stdin: 'prompt',
    }),
    parse: parseText,
  };
}

function cannotHonour(demands: Demands): string[] {
  const withoutGit =
    'permissions: edit lets it change files but not commit: pi has no shell for git alone (full gives it one)';
  return [...(demands.permissions === 'edit' ? [withoutGit] : []), ...withoutTurnLimit('pi', demands)];
}
