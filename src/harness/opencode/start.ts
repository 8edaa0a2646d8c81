import type { Permissions } from '../../domain/plan.ts';
import type { Harness, StartCommand } from '../contract/harness.ts';
import { parseText } from '../contract/text.ts';
import { withoutTurnLimit } from '../contract/turn-limit.ts';

const LOOK = {
  '*': 'deny',
  read: 'allow',
  glob: 'allow',
  grep: 'allow',
  list: 'allow',
  todoread: 'allow',
  todowrite: 'allow',
};

/** opencode has no flags for it: its rules come in the environment, over those of its own configuration (1.18). */
const PERMISSION_RULES: Readonly<Record<Permissions, object>> = {
  read: LOOK,
  edit: {
    ...LOOK,
    edit: 'allow',
    bash: {
      '*': 'deny',
      'git status*': 'allow',
      'git diff*': 'allow',
      'git log*': 'allow',
      'git add*': 'allow',
      'git commit*': 'allow',
      'stint declare*': 'allow',
    },
  },
  full: { '*': 'allow' },
};

/** opencode, read as plain text; the prompt comes on standard input. */
export function opencodeHarness(command: readonly [string, ...string[]]): Harness {
  return {
    openCalls: 'none',
    hasEvents: false,
    canResume: false,
    program: command[0],
    cannotHonour: (demands) => withoutTurnLimit('opencode', demands),
    start: ({ model, permissions }): StartCommand => ({
      argv: [...command, 'run', ...(model === null ? [] : ['--model', model])],
      env: {
        OPENCODE_PERMISSION: JSON.stringify(PERMISSION_RULES[permissions]),
        OPENCODE_DISABLE_AUTOUPDATE: '1',
      },
      stdin: 'prompt',
    }),
    parse: parseText,
  };
}
