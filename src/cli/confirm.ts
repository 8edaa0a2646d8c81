import { createInterface } from 'node:readline';
import { Problem } from '../lib/problem.ts';
import type { CliContext } from './context.ts';

/**
 * Asks a person, who has to say yes.
 *
 * @throws Problem `usage` where nobody can be asked
 */
export async function confirm(question: string, context: CliContext): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new Problem(
      'usage',
      'Nobody can be asked here: this is no terminal.',
      'Call it with --yes to write, or with --dry-run to look.',
    );
  const lines = createInterface({
    input: process.stdin,
    output: process.stderr,
    signal: context.interrupted,
  });
  lines.setPrompt(`${question} [y/N] `);
  lines.prompt();
  for await (const line of lines) {
    lines.close();
    return /^y(es)?$/i.test(line.trim());
  }
  return false;
}
