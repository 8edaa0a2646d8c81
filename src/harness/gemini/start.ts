import type { Permissions } from '../../domain/plan.ts';
import type { Harness, StartCommand } from '../contract/harness.ts';
import { parseText } from '../contract/text.ts';
import { withoutTurnLimit } from '../contract/turn-limit.ts';

/**
 * Without a person Gemini hides or refuses what it would ask about: under `auto_edit` the whole shell, but for the
 * commands that are named. Flags and refusals as seen with 0.61.
 */
const PERMISSION_FLAGS: Readonly<Record<Permissions, readonly string[]>> = {
  read: ['--approval-mode', 'plan'],
  edit: [
    '--approval-mode',
    'auto_edit',
    ...['git status', 'git diff', 'git log', 'git add', 'git commit', 'stint declare'].flatMap((command) => [
      '--allowed-tools',
      `run_shell_command(${command})`,
    ]),
  ],
  full: ['--approval-mode', 'yolo'],
};

/** Gemini CLI, read as plain text; the prompt comes on standard input. */
export function geminiHarness(command: readonly [string, ...string[]]): Harness {
  return {
    openCalls: 'none',
    hasEvents: false,
    canResume: false,
    program: command[0],
    cannotHonour: (demands) => withoutTurnLimit('Gemini CLI', demands),
    start: ({ model, permissions }): StartCommand => ({
      argv: [
        ...command,
        // The category decides whether it runs here; the CLI would stop and ask whether the folder is trusted.
        '--skip-trust',
        ...PERMISSION_FLAGS[permissions],
        ...(model === null ? [] : ['--model', model]),
      ],
      env: {},
      stdin: 'prompt',
    }),
    parse: parseText,
  };
}
