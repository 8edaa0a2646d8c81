import type { CommandFormat } from '../domain/plan.ts';
import { fittingArgument } from './argument-limit.ts';
import type { Harness, StartCommand, StartRequest } from './harness.ts';
import { parseStreamJson } from './stream-json.ts';
import { parseText } from './text.ts';
import { withoutTurnLimit } from './turn-limit.ts';

const TOO_LONG_HINT =
  'Use {promptFile} in the harness command, or leave both out to get the prompt on standard input.';

/**
 * Any program. `{prompt}`, `{promptFile}`, `{sessionId}` and `{workspace}` in its words are replaced; without a
 * `{prompt…}` the prompt comes on standard input.
 */
export function commandHarness(words: readonly [string, ...string[]], format: CommandFormat): Harness {
  const takesPrompt = words.some((word) => word.includes('{prompt}') || word.includes('{promptFile}'));
  const hasEvents = format !== 'text';
  return {
    openCalls: hasEvents ? 'visible' : 'none',
    hasEvents,
    canResume: false,
    program: words[0],
    // What a command may do is said in its own words, so `permissions` asks nothing of it.
    cannotHonour: (demands) => withoutTurnLimit('a command', demands),
    start: (request): StartCommand => {
      const [program, ...rest] = words;
      return {
        argv: [program, ...rest.map((word) => fillIn(word, request))],
        env: request.model === null ? {} : { STINT_MODEL: request.model },
        stdin: takesPrompt ? 'closed' : 'prompt',
      };
    },
    parse: hasEvents ? parseStreamJson : parseText,
  };
}

function fillIn(word: string, request: StartRequest): string {
  const values: Record<string, string> = {
    prompt: request.prompt,
    promptFile: request.promptFile,
    sessionId: request.sessionId,
    workspace: request.workspace,
  };
  // One pass, so that a prompt that itself says `{workspace}` is left as it is.
  const filled = word.replace(
    /\{(prompt|promptFile|sessionId|workspace)\}/g,
    (_, name: string) => values[name] ?? '',
  );
  return fittingArgument(filled, request.prompt, TOO_LONG_HINT);
}
