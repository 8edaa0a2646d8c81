import { isSessionId, type SessionId } from '../domain/ids.ts';
import { oneLine } from '../lib/plain-text.ts';
import { wrongCall, type Problem } from '../lib/problem.ts';
import { duration, RESPAWN, SEED, wholeNumber } from './option-words.ts';
import type { Call } from './verb.ts';

export const TAKES = {
  '[category]': { about: 'a category of stint.yaml; with --wrap the command', offers: 'categories' },
  '[words...]': 'its arguments',
} as const;

export const OPTIONS = {
  '--wrap': 'run a command of your own, given after --, without any configuration',
  '--category <name>': 'the category of a wrapped command (default: the name of its program)',
  '--timeout <duration>': {
    about: 'the longest that a wrapped command may run (default: 45m)',
    read: duration(),
  },
  '--key <name>': 'do this piece of work once: what it has delivered is its result',
  '--slot': 'one-off work beside the categories, in a slot of its own; needs --prompt',
  '--prompt <text>': 'what a one-off session is to do',
  ...SEED,
  ...RESPAWN,
  // The session's id, where a fan-out has promised it already.
  '--start <id>': { about: 'how a fan-out starts one', read: sessionIdOption, isHidden: true },
  '--choice <n>': {
    about: 'the stored choice that it starts it for',
    read: wholeNumber(1, Number.MAX_SAFE_INTEGER),
    isHidden: true,
  },
} as const;

export type RunCall = Call<typeof OPTIONS, typeof TAKES>;

function refusal(sentence: string): Problem {
  return wrongCall(sentence, 'See `stint run --help`.');
}

/** Options of one form beside the other would be ignored, which nobody means. */
export function refuseMixture({ given, options }: RunCall): void {
  const { wrap, category, timeout, respawn, key, seed, start, choice } = options;
  refuseSlotMixture(options);
  if (choice !== undefined && start === undefined)
    throw refusal('--choice is for --start, with which a fan-out starts a session.');
  if (wrap) {
    const ofCategories =
      seed !== undefined ? 'seed' : respawn ? 'respawn' : start !== undefined ? 'start' : null;
    if (ofCategories === null) return;
    throw refusal(`--${ofCategories} is for categories of stint.yaml, and this is --wrap.`);
  }
  if (respawn && key !== undefined)
    throw wrongCall('--respawn does the same again, and --key does it once.', 'Leave one out.');
  if (given.words.length > 0)
    throw refusal(`"${oneLine(given.words[0] ?? '', 80)}" is one word too many: \`run\` takes one category.`);
  const extra = category !== undefined ? '--category' : timeout !== undefined ? '--timeout' : null;
  if (extra)
    throw refusal(
      `${extra} is for --wrap; "${oneLine(given.category ?? 'the chosen category', 80)}" has its own in stint.yaml.`,
    );
}

/** One-off work needs words, and words need it. */
function refuseSlotMixture({ slot, prompt, wrap, seed, respawn }: RunCall['options']): void {
  if (!slot && prompt !== undefined) throw refusal('--prompt is for --slot; a category has its own.');
  if (!slot) return;
  if (wrap) throw refusal('--slot and --wrap are two ways of running something.');
  if (seed !== undefined) throw refusal('--seed is for a choice, and --slot chooses nothing.');
  if (respawn) throw refusal('--respawn is for categories, and --slot is work beside them.');
  if (prompt === undefined || prompt.trim() === '') throw refusal('--slot needs --prompt, and words in it.');
  if (prompt.includes('\0')) throw refusal('--prompt contains a NUL character.');
}

function sessionIdOption(text: string): SessionId {
  if (isSessionId(text)) return text;
  throw wrongCall(`--start is "${oneLine(text, 40)}", which is no session's id.`, 'Leave it out.');
}
