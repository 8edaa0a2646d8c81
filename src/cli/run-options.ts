import { Option, type Command } from 'commander';
import { isSessionId, type SessionId } from '../domain/ids.ts';
import { oneLine } from '../lib/plain-text.ts';
import { Problem, wrongCall } from '../lib/problem.ts';
import type { CommonOptions } from './context.ts';
import { duration, respawnOption, seedOption, wholeNumber } from './option-words.ts';

export interface RunOptions extends CommonOptions {
  readonly wrap?: boolean;
  readonly category?: string;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly key?: string;
  readonly seed?: number;
  readonly respawn?: boolean;
  readonly slot?: boolean;
  readonly prompt?: string;
  /** The stored choice that it came of, where a fan-out starts it. */
  readonly choice?: number;
  /** The session's id, where a fan-out has promised it already. */
  readonly start?: SessionId;
}

export function addRunOptions(command: Command): Command {
  return command
    .argument('[category]', 'a category of stint.yaml; with --wrap the command')
    .argument('[words...]', 'its arguments')
    .option('--wrap', 'run a command of your own, given after --, without any configuration')
    .option('--category <name>', 'the category of a wrapped command (default: the name of its program)')
    .option(
      '--timeout <duration>',
      'the longest that a wrapped command may run (default: 45m)',
      duration('--timeout'),
    )
    .option('--key <name>', 'do this piece of work once: what it has delivered is its result')
    .option('--slot', 'one-off work beside the categories, in a slot of its own; needs --prompt')
    .option('--prompt <text>', 'what a one-off session is to do')
    .addOption(seedOption())
    .addOption(respawnOption())
    .addOption(new Option('--start <id>', 'how a fan-out starts one').argParser(sessionIdOption).hideHelp())
    .addOption(
      new Option('--choice <n>', 'the stored choice that it starts it for')
        .argParser(wholeNumber('--choice', 1, Number.MAX_SAFE_INTEGER))
        .hideHelp(),
    );
}

function refusal(sentence: string): Problem {
  return wrongCall(sentence, 'See `stint run --help`.');
}

/** Options of one form beside the other would be ignored, which nobody means. */
export function refuseMixture(first: string | undefined, rest: readonly string[], options: RunOptions): void {
  refuseSlotMixture(options);
  if (options.choice !== undefined && options.start === undefined)
    throw refusal('--choice is for --start, with which a fan-out starts a session.');
  if (options.wrap) {
    const ofCategories = (['seed', 'respawn', 'start'] as const).find((name) => options[name] !== undefined);
    if (ofCategories === undefined) return;
    throw refusal(`--${ofCategories} is for categories of stint.yaml, and this is --wrap.`);
  }
  if (options.respawn && options.key !== undefined)
    throw wrongCall('--respawn does the same again, and --key does it once.', 'Leave one out.');
  if (rest.length > 0)
    throw refusal(`"${oneLine(rest[0] ?? '', 80)}" is one word too many: \`run\` takes one category.`);
  const extra =
    options.category !== undefined ? '--category' : options.timeout !== undefined ? '--timeout' : null;
  if (extra)
    throw refusal(
      `${extra} is for --wrap; "${oneLine(first ?? 'the chosen category', 80)}" has its own in stint.yaml.`,
    );
}

/** One-off work needs words, and words need it. */
function refuseSlotMixture({ slot, prompt, wrap, seed, respawn }: RunOptions): void {
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
