import { Option, type Command } from 'commander';
import { placeOf, stintOf } from './open.ts';
import { repeated } from './option-words.ts';
import { print, printJson } from './print.ts';
import type { Call, CliContext, Shapes, Verb, VerbShape, WordShape } from './verb.ts';

/** The first word that is neither an option nor the value of one. */
export function findVerb(words: readonly string[]): string | null {
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '-C' || word === '--config' || word === '--set') i++;
    else if (!word.startsWith('-')) return word;
  }
  return null;
}

/** Gives a command what its verb takes: the common options that mean something for it, and its own. */
export async function equipVerb(command: Command, { load }: Verb, context: CliContext): Promise<VerbShape> {
  const { verb } = await load();
  if (verb.usage !== undefined) command.usage(verb.usage);
  for (const [name, { about, read }] of shapesOf(verb.takes))
    command.argument(name, about, read && ((text) => read(text, name, undefined as never)));
  for (const [flags, shape] of shapesOf({ ...commonOptions(verb.place), ...verb.options }))
    command.addOption(optionOf(flags, shape));
  command.addHelpText('after', verb.help);
  command.action(() => verb.run(callOf(command, context)));
  return verb;
}

function callOf(command: Command, context: CliContext): Call {
  const flags = command.options.filter((option) => !option.required);
  const options = {
    ...Object.fromEntries(flags.map((option) => [option.attributeName(), false])),
    ...command.opts<Call['options']>(),
  };
  const given = command.registeredArguments.map((each, at) => [each.name(), command.processedArgs[at]]);
  return {
    context,
    options,
    given: Object.fromEntries(given) as Call['given'],
    stint: (listener) => stintOf(context, options, listener),
    place: () => placeOf(context, options),
    answer: (result, words, show = print) => (options.json ? printJson(result) : show(words(result))),
  };
}

function commonOptions(place: VerbShape['place']): Shapes {
  return {
    ...(place !== 'nowhere' && { '-C <dir>': 'work in this folder instead of the current one' }),
    ...(place === undefined && {
      '--config <file>': 'read this file instead of stint.yaml at the top of the repository',
      '--set <key=value>': {
        about: 'change a setting for this call, such as supervise.silence=5m; may be repeated',
        read: repeated,
      },
    }),
    '--json': 'print JSON for programs instead of text for people',
  };
}

/** What a verb takes, by its words. */
export function shapesOf(shapes: Shapes = {}): (readonly [string, WordShape])[] {
  return Object.entries(shapes).map(([name, shape]) => [
    name,
    typeof shape === 'string' ? { about: shape } : shape,
  ]);
}

function optionOf(flags: string, shape: WordShape): Option {
  const { about, read, fallback, conflicts = [], isHidden = false, isRequired = false } = shape;
  const option = new Option(flags, about).default(fallback).conflicts([...conflicts]);
  if (read) option.argParser((text, before) => read(text, option.long ?? flags, before as never));
  return option.hideHelp(isHidden).makeOptionMandatory(isRequired);
}
