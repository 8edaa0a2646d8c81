import { createInterface } from 'node:readline';
import { wrongCall } from '../lib/problem.ts';
import type { CliContext } from './verb.ts';

/** @throws Problem `usage` where no person can answer */
export function requireTerminal(hint: string): void {
  if (!process.stdin.isTTY) throw wrongCall('stint cannot ask here: standard input is not a terminal.', hint);
}

/** Asks a person until `read` understands a line. @returns undefined where no such line came */
export async function askPerson<T>(
  question: string,
  context: CliContext,
  read: (line: string) => T | undefined,
): Promise<T | undefined> {
  const lines = createInterface({
    input: process.stdin,
    output: process.stderr,
    signal: context.interrupted,
  });
  lines.setPrompt(question);
  lines.prompt();
  // The iterator and not `question`, which loses what is typed ahead of it.
  for await (const line of lines) {
    const answer = read(line.trim());
    if (answer !== undefined) {
      lines.close();
      return answer;
    }
    lines.prompt();
  }
  return undefined;
}
