import { oneLine } from '../lib/plain-text.ts';
import { wrongCall } from '../lib/problem.ts';
import { oneOf } from './option-words.ts';
import { defineVerb } from './verb.ts';

const KINDS = ['noop', 'blocked', 'done', 'open'] as const;

export const verb = defineVerb({
  help: `
For the agent inside a session: says how the session stands, in its own words.
The judge reads it as a claim; it never makes a session productive.

Examples:
  $ stint declare noop --reason "no open issue is small enough"
  $ stint declare blocked --reason "needs a token for the staging server"
`,
  place: 'nowhere',
  takes: {
    '<kind>': {
      about: KINDS.join(', '),
      ...oneOf(KINDS, (kind) =>
        wrongCall(`"${oneLine(kind, 40)}" cannot be declared.`, `Declare one of ${KINDS.join(', ')}.`),
      ),
    },
  },
  options: { '--reason <text>': { about: 'why, in a sentence', read: requireReason, isRequired: true } },
  async run({ context, given: { kind }, options: { reason }, answer }) {
    const { declare } = await import('../stint/outside.ts');
    answer(await declare(context, { kind, reason }), ({ id }) => `session ${id} declared ${kind}`);
  },
});

function requireReason(text: string): string {
  if (text.trim() !== '') return text;
  throw wrongCall(`--reason is "${oneLine(text)}".`, 'Say why, in a sentence.');
}
