import type { CommandFormat } from '../domain/plan.ts';
import { Problem } from '../lib/problem.ts';
import type { Harness, StartCommand, StartRequest } from './harness.ts';
import { parseStreamJson } from './stream-json.ts';
import { parseText } from './text.ts';

/** The kernel refuses a single argument of 128 KiB; the rest is room for what else the word holds. */
const LONGEST_ARGUMENT = 120_000;

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
    program: words[0],
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
  if (Buffer.byteLength(filled) > LONGEST_ARGUMENT) {
    throw new Problem(
      'prompt_too_long',
      `The prompt has ${request.prompt.length} characters, too many for a command line.`,
      'Use {promptFile} in the harness command, or leave both out to get the prompt on standard input.',
    );
  }
  return filled;
}
