import type { Permissions } from '../../domain/plan.ts';
import type { Harness, StartCommand } from '../contract/harness.ts';
import { parseStreamJson } from './stream.ts';

/**
 * `read` plans only. `edit` edits files and may use git to look and to commit. `full` does anything without asking.
 * In print mode the CLI itself refuses every call that would still ask a person.
 */
const PERMISSION_FLAGS: Readonly<Record<Permissions, readonly string[]>> = {
  read: ['--permission-mode', 'plan'],
  edit: [
    '--permission-mode',
    'acceptEdits',
    '--allowedTools',
    'Bash(git status:*),Bash(git diff:*),Bash(git log:*),Bash(git add:*),Bash(git commit:*),Bash(stint declare:*)',
  ],
  full: ['--dangerously-skip-permissions'],
};

/** Claude Code in print mode; the prompt comes on standard input, so that its length does not matter. */
export function claudeCodeHarness(command: readonly [string, ...string[]]): Harness {
  return {
    openCalls: 'visible',
    hasEvents: true,
    canResume: true,
    wholeThread: ['tokens', 'cost'],
    program: command[0],
    cannotHonour: () => [],
    start: ({ model, permissions, maxTurns, thread }): StartCommand => ({
      argv: [
        ...command,
        '-p',
        '--output-format',
        'stream-json',
        '--verbose',
        ...PERMISSION_FLAGS[permissions],
        ...(model === null ? [] : ['--model', model]),
        ...(thread === null ? [] : ['--resume', thread]),
        ...(maxTurns === null ? [] : ['--max-turns', String(maxTurns)]),
      ],
      env: { DISABLE_AUTOUPDATER: '1' },
      stdin: 'prompt',
    }),
    parse: parseStreamJson,
  };
}
