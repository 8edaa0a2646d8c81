import type { CommandFormat } from '../domain/plan.ts';
import { fittingArgument } from './contract/argument-limit.ts';
import type { Harness, StartCommand, StartRequest } from './contract/harness.ts';
import { CREATE_CLI } from './known-clis.ts';
import { parseText } from './contract/text.ts';
import { withoutTurnLimit } from './contract/turn-limit.ts';

const TOO_LONG_HINT =
  'Use {promptFile} in the harness command, or leave both out to get the prompt on standard input.';

/**
 * Any program. `{prompt}`, `{promptFile}`, `{sessionId}` and `{workspace}` in its words are replaced; without a
 * `{prompt…}` the prompt comes on standard input.
 */
export function commandHarness(words: readonly [string, ...string[]], format: CommandFormat): Harness {
  const takesPrompt = words.some((word) => word.includes('{prompt}') || word.includes('{promptFile}'));
  return {
    ...readingOf(format, words),
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
  };
}

type Reading = Pick<Harness, 'openCalls' | 'hasEvents' | 'idle' | 'parse'>;

/** What the CLI would be read by whose output it prints. */
function readingOf(format: CommandFormat, words: readonly [string, ...string[]]): Reading {
  if (format === 'text') return { openCalls: 'none', hasEvents: false, parse: parseText };
  const cli = CREATE_CLI[format === 'stream-json' ? 'claude-code' : format](words);
  const { openCalls, hasEvents, idle } = cli;
  return { openCalls, hasEvents, ...(idle ? { idle } : {}), parse: (line, at) => cli.parse(line, at) };
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
