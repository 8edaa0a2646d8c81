import type { Command } from 'commander';
import type { CliContext, Verb, VerbModule } from './context.ts';
import { repeated } from './option-words.ts';

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
export async function equipVerb(command: Command, verb: Verb, context: CliContext): Promise<VerbModule> {
  addCommonOptions(command, verb.place);
  const module = await verb.load();
  module.configure(command, context);
  command.addHelpText('after', module.help);
  return module;
}

function addCommonOptions(command: Command, place: Verb['place']): void {
  if (place !== 'nowhere') command.option('-C <dir>', 'work in this folder instead of the current one');
  if (place === 'project')
    command
      .option('--config <file>', 'read this file instead of stint.yaml at the top of the repository')
      .option(
        '--set <key=value>',
        'change a setting for this call, such as supervise.silence=5m; may be repeated',
        repeated,
      );
  command.option('--json', 'print JSON for programs instead of text for people');
}
