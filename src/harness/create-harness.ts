import type { CliKind, CommandFormat, HarnessSettings } from '../domain/plan.ts';
import { withoutTurnLimit, type Harness } from './contract/harness.ts';
import { fillIn, READ_AS_TEXT } from './contract/text-cli.ts';
import { CLI_KINDS, cliOfFormat, CLIS } from './registry.ts';

export type HarnessType = 'command' | CliKind;

/** The kinds of harness that can be configured; a harness of such a name needs no `type`. */
export const HARNESS_TYPES: readonly [HarnessType, ...HarnessType[]] = ['command', ...CLI_KINDS];

/** How the output of a `command` can be read. */
export const COMMAND_FORMATS: readonly [CommandFormat, ...CommandFormat[]] = [
  'text',
  'stream-json',
  ...CLI_KINDS,
];

export function createHarness(settings: HarnessSettings): Harness {
  if (settings.type === 'command') return commandHarness(settings.command, settings.format);
  if (settings.type === 'wrap') return wrapHarness(settings.command);
  return CLIS[settings.type].create(settings.command);
}

const TOO_LONG_HINT =
  'Use {promptFile} in the harness command, or leave both out to get the prompt on standard input.';

/**
 * Any program, with the placeholders of `fillIn` in its words; without a `{prompt…}` the prompt comes on standard
 * input.
 */
export function commandHarness(words: readonly [string, ...string[]], format: CommandFormat): Harness {
  const [program, ...rest] = words;
  const takesPrompt = words.some((word) => word.includes('{prompt}') || word.includes('{promptFile}'));
  const kind = cliOfFormat(format);
  // Read as the CLI whose output it prints; each run is a conversation of its own.
  const { wholeThread: _, ...reading } = kind === null ? READ_AS_TEXT : CLIS[kind].create(words);
  return {
    ...reading,
    canResume: false,
    program,
    // The words of a command decide its permissions, so `permissions` does not apply.
    cannotHonour: (demands) => withoutTurnLimit('a command', demands),
    start: (request) => ({
      argv: [program, ...rest.map((word) => fillIn(word, request, TOO_LONG_HINT))],
      env: request.model === null ? {} : { STINT_MODEL: request.model },
      stdin: takesPrompt ? 'closed' : 'prompt',
    }),
  };
}

/** The user's own script, started word for word: stint does not read its arguments. */
function wrapHarness(words: readonly [string, ...string[]]): Harness {
  return {
    ...READ_AS_TEXT,
    canResume: false,
    program: words[0],
    cannotHonour: () => [],
    start: () => ({ argv: words, env: {}, stdin: 'closed' }),
  };
}
