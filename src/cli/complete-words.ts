import { Command } from 'commander';
import { messageOf } from '../lib/problem.ts';
import { stintOf } from './open.ts';
import { equipVerb, findVerb, shapesOf } from './verb-options.ts';
import type { Candidates, CliContext, PlaceOptions, Verb } from './verb.ts';

/**
 * What may stand where the last word does, for a shell: the words of a command line without its program, the last one
 * as far as it is typed. Never throws: a shell that completes has no place for a sentence.
 */
export async function completeWords(words: readonly string[], context: CliContext): Promise<string[]> {
  const current = words.at(-1) ?? '';
  try {
    const found = await candidatesFor(words.slice(0, -1), current, context);
    return found.filter((each) => each.startsWith(current));
  } catch (error) {
    if (context.env['STINT_TRACE']) process.stderr.write(`${messageOf(error)}\n`);
    return [];
  }
}

async function candidatesFor(
  before: readonly string[],
  current: string,
  context: CliContext,
): Promise<readonly string[]> {
  const verbs = context.verbs.map(({ name }) => name);
  const name = findVerb(before);
  if (name === null) return current.startsWith('-') ? ['--help', '--version'] : [...verbs, 'help'];
  if (name === 'help') return before.at(-1) === 'help' ? verbs : [];
  const verb = context.verbs.find((each) => each.name === name);
  // After two dashes stand the words of another program, of which we know nothing.
  if (!verb || before.includes('--')) return [];
  return candidatesOf(verb, before.slice(before.indexOf(name) + 1), current, context);
}

async function candidatesOf(
  verb: Verb,
  before: readonly string[],
  current: string,
  context: CliContext,
): Promise<readonly string[]> {
  const command = new Command(verb.name);
  const { takes, options } = await equipVerb(command, verb, context);
  const list = async (offers: Candidates = []): Promise<readonly string[]> =>
    typeof offers === 'string' ? stintOf(context, readPlace(before)).words(offers, current) : offers;
  const takesValue = (word: string): boolean =>
    command.options.some((option) => (option.long === word || option.short === word) && option.required);
  const last = before.at(-1) ?? '';
  if (takesValue(last))
    return list(shapesOf(options).find(([flags]) => flags.startsWith(`${last} `))?.[1].offers);
  if (current.startsWith('-'))
    return [
      ...command.options.filter(({ hidden }) => !hidden).map((option) => option.long ?? option.short ?? ''),
      '--help',
    ];
  const isTaken = before.some((word, index) => !word.startsWith('-') && !takesValue(before[index - 1] ?? ''));
  if (isTaken || before.includes('--wrap')) return [];
  return list(shapesOf(takes)[0]?.[1].offers);
}

/** Where the call that is being typed would look. */
function readPlace(before: readonly string[]): PlaceOptions {
  const valueOf = (name: string): string | undefined => {
    const at = before.lastIndexOf(name);
    return at < 0 ? undefined : before[at + 1];
  };
  const [folder, config] = [valueOf('-C'), valueOf('--config')];
  return { ...(folder !== undefined && { C: folder }), ...(config !== undefined && { config }) };
}
