import type { Harness, StartCommand } from './contract/harness.ts';
import { parseText } from './contract/text.ts';

/** Somebody's own script, started word for word: nothing in its arguments means anything to stint. */
export function wrapHarness(words: readonly [string, ...string[]]): Harness {
  return {
    openCalls: 'none',
    hasEvents: false,
    canResume: false,
    program: words[0],
    cannotHonour: () => [],
    start: (): StartCommand => ({ argv: words, env: {}, stdin: 'closed' }),
    parse: parseText,
  };
}
