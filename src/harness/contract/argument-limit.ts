import { Problem } from '../../lib/problem.ts';

/** The kernel refuses a single argument of 128 KiB; the rest is room for what else the word holds. */
const LONGEST_ARGUMENT = 120_000;

/** The argument as it is. @throws Problem `prompt_too_long` when the kernel would not take it */
export function fittingArgument(argument: string, prompt: string, hint: string): string {
  if (Buffer.byteLength(argument) <= LONGEST_ARGUMENT) return argument;
  throw new Problem(
    'prompt_too_long',
    `The prompt has ${prompt.length} characters, too many for a command line.`,
    hint,
  );
}
