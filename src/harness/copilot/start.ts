import type { Permissions } from '../../domain/plan.ts';
import type { Harness, StartCommand } from '../contract/harness.ts';
import { parseText } from '../contract/text.ts';
import { withoutTurnLimit } from '../contract/turn-limit.ts';

/** Without a person Copilot denies what is not allowed here (code `denied`), as seen with 1.0. */
const PERMISSION_FLAGS: Readonly<Record<Permissions, readonly string[]>> = {
  read: ['--deny-tool', 'write', '--deny-tool', 'shell'],
  edit: [
    'write',
    'shell(git status)',
    'shell(git diff)',
    'shell(git log)',
    'shell(git add)',
    'shell(git commit)',
    'shell(stint:*)',
  ].flatMap((tool) => ['--allow-tool', tool]),
  full: ['--allow-all'],
};

/** GitHub Copilot CLI, read as plain text; the prompt comes on standard input. */
export function copilotHarness(command: readonly [string, ...string[]]): Harness {
  return {
    openCalls: 'none',
    hasEvents: false,
    canResume: false,
    program: command[0],
    cannotHonour: (demands) => withoutTurnLimit('Copilot CLI', demands),
    start: ({ model, permissions }): StartCommand => ({
      argv: [
        ...command,
        '--no-ask-user',
        '--no-auto-update',
        '--no-color',
        ...PERMISSION_FLAGS[permissions],
        ...(model === null ? [] : ['--model', model]),
      ],
      env: {},
      stdin: 'prompt',
    }),
    parse: parseText,
  };
}
