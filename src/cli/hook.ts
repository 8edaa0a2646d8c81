import { oneLine } from '../lib/plain-text.ts';
import { wrongCall } from '../lib/problem.ts';
import { defineVerb } from './verb.ts';

/** `bin/stint` answers an event by itself, without a Node; what arrives here names none. */
export const verb = defineVerb({
  help: `
\`stint install claude-code\` writes it into the agent's settings. Inside a
session it notes that the agent is at work, and reminds it once of the soft
deadline; anywhere else it does nothing. It takes milliseconds and always ends
with 0.

Examples:
  $ stint hook PostToolUse                  as the agent calls it
  $ stint hook Stop                         at the end of a turn
`,
  place: 'nowhere',
  takes: {
    '<event>': {
      about: 'the name of the hook event',
      offers: ['PreToolUse', 'PostToolUse', 'UserPromptSubmit', 'Stop'],
    },
  },
  run({ given }) {
    throw wrongCall(`"${oneLine(given.event, 40)}" is not a hook event.`, 'See `stint hook --help`.');
  },
});
