import type { Declaration } from '../domain/evidence.ts';
import { oneLine } from '../lib/plain-text.ts';
import { wrongCall } from '../lib/problem.ts';
import type { CommonOptions, Completions, VerbModule } from './context.ts';
import { answer } from './print.ts';

export const help = `
For the agent inside a session: says how the session stands, in its own words.
The judge reads it as a claim; it never makes a session productive.

Examples:
  $ stint declare noop --reason "no open issue is small enough"
  $ stint declare blocked --reason "needs a token for the staging server"
`;

const KINDS = ['noop', 'blocked', 'done', 'open'] as const;

interface DeclareOptions extends CommonOptions {
  readonly reason: string;
}

export const completes: Completions = { argument: KINDS };

export const configure: VerbModule['configure'] = (command, context) => {
  command
    .argument('<kind>', KINDS.join(', '))
    .requiredOption('--reason <text>', 'why, in a sentence', requireReason);
  command.action(async (kind: string, options: DeclareOptions) => {
    if (!isKind(kind))
      throw wrongCall(`"${oneLine(kind, 40)}" cannot be declared.`, `Declare one of ${KINDS.join(', ')}.`);
    const { declare } = await import('../stint/outside.ts');
    const result = await declare(context, { kind, reason: options.reason });
    answer(result, options, ({ id }) => `session ${id} declared ${kind}`);
  });
};

function requireReason(text: string): string {
  if (text.trim() !== '') return text;
  throw wrongCall(`--reason is "${oneLine(text)}".`, 'Say why, in a sentence.');
}

function isKind(kind: string): kind is Declaration['kind'] {
  return KINDS.some((known) => known === kind);
}
