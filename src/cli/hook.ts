import { oneLine } from '../lib/plain-text.ts';
import { wrongCall } from '../lib/problem.ts';
import type { Completions, VerbModule } from './context.ts';

export const help = `
\`stint install claude-code\` writes it into the agent's settings. Inside a
session it notes that the agent is at work, and reminds it once of the soft
deadline; anywhere else it does nothing. It takes milliseconds and always ends
with 0.

Examples:
  $ stint hook PostToolUse                  as the agent calls it
  $ stint hook Stop                         at the end of a turn
`;

export const completes: Completions = { argument: ['PreToolUse', 'PostToolUse', 'UserPromptSubmit', 'Stop'] };

/** `bin/stint` answers an event by itself, without a Node; what arrives here names none. */
export const configure: VerbModule['configure'] = (command) => {
  command.argument('<event>', 'the name of the hook event');
  command.action((event: string) => {
    throw wrongCall(`"${oneLine(event, 40)}" is no hook event.`, 'See `stint hook --help`.');
  });
};
